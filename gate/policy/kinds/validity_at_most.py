"""The kind `validity_at_most`: no certificate lives longer than the limit in force."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from gate.baseline import MAX_VALIDITY
from gate.model import Case, Finding
from gate.policy.definitions import Definitions, Place
from gate.policy.limit import in_words, refuse_looser
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.schedule import LimitShape, Schedule


@dataclass(frozen=True, slots=True)
class ValidityAtMost(Requirement):
    """The seconds from notBefore to notAfter, both counted, do not exceed the limit.

    The limit goes by the gate's clock, never by notBefore.
    """

    kind: ClassVar[str] = "validity_at_most"
    limits: Schedule[timedelta]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare the validity period with the strictest limit in force."""
        most = min(self.limits.between(case.at, case.release_ends))
        seconds = certificate_of(case).validity_seconds
        if seconds <= most.total_seconds():
            return ()
        message = (
            f"the validity period is {seconds} seconds, both ends counted, and "
            f"{in_words(most)} ({most // timedelta(seconds=1)} seconds) are allowed"
        )
        return (self.finding(message, location="validity"),)


class ValidityAtMostShape(RuleShape):
    """`max` is a length of time or a schedule."""

    kind: Literal["validity_at_most"]
    max: LimitShape

    def resolve(self, definitions: Definitions, place: Place) -> ValidityAtMost:
        """Refuses a limit over the BR's on any day."""
        limits, places = definitions.limit(self.max, place.below("max"))
        refuse_looser(limits, MAX_VALIDITY, "BR 6.3.2", places)
        return ValidityAtMost(limits)
