"""The kind `not_before_window`: certificates are neither back-dated nor post-dated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from gate.baseline import NOT_BEFORE_WINDOW
from gate.model import Case, Finding
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_lengths
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.schedule import SpanShape
from gate.policy.sentences import length_of

_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class NotBeforeWindow(Requirement):
    """notBefore lies at most `back` before and `ahead` after the gate's clock."""

    kind: ClassVar[str] = "not_before_window"
    faults: ClassVar[Mapping[str, str]] = {"": "the validity period begins too early or too late"}
    sections: ClassVar[tuple[str, ...]] = ("BR 7.1.2.7",)
    back: timedelta
    ahead: timedelta

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare notBefore with the clock."""
        not_before = certificate_of(case).not_before
        first, last = case.at - self.back, case.at + self.ahead
        if first <= not_before <= last:
            return ()
        message = (
            f"notBefore is {not_before:{_SECONDS}}, and issued now it must lie "
            f"from {first:{_SECONDS}} to {last:{_SECONDS}}"
        )
        return (self.finding(message, location="validity.not_before"),)

    def in_words(self) -> str:
        """Both lengths."""
        return (
            f"The validity period begins at most {length_of(self.back)} before and at most "
            f"{length_of(self.ahead)} after the moment of the decision."
        )

    def differences(self, older: "NotBeforeWindow") -> tuple[Difference, ...]:
        """Both lengths: longer is looser."""
        return (
            *between_lengths(self.back, older.back, "the most that notBefore may lie back is"),
            *between_lengths(self.ahead, older.ahead, "the most that it may lie ahead is"),
        )


class NotBeforeWindowShape(RuleShape):
    """`back` and `ahead` say how far notBefore may lie from the moment of issuance."""

    kind: Literal["not_before_window"] = Field(
        description="The validity period begins about now: neither back-dated nor post-dated."
    )
    back: SpanShape = Field(
        description="How far notBefore may lie before the moment of the decision.",
        examples=[{"hours": 47}],
    )
    ahead: SpanShape = Field(
        description="How far notBefore may lie after the moment of the decision.",
        examples=[{"hours": 47}],
    )

    def resolve(self, definitions: Definitions, place: Place) -> NotBeforeWindow:
        """Refuses more than the BR's 48 hours on either side."""
        del definitions
        for key, span in (("back", self.back), ("ahead", self.ahead)):
            if span.length > NOT_BEFORE_WINDOW:
                text = f"{length_of(span.length)} is more than the 48 hours of BR 7.1.2.7"
                place.below(key).note(f"{text}: no policy can loosen it")
        return NotBeforeWindow(self.back.length, self.ahead.length)
