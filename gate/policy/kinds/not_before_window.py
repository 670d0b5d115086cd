"""The kind `not_before_window`: certificates are neither back-dated nor post-dated."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from gate.baseline import NOT_BEFORE_WINDOW
from gate.model import Case, Finding
from gate.policy.definitions import Definitions, Place
from gate.policy.limit import in_words
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.schedule import SpanShape

_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class NotBeforeWindow(Requirement):
    """notBefore lies at most `back` before and `ahead` after the gate's clock."""

    kind: ClassVar[str] = "not_before_window"
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


class NotBeforeWindowShape(RuleShape):
    """`back` and `ahead` say how far notBefore may lie from the moment of issuance."""

    kind: Literal["not_before_window"]
    back: SpanShape
    ahead: SpanShape

    def resolve(self, definitions: Definitions, place: Place) -> NotBeforeWindow:
        """Refuses more than the BR's 48 hours on either side."""
        del definitions
        for key, span in (("back", self.back), ("ahead", self.ahead)):
            if span.length > NOT_BEFORE_WINDOW:
                text = f"{in_words(span.length)} is more than the 48 hours of BR 7.1.2.7"
                place.below(key).note(f"{text}: no policy can loosen it")
        return NotBeforeWindow(self.back.length, self.ahead.length)
