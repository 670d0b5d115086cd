"""The evidence registry: takes down what other systems know, never changes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from gate.errors import Malformed, Refused, Unavailable
from gate.model import (
    Applicant,
    Evidence,
    EvidenceRevocation,
    Identifier,
    Order,
    Recorded,
    Validation,
)
from gate.policy.quoting import quoted
from gate.record import (
    APPROVALS_NEEDED,
    DecisionLog,
    EvidenceFilter,
    EvidenceLedger,
    Import,
    Importable,
    ImportStanding,
    ListedEvidence,
    approval_entry,
    evidence_entry,
    import_digest,
    import_entry,
    imported_entries,
    record_ids,
)
from gate.service.evidence_checks import (
    checked,
    checked_batch,
    checked_validation,
    require,
    require_recent,
)

LARGEST_IMPORT = 1000
"""The most records that one import may bring: they become evidence in one commit."""

IMPORT_LIFE = timedelta(days=7)
"""How long an import may wait for its approvals."""

E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingImport:
    """What the importer tells its approvers: which import, and the digest of what it brings."""

    import_id: str
    digest: bytes
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedImport:
    """Who has approved an import so far, and, once it is in effect, the ids of its records."""

    import_id: str
    approved_by: tuple[str, ...]
    in_effect: bool
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRegistry:
    """Records evidence in the log; `recorder` is always the peer's identity."""

    ledger: EvidenceLedger
    log: DecisionLog
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes]
    clock_trouble: Callable[[], str] = str
    one_at_a_time: Lock = field(default_factory=Lock)
    """Held where what is recorded depends on what stands already."""

    def record_order(self, order: Order, recorder: str) -> Recorded[Order]:
        """Record an order; a repeat of the same order returns the record there is.

        Raises Malformed for an order that says too little, Refused where the order id
        stands for something else.
        """
        checked(order, self._now())
        with self.one_at_a_time:
            known = self.ledger.order(order.order_id)
            if known is None:
                return self._record(order, recorder)
        if known.evidence != order:
            name = quoted(order.order_id)
            raise Refused(f"the order {name} is recorded with other content")
        return known

    def record_applicant(self, applicant: Applicant, recorder: str) -> Recorded[Applicant]:
        """Record which applicant an account belongs to; an account belongs to one.

        Raises Malformed where a name is missing, Refused where the account belongs to
        another applicant already: revoke that record first.
        """
        checked(applicant, self._now())
        with self.one_at_a_time:
            known = self.ledger.applicant_of(applicant.account)
            if known is None:
                return self._record(applicant, recorder)
        if known.evidence != applicant:
            raise Refused(
                f"the account {quoted(applicant.account)} belongs to another applicant: "
                f"revoke the record {known.record_id} first"
            )
        return known

    def record_validation(self, validation: Validation, recorder: str) -> Recorded[Validation]:
        """Record a validation that was completed within the last 24 hours.

        ACME's names of challenges become the sections of the BR. Raises Malformed where the
        record contradicts itself, lies in the future or too far back, or names an unknown
        method.
        """
        now = self._now()
        validation = checked_validation(validation, now)
        require_recent(validation, now)
        return self._record(validation, recorder)

    def revoke(
        self, record_id: str, reason: str, recorder: str
    ) -> Recorded[EvidenceRevocation] | None:
        """State that a record no longer holds; None where there is no such record.

        Raises Malformed without a reason, Refused for a record that is revoked already or is
        itself a revocation.
        """
        require(record_id=record_id, reason=reason)
        with self.one_at_a_time:
            known = self.ledger.find(record_id)
            if known is None:
                return None
            if isinstance(known.recorded.evidence, EvidenceRevocation):
                raise Refused("a revocation cannot be revoked: record the evidence anew")
            if known.revoked:
                raise Refused(f"the record {quoted(record_id)} is revoked already")
            return self._record(EvidenceRevocation(record_id=record_id, reason=reason), recorder)

    def import_evidence(
        self, records: Sequence[Importable], reason: str, recorder: str
    ) -> PendingImport:
        """Record a batch from before the gate's time; nothing of it counts until approved.

        Raises Malformed without a reason, for an empty or too large batch, and for a record
        that could not be recorded whatever its age; Refused for an order or account that is
        recorded already.
        """
        now = self._now()
        require(reason=reason)
        if not 0 < len(records) <= LARGEST_IMPORT:
            raise Malformed(f"an import brings 1 to {LARGEST_IMPORT} records, not {len(records)}")
        kept = checked_batch(records, now)
        with self.one_at_a_time:
            self._refuse_known(kept)
        brought = Import(
            import_id=self.new_id(),
            imported_at=now,
            imported_by=recorder,
            reason=reason,
            digest=import_digest(records, reason),
            records=kept,
        )
        self.log.append([import_entry(brought, salt=self.new_salt())])
        return PendingImport(
            import_id=brought.import_id, digest=brought.digest, count=len(brought.records)
        )

    def approve_import(self, import_id: str, digest: bytes, approver: str) -> ApprovedImport | None:
        """Approve an import whose records have this digest; None where there is no such import.

        With the second approval all its records become evidence, in one commit. Who has
        approved already, or comes when it is in effect, hears how it stands. Raises Refused
        for another digest, for the importer's own approval, and after seven days.
        """
        require(import_id=import_id)
        with self.one_at_a_time:
            known = self.ledger.find_import(import_id)
            if known is None:
                return None
            brought, standing = known
            if digest != brought.digest:
                raise Refused("`digest` is not the import's: look again at what is to be approved")
            if not standing.in_effect and approver not in standing.approved_by:
                self._approve(brought, standing, approver)
                brought, standing = self.ledger.find_import(import_id) or known
            return _approved(brought, standing)

    def listing(
        self,
        *,
        account: str = "",
        applicant: str = "",
        identifier: Identifier | None = None,
        after: int = -1,
        limit: int = 100,
    ) -> tuple[ListedEvidence, ...]:
        """Records, oldest first, from the log index after `after` on."""
        wanted = EvidenceFilter(account=account, applicant=applicant, identifier=identifier)
        return self.ledger.listing(wanted, after=after, limit=limit)

    def _approve(self, brought: Import, standing: ImportStanding, approver: str) -> None:
        now = self._now()
        if approver == brought.imported_by:
            raise Refused("who brought an import cannot approve it")
        if now > brought.imported_at + IMPORT_LIFE:
            raise Refused("the import is more than seven days old: bring it in anew")
        entries = [
            approval_entry(
                approval_id=self.new_id(),
                brought=brought,
                approver=approver,
                at=now,
                salt=self.new_salt(),
            )
        ]
        if len(standing.approved_by) + 1 == APPROVALS_NEEDED:
            # What was recorded since it came stands in its way as it would have then.
            self._refuse_known(brought.records)
            salts = (self.new_salt() for _ in brought.records)
            entries += imported_entries(brought, at=now, salts=salts)
        self.log.append(entries)

    def _refuse_known(self, records: Sequence[Importable]) -> None:
        """Refuse orders and accounts that are recorded already, or that come twice."""
        seen = set[tuple[type[Importable], str]]()
        for at, record in enumerate(records):
            if isinstance(record, Validation):
                continue
            name = record.order_id if isinstance(record, Order) else record.account
            stands = self.ledger.order if isinstance(record, Order) else self.ledger.applicant_of
            if (type(record), name) in seen or stands(name) is not None:
                raise Refused(f"`records[{at}]`: {quoted(name)} is recorded already")
            seen.add((type(record), name))

    def _now(self) -> datetime:
        """The gate's time, while it can be trusted.

        Raises Unavailable in doubt. A revocation does not ask: it only ever makes stricter.
        """
        trouble = self.clock_trouble()
        if trouble:
            raise Unavailable(f"no evidence is recorded while the clock is in doubt: {trouble}")
        return self.clock()

    def _record(self, evidence: E, recorder: str) -> Recorded[E]:
        record_id, at = self.new_id(), self.clock()
        entry = evidence_entry(
            record_id=record_id,
            recorded_at=at,
            recorded_by=recorder,
            evidence=evidence,
            salt=self.new_salt(),
        )
        (appended,) = self.log.append([entry])
        return Recorded(
            record_id=record_id,
            recorded_at=at,
            recorded_by=recorder,
            log_index=appended.index,
            evidence=evidence,
        )


def _approved(brought: Import, standing: ImportStanding) -> ApprovedImport:
    ids = record_ids(brought.import_id, len(brought.records)) if standing.in_effect else ()
    return ApprovedImport(
        import_id=brought.import_id,
        approved_by=tuple(standing.approved_by),
        in_effect=standing.in_effect,
        record_ids=ids,
    )
