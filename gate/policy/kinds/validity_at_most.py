"""The kind `validity_at_most`: no certificate lives longer than the limit in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from gate.baseline import MAX_VALIDITY
from gate.model import Case, Finding
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_limits
from gate.policy.limit import refuse_looser
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.schedule import Dated, LimitShape, Schedule
from gate.policy.sentences import by_date, length_of


@dataclass(frozen=True, slots=True)
class ValidityAtMost(Requirement):
    """The seconds from notBefore to notAfter, both counted, do not exceed the limit.

    The limit goes by the gate's clock, never by notBefore.
    """

    kind: ClassVar[str] = "validity_at_most"
    faults: ClassVar[Mapping[str, str]] = {
        "": "the validity period is longer than the limit in force"
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 6.3.2",)
    limits: Schedule[timedelta]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare the validity period with the strictest limit in force."""
        most = min(self.limits.between(case.at, case.release_ends))
        seconds = certificate_of(case).validity_seconds
        if seconds <= most.total_seconds():
            return ()
        message = (
            f"the validity period is {seconds} seconds, both ends counted, and "
            f"{length_of(most)} ({most // timedelta(seconds=1)} seconds) are allowed"
        )
        return (self.finding(message, location="validity"),)

    def in_words(self) -> str:
        """One sentence for each step."""
        return by_date(self.limits, _clause)

    def differences(self, older: "ValidityAtMost") -> tuple[Difference, ...]:
        """The limit by date."""
        return tuple(between_limits(self.limits, older.limits, "the longest validity period is"))

    @property
    def schedules(self) -> tuple[Schedule[timedelta], ...]:
        """The limit."""
        return (self.limits,)

    def coming(self) -> tuple[Dated[str], ...]:
        """The steps of the limit."""
        return self.limits.told(_clause)


def _clause(limit: timedelta) -> str:
    return f"the validity period is at most {length_of(limit)}, both ends counted"


class ValidityAtMostShape(RuleShape):
    """`max` is a length of time or a schedule."""

    kind: Literal["validity_at_most"] = Field(
        description="From notBefore to notAfter, both counted, is no longer than `max`."
    )
    max: LimitShape = Field(
        description="The longest validity period: a length of time, or the name of a schedule.",
        examples=[{"days": 99}, {"schedule": "longest-validity"}],
    )

    def resolve(self, definitions: Definitions, place: Place) -> ValidityAtMost:
        """Refuses a limit over the BR's on any day."""
        limits, places = definitions.limit(self.max, place.below("max"))
        refuse_looser(limits, MAX_VALIDITY, "BR 6.3.2", places)
        return ValidityAtMost(limits)
