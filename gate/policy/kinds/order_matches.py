"""The kind `order_matches`: the certificate is the one that was ordered."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from gate.model import BlockCause, Case, Finding, Identifier, Order
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape

_MOST = 10


@dataclass(frozen=True, slots=True)
class OrderMatches(Requirement):
    """The recorded order exists and agrees with the request and the certificate."""

    kind: ClassVar[str] = "order_matches"
    faults: ClassVar[Mapping[str, str]] = {
        "missing": "no such order was recorded",
        "id": "the order has another id",
        "account": "the order is of another account",
        "profile": "another product was ordered",
        "purpose": "it was ordered for another purpose",
        "requester": "somebody else ordered it",
        "identifiers": "names or addresses are not those that were ordered",
        "key": "the public key is not the one that was ordered",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 4.1.2", "BR 4.2.1")
    cause: ClassVar[BlockCause] = BlockCause.EVIDENCE_MISSING

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare account, profile, purpose, requester, identifiers and key."""
        if case.order is None:
            order_id = case.request.context.order_id
            text = f"no order {quoted(order_id)} was recorded" if order_id else "no order is named"
            return (self.finding(text, more="missing"),)
        order = case.order.evidence
        return (*self._context(case, order), *self._certificate(case, order))

    def _context(self, case: Case, order: Order) -> Iterator[Finding]:
        asked = case.request.context
        for what, ordered, given in (
            ("id", order.order_id, asked.order_id),
            ("account", order.account, asked.account),
            ("profile", order.profile, asked.profile),
            ("purpose", order.purpose.value, asked.purpose.value),
            ("requester", order.requested_by, asked.requested_by),
        ):
            if ordered != given:
                text = f"the order has {what} {quoted(ordered)}, the request {quoted(given)}"
                yield self.finding(text, more=what)

    def _certificate(self, case: Case, order: Order) -> Iterator[Finding]:
        ordered = set(order.identifiers)
        present = {facts.identifier for facts in case.identifiers}
        for facts in case.identifiers:
            if facts.identifier not in ordered:
                text = f"{quoted(str(facts.identifier))} was not ordered"
                yield self.finding(text, location=facts.location, more="identifiers")
        if missing := ordered - present:
            text = f"ordered, but not in the certificate: {_listed(missing)}"
            yield self.finding(text, location="subject_alt_name", more="identifiers")
        if order.spki_sha256 and order.spki_sha256 != certificate_of(case).spki_sha256:
            text = "the public key is not the one that was ordered"
            yield self.finding(text, location="subject_public_key_info", more="key")

    def in_words(self) -> str:
        """Always the same: there are no parameters."""
        return (
            "The order named in the request was recorded, and account, profile, purpose, "
            "requester, every name and address and, where the order has it, the public key are "
            "the same."
        )

    def differences(self, older: "OrderMatches") -> tuple[Difference, ...]:
        """None: there are no parameters."""
        del older
        return ()


def _listed(identifiers: Collection[Identifier]) -> str:
    """The first ten of them, and how many more there are."""
    first = ", ".join(quoted(str(identifier)) for identifier in sorted(identifiers)[:_MOST])
    return f"{first} and {len(identifiers) - _MOST} more" if len(identifiers) > _MOST else first


class OrderMatchesShape(RuleShape):
    """No parameters."""

    kind: Literal["order_matches"] = Field(
        description="The certificate is the one that was ordered: account, profile, purpose, "
        "requester, names and key."
    )

    def resolve(self, definitions: Definitions, place: Place) -> OrderMatches:
        """Nothing to look up."""
        del definitions, place
        return OrderMatches()
