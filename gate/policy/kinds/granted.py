"""The kind `granted`: nothing is released that no grant covers."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gate.model import Case, Finding, IssuanceContext
from gate.policy.definitions import Definitions, Place
from gate.policy.policy import Grant, Profile
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape


@dataclass(frozen=True, slots=True)
class Granted(Requirement):
    """A grant covers account, profile, issuer and purpose together.

    The certificate names only the types of identifier that the profile is for.
    """

    kind: ClassVar[str] = "granted"
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


class GrantedShape(RuleShape):
    """No parameters: the grants stand in a file of their own."""

    kind: Literal["granted"]

    def resolve(self, definitions: Definitions, place: Place) -> Granted:
        """The grants and profiles of the policy."""
        del place
        return Granted(definitions.grants, dict(definitions.profiles))
