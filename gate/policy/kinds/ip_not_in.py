"""The kind `ip_not_in`: no address lies in a listed prefix."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import ClassVar, Literal

from pydantic import Field

from gate.model import Case, Finding, Identifier, IdentifierType
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_coverings
from gate.policy.holders import ApprovedHolder, between_holders, open_to_holder
from gate.policy.named import PrefixListName
from gate.policy.prefixes import Address, Prefixes, forms
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Flag, SomeOf
from gate.policy.sentences import counted, enumerated


@dataclass(frozen=True, slots=True)
class IPNotIn(Requirement):
    """No address is in the lists, nor an IPv4 address that it holds within it.

    A DNS name that is spelt like an address is judged as one. With `holders`, an address is
    open to the applicant who is its approved holder.
    """

    kind: ClassVar[str] = "ip_not_in"
    faults: ClassVar[Mapping[str, str]] = {
        "": "an address lies in a listed prefix",
        "approved_holder": "it does, and is let pass because its approved holder asks",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 4.2.1", "BR 4.2.2", "BR 7.1.2.7.12")
    lists: tuple[tuple[str, Prefixes], ...]
    holders: tuple[ApprovedHolder, ...] | None = None

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """Addresses."""
        return frozenset({IdentifierType.IP})

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look each address up in each list."""
        return tuple(
            open_to_holder(
                self.finding(
                    f"{quoted(str(facts.identifier))}{_held(address) if at else ''} "
                    f"is on the list {quoted(name)}",
                    location=facts.location,
                ),
                facts.identifier,
                case,
                self.holders or (),
            )
            for facts in case.identifiers
            for at, address in enumerate(_addresses(facts.identifier))
            for name, prefixes in self.lists
            if address in prefixes
        )

    def in_words(self) -> str:
        """The lists, with their sizes."""
        lists = enumerated(
            [
                f"{quoted(name)} ({counted(len(prefixes.members), 'prefix')})"
                for name, prefixes in self.lists
            ],
            "or",
        )
        holder = "" if self.holders is None else " An address is open to its approved holder."
        return (
            f"No IP address lies in a prefix of the list {lists}; an IPv4 address within an IPv6 "
            f"address counts too, and so does a DNS name that is spelt like an address.{holder}"
        )

    def differences(self, older: "IPNotIn") -> tuple[Difference, ...]:
        """What the lists cover together, however they are split up, and for whom not."""
        new, old = _joined(self), _joined(older)
        lists = between_coverings(
            (new.shown(), old.shown()),
            "prefixes",
            stricter=not old.covers(new),
            looser=not new.covers(old),
        )
        return (*lists, *between_holders(self.holders, older.holders))


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


def _joined(requirement: IPNotIn) -> Prefixes:
    return reduce(or_, (prefixes for _, prefixes in requirement.lists), Prefixes.of(()))


def _held(address: Address) -> str:
    return f" holds {quoted(str(address))}, which"


class IPNotInShape(RuleShape):
    """`lists` names lists of prefixes."""

    kind: Literal["ip_not_in"] = Field(
        description="No address lies in a prefix of the lists, nor an IPv4 address within it."
    )
    lists: SomeOf[PrefixListName] = Field(
        description="The names of lists of type `ip-prefix`.", examples=[["famous-addresses"]]
    )
    approved_holders: Flag = Field(
        default=False,
        description="Whether an address is open to the applicant whom holders.yaml names for it.",
    )

    def resolve(self, definitions: Definitions, place: Place) -> IPNotIn:
        """Look up the lists."""
        return IPNotIn(
            definitions.prefixes(self.lists, place.below("lists")),
            definitions.holders if self.approved_holders else None,
        )
