"""The kind `granted`: nothing is released that no grant covers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from gate.model import Case, Finding, IdentifierType, IssuanceContext, Purpose
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_sets
from gate.policy.policy import Grant, Profile
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.sentences import counted, enumerated, types_of

_Product: TypeAlias = tuple[str, str, Purpose]
"""A profile, from an issuer, for a purpose."""


@dataclass(frozen=True, slots=True)
class Granted(Requirement):
    """A grant covers account, profile, issuer and purpose together.

    The certificate names only the types of identifier that the profile is for.
    """

    kind: ClassVar[str] = "granted"
    faults: ClassVar[Mapping[str, str]] = {
        "": "no grant covers the request",
        "identifier_type": "the profile is not for an identifier of this type",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 4.1.2",)
    grants: tuple[Grant, ...]
    profiles: dict[str, Profile]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look for one grant that covers all four, and compare the identifiers' types."""
        context = case.request.context
        found = []
        if not any(_covers(grant, context) for grant in self.grants):
            found.append(self.finding(self._why_not(context)))
        profile = self.profiles.get(context.profile)
        for facts in case.identifiers if profile else ():
            if profile and facts.identifier.type not in profile.identifiers:
                message = (
                    f"profile {quoted(profile.name)} is not for {quoted(str(facts.identifier))}"
                )
                found.append(self.finding(message, location=facts.location, more="identifier_type"))
        return tuple(found)

    def in_words(self) -> str:
        """How many grants there are, and which profiles are not for every type."""
        accounts = frozenset[str]().union(*(grant.accounts for grant in self.grants))
        among = f"{counted(len(self.grants), 'grant')} to {counted(len(accounts), 'account')}"
        covered = f"One of {among} covers account, profile, issuer and purpose together."
        limited = [
            f"profile {quoted(name)} is for each {types_of(profile.identifiers)} only"
            for name, profile in sorted(self.profiles.items())
            if profile.identifiers != frozenset(IdentifierType)
        ]
        if not limited:
            return covered
        types = "Every identifier is of a type that the profile is for"
        return f"{covered} {types}: {enumerated(limited)}."

    def differences(self, older: "Granted") -> tuple[Difference, ...]:
        """What grants cover together, however they are split up, and the profiles' types."""
        return (*self._grants(older), *self._identifiers(older))

    def _grants(self, older: "Granted") -> Iterator[Difference]:
        now, before = _by_account(self.grants), _by_account(older.grants)
        nothing = frozenset[_Product]()
        for account in sorted(now.keys() | before.keys()):
            new, old = now.get(account, nothing), before.get(account, nothing)
            for change, verb, products in (
                (Change.LOOSER, "added", new - old),
                (Change.STRICTER, "removed", old - new),
            ):
                for shown in _shown(products):
                    yield Difference(change, f"account {quoted(account)}, {verb}: {shown}")

    def _identifiers(self, older: "Granted") -> Iterator[Difference]:
        for name in sorted(self.profiles.keys() & older.profiles.keys()):
            new = frozenset(map(str, self.profiles[name].identifiers))
            old = frozenset(map(str, older.profiles[name].identifiers))
            what = f"types of identifier that profile {quoted(name)} is for"
            yield from between_sets(new, old, what, added=Change.LOOSER)

    def _why_not(self, context: IssuanceContext) -> str:
        account = quoted(context.account)
        if not any(context.account in grant.accounts for grant in self.grants):
            return f"account {account} has no grant at all"
        return (
            f"no grant lets account {account} have profile {quoted(context.profile)} from issuer "
            f"{quoted(context.issuer)} for purpose {context.purpose.value}"
        )


def _covers(grant: Grant, context: IssuanceContext) -> bool:
    return (
        context.account in grant.accounts
        and context.profile in grant.profiles
        and context.issuer in grant.issuers
        and context.purpose in grant.purposes
    )


def _by_account(grants: tuple[Grant, ...]) -> dict[str, frozenset[_Product]]:
    """Everything that each account may have; accounts with the same grants share one set."""
    named: dict[str, list[int]] = {}
    for at, grant in enumerate(grants):
        for account in grant.accounts:
            named.setdefault(account, []).append(at)
    covered: dict[tuple[int, ...], frozenset[_Product]] = {}
    for numbers in set(map(tuple, named.values())):
        granted = [grants[at] for at in numbers]
        covered[numbers] = frozenset(
            each
            for grant in granted
            for each in product(grant.profiles, grant.issuers, grant.purposes)
        )
    return {account: covered[tuple(numbers)] for account, numbers in named.items()}


def _shown(products: frozenset[_Product]) -> Iterator[str]:
    """The products, those that differ in profile or purpose alone together."""
    purposes: dict[tuple[str, str], set[str]] = {}
    for profile, issuer, purpose in products:
        purposes.setdefault((issuer, profile), set()).add(purpose.value)
    profiles: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (issuer, profile), named in sorted(purposes.items()):
        profiles.setdefault((issuer, tuple(sorted(named))), []).append(profile)
    for (issuer, for_what), named_profiles in sorted(profiles.items()):
        yield f"{enumerated(named_profiles)} from {issuer} for {enumerated(for_what)}"


class GrantedShape(RuleShape):
    """No parameters: the grants stand in a file of their own."""

    kind: Literal["granted"] = Field(
        description="A grant in grants.yaml covers account, profile, issuer and purpose, and the "
        "profile is for every type of identifier in the certificate."
    )

    def resolve(self, definitions: Definitions, place: Place) -> Granted:
        """The grants and profiles of the policy."""
        del place
        return Granted(definitions.grants, dict(definitions.profiles))
