"""The kind `validation_age`: no validation is older than the limit in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from gate.baseline import MAX_VALIDATION_AGE
from gate.model import Case, IdentifierFacts, Validation
from gate.policy.definitions import Definitions, Place
from gate.policy.limit import refuse_looser
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import IdentifierTypeWord, SomeOf
from gate.policy.schedule import LimitShape, Schedule
from gate.policy.validation import ValidationRequirement


@dataclass(frozen=True, slots=True)
class ValidationAge(ValidationRequirement):
    """Each identifier rests on a validation not older than the limit.

    The age counts from the earlier of initiation and oldest datum to the last moment at which
    a release could be used.
    """

    kind: ClassVar[str] = "validation_age"
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


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


class ValidationAgeShape(RuleShape):
    """`max_age` is a length of time or a schedule."""

    kind: Literal["validation_age"]
    identifiers: SomeOf[IdentifierTypeWord]
    max_age: LimitShape

    def resolve(self, definitions: Definitions, place: Place) -> ValidationAge:
        """Refuses an age over the BR's on any day."""
        limits, places = definitions.limit(self.max_age, place.below("max_age"))
        refuse_looser(limits, MAX_VALIDATION_AGE, "BR 4.2.1", places)
        return ValidationAge(frozenset(self.identifiers), limits)
