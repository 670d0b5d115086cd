"""The kind `ip_not_in`: no address lies in a listed prefix."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gate.model import Case, Finding, Identifier, IdentifierType
from gate.policy.definitions import Definitions, Place
from gate.policy.prefixes import Address, Prefixes, forms
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Ident, SomeOf


@dataclass(frozen=True, slots=True)
class IPNotIn(Requirement):
    """No address is in the lists, nor an IPv4 address that it holds within it.

    A DNS name that is spelt like an address is judged as one.
    """

    kind: ClassVar[str] = "ip_not_in"
    lists: tuple[tuple[str, Prefixes], ...]

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """Addresses."""
        return frozenset({IdentifierType.IP})

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look each address up in each list."""
        return tuple(
            self.finding(
                f"{quoted(str(facts.identifier))}{_held(address) if at else ''} "
                f"is on the list {quoted(name)}",
                location=facts.location,
            )
            for facts in case.identifiers
            for at, address in enumerate(_addresses(facts.identifier))
            for name, prefixes in self.lists
            if address in prefixes
        )


def _addresses(identifier: Identifier) -> tuple[Address, ...]:
    """Every form of an address; raises ValueError where type IP holds something else."""
    if identifier.type is IdentifierType.IP:
        return forms(identifier.value)
    if not identifier.value[-1:].isdigit() and ":" not in identifier.value:
        return ()
    try:
        return forms(identifier.value)
    except ValueError:
        return ()


def _held(address: Address) -> str:
    return f" holds {quoted(str(address))}, which"


class IPNotInShape(RuleShape):
    """`lists` names lists of prefixes."""

    kind: Literal["ip_not_in"]
    lists: SomeOf[Ident]

    def resolve(self, definitions: Definitions, place: Place) -> IPNotIn:
        """Look up the lists."""
        return IPNotIn(definitions.prefixes(self.lists, place.below("lists")))
