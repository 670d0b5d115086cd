"""The reading side of evidence: what the log holds, is bound to its tree, and still stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from gate.errors import Tampered
from gate.model import Applicant, Evidence, Identifier, Order, Recorded, Validation
from gate.ports import LogStorage, StoredEntry
from gate.record.document import EvidenceRef
from gate.record.evidence_records import (
    EVIDENCE_TYPES,
    account_word,
    applicant_of_word,
    applicant_word,
    covering_words,
    decode_evidence,
    lookup_words,
    order_word,
    revocation_word,
    type_word,
)
from gate.record.leaf import read_leaf
from gate.record.sequencer import DecisionLog

E = TypeVar("E", bound=Evidence)

_PAGE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFilter:
    """Which records to list; what is left empty does not narrow.

    `identifier` means the validations that cover it.
    """

    account: str = ""
    applicant: str = ""
    identifier: Identifier | None = None
    kind: type[Evidence] | None = None

    def criteria(self) -> list[frozenset[str]]:
        """Sets of lookup words, the narrowest first: a record has one word of each set."""
        criteria = []
        if self.identifier:
            criteria.append(frozenset(covering_words([self.identifier])))
        if self.account:
            criteria.append(frozenset({account_word(self.account)}))
        if self.applicant:
            criteria.append(frozenset({applicant_word(self.applicant)}))
        types = EVIDENCE_TYPES if self.kind is None else (self.kind,)
        return [*criteria, frozenset(map(type_word, types))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvidence:
    """A record, and whether it has been revoked since."""

    recorded: Recorded[Evidence]
    revoked: bool


class EvidenceLedger:
    """Finds evidence by what it is about.

    Every record is checked on the way: its document against the leaf's commitment, its leaf
    against the signed tree, what it says against the word it was found under. Where one of
    them fails, Tampered is raised. What was revoked or erased does not count, and does not
    make an older record count again.
    """

    def __init__(self, storage: LogStorage, log: DecisionLog) -> None:
        self._storage = storage
        self._log = log

    def applicant_of(self, account: str) -> Recorded[Applicant] | None:
        """Whose an account is, by the newest record about it."""
        return self._newest(applicant_of_word(account), Applicant)

    def order(self, order_id: str) -> Recorded[Order] | None:
        """An order, by the newest record about it."""
        return self._newest(order_word(order_id), Order)

    def validations(self, identifiers: Iterable[Identifier]) -> tuple[Recorded[Validation], ...]:
        """The validations, of any applicant, of these names and of the names above them.

        An address is covered by validations of just this address. Oldest first.
        """
        words = covering_words(identifiers)
        return tuple(
            self._read(entry, words, Validation)
            for entry in self._storage.by_lookup(words)
            if self._stands(entry)
        )

    def find(self, record_id: str) -> ListedEvidence | None:
        """The record with this id, revoked or not; None where there is none."""
        entry = self._storage.by_id(record_id)
        if entry is None or not entry.salt:
            return None
        # The id of a decision is a wrong question, no sign of tampering.
        self._log.attest(entry)
        return self._listed(entry) if read_leaf(entry.leaf).kind == "evidence" else None

    def listing(
        self, wanted: EvidenceFilter, *, after: int = -1, limit: int = 100
    ) -> tuple[ListedEvidence, ...]:
        """The records that fit, revoked ones too, oldest first.

        Begins behind the log index `after`; where fewer than `limit` come, there are no more.
        """
        first, *others = wanted.criteria()
        found: list[ListedEvidence] = []
        while True:
            page = self._storage.by_lookup(sorted(first), after=after, limit=_PAGE)
            for entry in page:
                if len(found) == limit:
                    return tuple(found)
                if entry.salt:
                    listed = self._listed(entry)
                    words = lookup_words(listed.recorded.evidence)
                    if not any(each.isdisjoint(words) for each in others):
                        found.append(listed)
            if len(page) < _PAGE:
                return tuple(found)
            after = page[-1].index

    def references(self, records: Iterable[Recorded[Evidence]]) -> tuple[EvidenceRef, ...]:
        """What a decision's document keeps of the records that it looked at."""
        return tuple(
            EvidenceRef(record_id=each.record_id, leaf_hash=self._log.leaf_hash(each.log_index))
            for each in records
        )

    def _newest(self, word: str, type_: type[E]) -> Recorded[E] | None:
        entries = self._storage.by_lookup([word])
        if not entries or not self._stands(entries[-1]):
            return None
        return self._read(entries[-1], [word], type_)

    def _stands(self, entry: StoredEntry) -> bool:
        return bool(entry.salt) and not self._revoked(entry.entry_id)

    def _revoked(self, record_id: str) -> bool:
        # That a revocation is there is enough, even if it has itself been revoked or erased.
        return bool(self._storage.by_lookup([revocation_word(record_id)], limit=1))

    def _listed(self, entry: StoredEntry) -> ListedEvidence:
        self._log.attest(entry)
        return ListedEvidence(
            recorded=decode_evidence(entry), revoked=self._revoked(entry.entry_id)
        )

    def _read(self, entry: StoredEntry, words: Collection[str], type_: type[E]) -> Recorded[E]:
        self._log.attest(entry)
        recorded = decode_evidence(entry)
        evidence = recorded.evidence
        if not isinstance(evidence, type_) or lookup_words(evidence)[0] not in words:
            raise Tampered(f"entry {entry.index} was found under a word that is not its own")
        return Recorded(
            record_id=recorded.record_id,
            recorded_at=recorded.recorded_at,
            recorded_by=recorded.recorded_by,
            log_index=recorded.log_index,
            evidence=evidence,
        )
