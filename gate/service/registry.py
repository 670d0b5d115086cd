"""The evidence registry: takes down what other systems know, never changes it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from gate.baseline import ACME_METHODS, METHODS
from gate.errors import Malformed, Refused
from gate.model import (
    ADNDerivation,
    Applicant,
    Evidence,
    EvidenceRevocation,
    Identifier,
    IdentifierType,
    Order,
    Purpose,
    Recorded,
    Validation,
    ancestors,
)
from gate.policy.quoting import quoted
from gate.record import (
    DecisionLog,
    EvidenceFilter,
    EvidenceLedger,
    ListedEvidence,
    evidence_entry,
)

CLOCK_SKEW = timedelta(seconds=5)
"""How far another system's clock may run ahead of the gate's."""

RETIRED_METHODS = frozenset(
    {f"3.2.2.4.{number}" for number in (1, 2, 3, 5, 6, 9, 10, 11, 15)} | {"3.2.2.5.4"}
)
"""Methods that no certificate may rest on any more, yet whose history may be recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRegistry:
    """Records evidence in the log; `recorder` is always the peer's identity."""

    ledger: EvidenceLedger
    log: DecisionLog
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes]
    one_at_a_time: Lock = field(default_factory=Lock)
    """Held where what is recorded depends on what stands already."""

    def record_order(self, order: Order, recorder: str) -> Recorded[Order]:
        """Record an order; a repeat of the same order returns the record there is.

        Raises Malformed for an order that says too little, Refused where the order id
        stands for something else.
        """
        _require(order_id=order.order_id, account=order.account, profile=order.profile)
        if not order.identifiers:
            raise Malformed("`identifiers` is empty: an order names what it is for")
        if order.purpose is Purpose.UNSPECIFIED:
            raise Malformed("`purpose` is missing: an order says what it is for")
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
        _require(account=applicant.account, applicant=applicant.applicant)
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
        """Record a completed validation.

        ACME's names of challenges become the sections of the BR. Raises Malformed where the
        record contradicts itself, lies in the future, or names an unknown method.
        """
        _require(
            applicant=validation.applicant,
            method=validation.method,
            performed_by=validation.performed_by,
        )
        validation = replace(validation, method=_section(validation))
        _check_names(validation)
        _check_times(validation, self.clock())
        return self._record(validation, recorder)

    def revoke(
        self, record_id: str, reason: str, recorder: str
    ) -> Recorded[EvidenceRevocation] | None:
        """State that a record no longer holds; None where there is no such record.

        Raises Malformed without a reason, Refused for a record that is revoked already or is
        itself a revocation.
        """
        _require(record_id=record_id, reason=reason)
        with self.one_at_a_time:
            known = self.ledger.find(record_id)
            if known is None:
                return None
            if isinstance(known.recorded.evidence, EvidenceRevocation):
                raise Refused("a revocation cannot be revoked: record the evidence anew")
            if known.revoked:
                raise Refused(f"the record {quoted(record_id)} is revoked already")
            return self._record(EvidenceRevocation(record_id=record_id, reason=reason), recorder)

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

    def _record(self, evidence: Evidence, recorder: str) -> Recorded:  # type: ignore[type-arg]  # any
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


def _require(**fields: str) -> None:
    for name, value in fields.items():
        if not value:
            raise Malformed(f"`{name}` is missing")


def _section(validation: Validation) -> str:
    type_ = validation.identifier.type
    section = ACME_METHODS.get((type_, validation.method), validation.method)
    if section not in METHODS and section not in RETIRED_METHODS:
        raise Malformed(
            f"`method` {quoted(validation.method)} is no method of BR 3.2.2.4 or 3.2.2.5 "
            f"for a {type_.value} identifier: write the section, such as `3.2.2.4.7`"
        )
    return section


def _check_names(validation: Validation) -> None:
    """Whether the authorization domain fits the name applied for (BR 1.6.1)."""
    domain, fqdn = validation.authorization_domain, validation.identifier.fqdn
    if validation.identifier.type is IdentifierType.IP:
        if domain:
            raise Malformed("`authorization_domain` is for DNS names: leave it out for an address")
        return
    if Identifier.parse(IdentifierType.DNS, domain).value != domain or domain.startswith("*."):
        raise Malformed(f"`authorization_domain` {quoted(domain)} is no lower-case DNS name")
    exact = validation.adn_derivation is ADNDerivation.EXACT
    if exact and domain != fqdn:
        raise Malformed(
            f"`authorization_domain` {quoted(domain)} is not the name applied for, {quoted(fqdn)}"
        )
    pruned = validation.adn_derivation is ADNDerivation.PRUNED
    if pruned and domain not in ancestors(fqdn)[1:]:
        raise Malformed(
            f"`authorization_domain` {quoted(domain)} does not stand above {quoted(fqdn)}"
        )


def _check_times(validation: Validation, now: datetime) -> None:
    if not validation.initiated_at <= validation.completed_at:
        raise Malformed("`initiated_at` is after `completed_at`")
    if validation.oldest_datum_at > validation.completed_at:
        raise Malformed("`oldest_datum_at` is after `completed_at`")
    if validation.completed_at > now + CLOCK_SKEW:
        raise Malformed("`completed_at` is in the future: record what has happened")
