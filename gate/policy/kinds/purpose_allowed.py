"""The kind `purpose_allowed`: what an issuer may be used for goes by who trusts it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from gate.model import TEST_PURPOSES, Case, Finding, Purpose, Trust
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_sets
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import PurposeWord, SomeOf
from gate.policy.sentences import enumerated, sentence
from gate.policy.shape import Shape


@dataclass(frozen=True, slots=True)
class PurposeAllowed(Requirement):
    """The purpose is one of those allowed for an issuer of this trust."""

    kind: ClassVar[str] = "purpose_allowed"
    faults: ClassVar[Mapping[str, str]] = {"": "the purpose is not one of those allowed"}
    sections: ClassVar[tuple[str, ...]] = ("BR 2.2", "BR 4.2.2")
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

    def in_words(self) -> str:
        """The purposes of each trust."""
        allowed = (
            f"{trust} issuers sign for {enumerated(_purposes(self, trust))}" for trust in Trust
        )
        return sentence("; ".join(allowed))

    def differences(self, older: "PurposeAllowed") -> tuple[Difference, ...]:
        """The purposes of each trust: one more is looser."""
        return tuple(self._differences(older))

    def _differences(self, older: "PurposeAllowed") -> Iterator[Difference]:
        for trust in Trust:
            new, old = frozenset(_purposes(self, trust)), frozenset(_purposes(older, trust))
            what = f"purposes of {trust} issuers"
            yield from between_sets(new, old, what, added=Change.LOOSER)


def _purposes(requirement: PurposeAllowed, trust: Trust) -> tuple[str, ...]:
    allowed = requirement.allow.get(trust, frozenset())
    return tuple(purpose.value for purpose in Purpose if purpose in allowed)


class AllowShape(Shape):
    """The purposes by trust; a trust that is left out allows none."""

    public: SomeOf[PurposeWord] = Field(
        (),
        description="What issuers may sign for that relying parties at large trust.",
        examples=[["SUBSCRIBER", "CA_TEST_SITE"]],
    )
    private: SomeOf[PurposeWord] = Field(
        (),
        description="What issuers may sign for that a closed group trusts.",
        examples=[["SUBSCRIBER"]],
    )
    test: SomeOf[PurposeWord] = Field(
        (),
        description="What issuers may sign for that nobody trusts.",
        examples=[["INTERNAL_TEST", "LOAD_TEST"]],
    )


class PurposeAllowedShape(RuleShape):
    """`allow` has the purposes by the issuer's trust."""

    kind: Literal["purpose_allowed"] = Field(
        description="The purpose of the request is one that an issuer of this trust is for."
    )
    allow: AllowShape = Field(
        description="The purposes by the issuer's trust; a trust that is left out allows none.",
        examples=[{"public": ["SUBSCRIBER", "CA_TEST_SITE"]}],
    )

    def resolve(self, definitions: Definitions, place: Place) -> PurposeAllowed:
        """Refuses a test purpose for public issuers: production is walled off."""
        del definitions
        for at, purpose in enumerate(self.allow.public):
            if purpose in TEST_PURPOSES:
                place.below("allow", "public", at).note(
                    f"{quoted(purpose.value)} can never be allowed for a public issuer"
                )
        return PurposeAllowed({trust: frozenset(getattr(self.allow, trust)) for trust in Trust})
