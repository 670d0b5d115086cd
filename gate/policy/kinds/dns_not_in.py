"""The kind `dns_not_in`: no DNS name is a listed one, or lies below it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from gate.model import Case, Finding, Identifier, IdentifierType, ancestors
from gate.policy.definitions import Definitions, Place
from gate.policy.lists import EntryType
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import Ident, SomeOf, one_of, words_of


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
    `www.example.com` is listed. Case and a dot at the end make no difference.
    """

    kind: ClassVar[str] = "dns_not_in"
    lists: tuple[NameSet, ...]
    match: Match = field(default=Match.NAME_AND_BELOW)

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """DNS names."""
        return frozenset({IdentifierType.DNS})

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look each name up in each list."""
        return tuple(
            self.finding(
                f"{quoted(str(facts.identifier))} {relation} the list {quoted(names.name)}",
                location=facts.location,
            )
            for facts in case.identifiers
            if facts.identifier.type is IdentifierType.DNS
            for names in self.lists
            for relation in self._relation(facts.identifier, names)
        )

    def _relation(self, identifier: Identifier, listed: NameSet) -> Iterator[str]:
        name = identifier.fqdn.lower().rstrip(".")
        if not identifier.wildcard and name in listed.names:
            yield "is on"
        elif identifier.wildcard and name in listed.parents:
            yield "covers a name on"
        elif self.match is Match.NAME_AND_BELOW and listed.names.intersection(_above(name)):
            yield "lies below a name on"


class DNSNotInShape(RuleShape):
    """`lists` names lists of DNS names, `match` says how far each listed name reaches."""

    kind: Literal["dns_not_in"]
    lists: SomeOf[Ident]
    match: Annotated[Match, BeforeValidator(one_of(words_of(Match)))]

    def resolve(self, definitions: Definitions, place: Place) -> DNSNotIn:
        """Look up the lists."""
        found = definitions.entries(self.lists, EntryType.DNS_NAME, place.below("lists"))
        sets = (
            NameSet(each.name, frozenset(each.entries), frozenset(map(_parent, each.entries)))
            for each in found
        )
        return DNSNotIn(tuple(sets), self.match)


def _above(name: str) -> tuple[str, ...]:
    """The name and those above it; only as much of an overlong one as a list can hold."""
    return ancestors(name[-254:])


def _parent(name: str) -> str:
    return name.partition(".")[2]
