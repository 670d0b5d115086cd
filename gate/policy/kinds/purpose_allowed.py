"""The kind `purpose_allowed`: what an issuer may be used for goes by who trusts it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gate.model import TEST_PURPOSES, Case, Finding, Purpose, Trust
from gate.policy.definitions import Definitions, Place
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import PurposeWord, SomeOf
from gate.policy.shape import Shape


@dataclass(frozen=True, slots=True)
class PurposeAllowed(Requirement):
    """The purpose is one of those allowed for an issuer of this trust."""

    kind: ClassVar[str] = "purpose_allowed"
    allow: dict[Trust, frozenset[Purpose]]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare the purpose with those allowed; an unknown issuer allows none."""
        purpose = case.request.context.purpose
        if case.issuer is None:
            name = quoted(case.request.context.issuer)
            return (
                self.finding(f"the trust of issuer {name} is not known, so nothing is allowed"),
            )
        if purpose in self.allow.get(case.issuer.trust, frozenset()):
            return ()
        if purpose is Purpose.UNSPECIFIED:
            return (self.finding("the request does not say what the certificate is for"),)
        message = (
            f"purpose {purpose.value} is not allowed for issuer {quoted(case.issuer.name)}, "
            f"whose trust is `{case.issuer.trust}`"
        )
        return (self.finding(message),)


class AllowShape(Shape):
    """The purposes by trust; a trust that is left out allows none."""

    public: SomeOf[PurposeWord] = ()
    private: SomeOf[PurposeWord] = ()
    test: SomeOf[PurposeWord] = ()


class PurposeAllowedShape(RuleShape):
    """`allow` has the purposes by the issuer's trust."""

    kind: Literal["purpose_allowed"]
    allow: AllowShape

    def resolve(self, definitions: Definitions, place: Place) -> PurposeAllowed:
        """Refuses a test purpose for public issuers: production is walled off."""
        del definitions
        for at, purpose in enumerate(self.allow.public):
            if purpose in TEST_PURPOSES:
                place.below("allow", "public", at).note(
                    f"{quoted(purpose.value)} can never be allowed for a public issuer"
                )
        return PurposeAllowed({trust: frozenset(getattr(self.allow, trust)) for trust in Trust})
