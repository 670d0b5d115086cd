"""The kind `validation_age`: no validation is older than the limit in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from gate.baseline import MAX_VALIDATION_AGE
from gate.model import Case, IdentifierFacts, Validation
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_limits
from gate.policy.limit import refuse_looser
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import IdentifierTypeWord, SomeOf
from gate.policy.schedule import Dated, LimitShape, Schedule
from gate.policy.sentences import by_date, length_of, types_of
from gate.policy.validation import ValidationRequirement, between_types


@dataclass(frozen=True, slots=True)
class ValidationAge(ValidationRequirement):
    """Each identifier rests on a validation not older than the limit.

    The age counts from the earlier of initiation and oldest datum to the last moment at which
    a release could be used.
    """

    kind: ClassVar[str] = "validation_age"
    sections: ClassVar[tuple[str, ...]] = ("BR 4.2.1",)
    limits: Schedule[timedelta]

    def refuses(self, validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
        """Refuse a validation that is older than the limit, or begins in the future."""
        if facts.identifier.type not in self.identifiers:
            return None
        limit = min(self.limits.between(case.at, case.release_ends))
        if validation.counts_from > case.at:
            return f"it counts from {_shown(validation.counts_from)}, which is still to come"
        if case.release_ends - validation.counts_from > limit:
            used_up = validation.counts_from + limit
            return f"it counts from {_shown(validation.counts_from)} and ended on {_shown(used_up)}"
        return None

    def in_words(self) -> str:
        """One sentence for each step."""
        counted_from = "The age counts from the earlier of its beginning and its oldest datum."
        return f"{by_date(self.limits, self._clause)} {counted_from}"

    def differences(self, older: "ValidationAge") -> tuple[Difference, ...]:
        """The types of identifier, and the limit by date."""
        limits = between_limits(self.limits, older.limits, "the greatest age of a validation is")
        return (*between_types(self, older), *limits)

    @property
    def schedules(self) -> tuple[Schedule[timedelta], ...]:
        """The limit."""
        return (self.limits,)

    def coming(self) -> tuple[Dated[str], ...]:
        """The steps of the limit."""
        return self.limits.told(self._clause)

    def _clause(self, limit: timedelta) -> str:
        types = types_of(self.identifiers)
        return f"the validation of each {types} is at most {length_of(limit)} old"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


class ValidationAgeShape(RuleShape):
    """`max_age` is a length of time or a schedule."""

    kind: Literal["validation_age"] = Field(
        description="No validation that the certificate rests on is older than `max_age`."
    )
    identifiers: SomeOf[IdentifierTypeWord] = Field(
        description="The types of identifier that the rule judges.", examples=[["dns", "ip"]]
    )
    max_age: LimitShape = Field(
        description="The greatest age of a validation: a length of time, or a schedule's name. "
        "It counts from the earlier of its beginning and its oldest datum.",
        examples=[{"days": 100}, {"schedule": "oldest-validation"}],
    )

    def resolve(self, definitions: Definitions, place: Place) -> ValidationAge:
        """Refuses an age over the BR's on any day."""
        limits, places = definitions.limit(self.max_age, place.below("max_age"))
        refuse_looser(limits, MAX_VALIDATION_AGE, "BR 4.2.1", places)
        return ValidationAge(frozenset(self.identifiers), limits)
