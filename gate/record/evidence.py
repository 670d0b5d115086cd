"""The reading side of evidence: what the log holds, is bound to its tree, and still stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from gate.errors import Tampered, Unavailable
from gate.model import Applicant, Evidence, Identifier, Order, Recorded, Validation
from gate.ports import LogStorage, StoredEntry
from gate.record.document import EvidenceRef
from gate.record.evidence_index import EvidenceIndex
from gate.record.evidence_records import (
    EVIDENCE_KINDS,
    EVIDENCE_TYPES,
    account_word,
    applicant_of_word,
    applicant_word,
    covering_words,
    decode_evidence,
    lookup_words,
    order_word,
    type_word,
)
from gate.record.import_standing import ImportStanding
from gate.record.imports import Import, decode_import
from gate.record.leaf import read_leaf
from gate.record.sequencer import DecisionLog

E = TypeVar("E", bound=Evidence)

_PAGE = 256
_MOST_VALIDATIONS = 100


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

    Where a record stands, and whether it was revoked, is known from the log's signed leaves
    and never asked of the database. Every record is checked on the way: its document against
    the leaf's commitment, its leaf against the signed tree; where one of them fails, Tampered
    is raised. What was revoked or erased does not count, and does not make an older record
    count again.

    Making one reads the log's leaves from the first to the last; raises Tampered where they
    are not what the log's key signed.
    """

    def __init__(self, storage: LogStorage, log: DecisionLog) -> None:
        self._storage = storage
        self._log = log
        self._index = EvidenceIndex(storage)
        self._known()

    def applicant_of(self, account: str) -> Recorded[Applicant] | None:
        """Whose an account is, by the newest record about it."""
        return self._newest(applicant_of_word(account), Applicant)

    def order(self, order_id: str) -> Recorded[Order] | None:
        """An order, by the newest record about it."""
        return self._newest(order_word(order_id), Order)

    def validations(
        self, identifiers: Iterable[Identifier], applicant: str = ""
    ) -> tuple[Recorded[Validation], ...]:
        """The newest validations of these names and of the names above them, oldest first.

        Of each name they are this applicant's or, where it has none, those of anybody: 100 at
        most, not counting those that were revoked. An address is covered by validations of
        just this address.
        """
        words, known = covering_words(identifiers), self._known()
        places: set[int] = set()
        for word in words:
            own = known.newest(word, _MOST_VALIDATIONS, applicant) if applicant else ()
            places.update(own or known.newest(word, _MOST_VALIDATIONS))
        found = (self._read(place, Validation) for place in sorted(places))
        return tuple(record for record in found if record is not None)

    def find(self, record_id: str) -> ListedEvidence | None:
        """The record with this id, revoked or not; None where there is none."""
        entry = self._storage.by_id(record_id)
        if entry is None or entry.erased:
            return None
        # The id of a decision is a wrong question, no sign of tampering.
        self._log.attest(entry)
        if read_leaf(entry.leaf).kind not in EVIDENCE_KINDS:
            return None
        return self._listed(entry, self._known())

    def listing(
        self, wanted: EvidenceFilter, *, after: int = -1, limit: int = 100
    ) -> tuple[ListedEvidence, ...]:
        """The records that fit, revoked ones too, oldest first.

        Begins behind the log index `after`; where fewer than `limit` come, there are no more.
        """
        criteria = wanted.criteria()
        known = self._known()
        found: list[ListedEvidence] = []
        while True:
            page = self._storage.by_lookup(sorted(criteria[0]), after=after, limit=_PAGE)
            for entry in page:
                if len(found) == limit:
                    return tuple(found)
                if not entry.erased:
                    listed = self._listed(entry, known)
                    words = lookup_words(listed.recorded.evidence)
                    if not any(each.isdisjoint(words) for each in criteria):
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

    def revoked_before(self, index: int, records: Iterable[EvidenceRef]) -> tuple[str, ...]:
        """The ids of those records that a revocation names which stands before this log index.

        Raises Unavailable where the log does not reach this index.
        """
        view = self._log.view()
        if view.size <= index:
            raise Unavailable(f"the log ends at {view.size} and does not reach entry {index}")
        self._index.follow(view)
        ids = (each.record_id for each in records)
        return tuple(one for one in ids if self._index.revoked_before(one, index))

    def find_import(self, import_id: str) -> tuple[Import, ImportStanding] | None:
        """What an import brought and how far it has come; None where there is none."""
        standing = self._known().standing(import_id)
        if standing is None:
            return None
        return decode_import(self._entry(standing.log_index)), standing

    def newest_policy(self) -> StoredEntry | None:
        """The entry of the policy that was recorded last; None where none was."""
        index = self._known().newest_policy()
        return None if index is None else self._entry(index)

    def _known(self) -> EvidenceIndex:
        self._index.follow(self._log.view())
        return self._index

    def _newest(self, word: str, type_: type[E]) -> Recorded[E] | None:
        places = self._known().places(word)
        return self._read(places[-1], type_) if places else None

    def _listed(self, entry: StoredEntry, known: EvidenceIndex) -> ListedEvidence:
        self._log.attest(entry)
        recorded = decode_evidence(entry)
        return ListedEvidence(recorded=recorded, revoked=known.revoked(recorded.record_id))

    def _read(self, index: int, type_: type[E]) -> Recorded[E] | None:
        """The record at this place, or None where it was revoked or erased."""
        entry = self._entry(index)
        if entry.erased:
            return None
        recorded = decode_evidence(entry)
        evidence = recorded.evidence
        if not isinstance(evidence, type_):
            raise Tampered(f"entry {index} is another kind of evidence than when it was recorded")
        if self._index.revoked(recorded.record_id):
            return None
        return Recorded(
            record_id=recorded.record_id,
            recorded_at=recorded.recorded_at,
            recorded_by=recorded.recorded_by,
            log_index=recorded.log_index,
            evidence=evidence,
            import_id=recorded.import_id,
        )

    def _entry(self, index: int) -> StoredEntry:
        entry = self._storage.entry(index)
        if entry is None:
            raise Tampered(f"entry {index} was recorded as evidence and is not there any more")
        self._log.attest(entry)
        return entry
