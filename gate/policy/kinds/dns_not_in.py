"""The kind `dns_not_in`: no DNS name is a listed one, or lies below it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from gate.model import Case, Finding, Identifier, IdentifierType, ancestors
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_coverings
from gate.policy.holders import ApprovedHolder, between_holders, open_to_holder
from gate.policy.lists import EntryType
from gate.policy.named import DNSNameListName
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Flag, SomeOf, one_of, words_of
from gate.policy.sentences import counted, enumerated


class Match(StrEnum):
    """How far a listed name reaches."""

    NAME = "name"
    NAME_AND_BELOW = "name-and-below"


@dataclass(frozen=True, slots=True)
class NameSet:
    """The names of one list; `parents` are the names one label above them."""

    name: str
    names: frozenset[str]
    parents: frozenset[str]


@dataclass(frozen=True, slots=True)
class DNSNotIn(Requirement):
    """No DNS name is in the lists.

    A wildcard is every name one label below its base, so `*.example.com` is found where
    `www.example.com` is listed. Case and a dot at the end make no difference. With `holders`,
    a name is open to the applicant who is its approved holder.
    """

    kind: ClassVar[str] = "dns_not_in"
    faults: ClassVar[Mapping[str, str]] = {
        "": "a name is on a list",
        "approved_holder": "it is, and is let pass because its approved holder asks",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 4.2.1", "BR 4.2.2", "BR 7.1.2.7.12")
    lists: tuple[NameSet, ...]
    match: Match = field(default=Match.NAME_AND_BELOW)
    holders: tuple[ApprovedHolder, ...] | None = None

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """DNS names."""
        return frozenset({IdentifierType.DNS})

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look each name up in each list."""
        return tuple(
            open_to_holder(
                self.finding(
                    f"{quoted(str(facts.identifier))} {relation} the list {quoted(names.name)}",
                    location=facts.location,
                ),
                facts.identifier,
                case,
                self.holders or (),
            )
            for facts in case.identifiers
            if facts.identifier.type is IdentifierType.DNS
            for names in self.lists
            for relation in self._relation(facts.identifier, names)
        )

    def in_words(self) -> str:
        """The lists, with their sizes, and how far each name reaches."""
        lists = enumerated(
            [f"{quoted(names.name)} ({counted(len(names.names), 'name')})" for names in self.lists],
            "or",
        )
        below = ", or lies below," if self.match is Match.NAME_AND_BELOW else ""
        holder = "" if self.holders is None else " A name is open to its approved holder."
        text = f"No DNS name is{below} a name on the list {lists}, and no wildcard covers one."
        return f"{text}{holder}"

    def differences(self, older: "DNSNotIn") -> tuple[Difference, ...]:
        """What the lists cover together, how far each name reaches, and for whom not."""
        return tuple(self._differences(older))

    def _differences(self, older: "DNSNotIn") -> Iterator[Difference]:
        stricter, looser = not older.covers(self), not self.covers(older)
        if self.match is not older.match:
            change = Change.STRICTER if self.match is Match.NAME_AND_BELOW else Change.LOOSER
            yield Difference(change, f"match is `{self.match}`, it was `{older.match}`")
        names = (self.names, older.names)
        yield from between_coverings(names, "names", stricter=stricter, looser=looser)
        yield from between_holders(self.holders, older.holders)

    @property
    def names(self) -> frozenset[str]:
        """Every listed name."""
        return frozenset[str]().union(*(names.names for names in self.lists))

    def covers(self, other: "DNSNotIn") -> bool:
        """Whether every name that the other one blocks is blocked by this one too."""
        mine, others = self.names, other.names
        if self.match is Match.NAME_AND_BELOW:
            return all(mine.intersection(ancestors(name)) for name in others)
        return others <= mine and (other.match is Match.NAME or not others)

    def _relation(self, identifier: Identifier, listed: NameSet) -> Iterator[str]:
        wildcard = identifier.wildcard
        name = identifier.value[2 * wildcard :].lower().rstrip(".")
        if not wildcard and name in listed.names:
            yield "is on"
        elif wildcard and name in listed.parents:
            yield "covers a name on"
        elif self.match is Match.NAME_AND_BELOW and listed.names.intersection(_above(name)):
            yield "lies below a name on"


class DNSNotInShape(RuleShape):
    """`lists` names lists of DNS names, `match` says how far each listed name reaches."""

    kind: Literal["dns_not_in"] = Field(
        description="No DNS name is on the lists, and no wildcard covers one that is."
    )
    lists: SomeOf[DNSNameListName] = Field(
        description="The names of lists of type `dns-name`.", examples=[["high-risk-names"]]
    )
    match: Annotated[Match, BeforeValidator(one_of(words_of(Match)))] = Field(
        description="How far a listed name reaches: the name itself, or all below it as well.",
        examples=["name-and-below"],
    )
    approved_holders: Flag = Field(
        default=False,
        description="Whether a name is open to the applicant whom holders.yaml names for it.",
    )

    def resolve(self, definitions: Definitions, place: Place) -> DNSNotIn:
        """Look up the lists."""
        found = definitions.entries(self.lists, EntryType.DNS_NAME, place.below("lists"))
        sets = (
            NameSet(each.name, frozenset(each.entries), frozenset(map(_parent, each.entries)))
            for each in found
        )
        holders = definitions.holders if self.approved_holders else None
        return DNSNotIn(tuple(sets), self.match, holders)


def _above(name: str) -> tuple[str, ...]:
    """The name and those above it; only as much of an overlong one as a list can hold."""
    return ancestors(name[-254:])


def _parent(name: str) -> str:
    return name.partition(".")[2]
