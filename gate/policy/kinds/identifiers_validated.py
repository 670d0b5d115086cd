"""The kind `identifiers_validated`: control of every name and address was shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from gate.baseline import ACME_METHODS, METHODS
from gate.model import Case, Identifier, IdentifierFacts, IdentifierType, Validation
from gate.policy.definitions import Definitions, Place
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import IdentifierTypeWord, SomeOf, Text
from gate.policy.schedule import Dated, Schedule, SteppedShape, forward
from gate.policy.validation import ValidationRequirement


@dataclass(frozen=True, slots=True)
class IdentifiersValidated(ValidationRequirement):
    """Each identifier rests on a validation of this applicant, by a method allowed now."""

    kind: ClassVar[str] = "identifiers_validated"
    methods: Schedule[frozenset[str]]

    def refuses(self, validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
        """Refuse methods that are not allowed, or do not reach as far as the identifier."""
        identifier = facts.identifier
        if identifier.type not in self.identifiers:
            return None
        reason = self._why_not(validation, identifier, case)
        return f"method {quoted(validation.method)} {reason}" if reason else None

    def _why_not(self, validation: Validation, identifier: Identifier, case: Case) -> str | None:
        method = METHODS.get(validation.method)
        if method is None or method.identifiers is not identifier.type:
            return f"is none for identifiers of type `{identifier.type}`"
        allowed = self.methods.between(case.at, case.release_ends)
        if not all(validation.method in methods for methods in allowed):
            was = any(validation.method in step.value for step in self.methods.steps)
            return "is not allowed now" if was else "is not allowed"
        if identifier.wildcard and not method.wildcards:
            return "cannot cover wildcard names"
        if identifier.fqdn != validation.scope and not method.subdomains:
            return f"covers {quoted(validation.scope)} alone, and no name below it"
        return None


class MethodsStepShape(SteppedShape):
    """From this moment on, these methods are allowed."""

    allow: SomeOf[Text]


class IdentifiersValidatedShape(RuleShape):
    """`methods` has the sections of the BR that are allowed, by date."""

    kind: Literal["identifiers_validated"]
    identifiers: SomeOf[IdentifierTypeWord]
    methods: Annotated[SomeOf[MethodsStepShape], AfterValidator(forward)]

    def resolve(self, definitions: Definitions, place: Place) -> IdentifiersValidated:
        """Refuses methods that the BR do not permit, on any day on which they would be allowed."""
        del definitions
        steps = tuple(Dated(step.start, frozenset(step.allow)) for step in self.methods)
        schedule = Schedule(steps)
        for at, step, end in schedule.spans():
            for number, method in enumerate(self.methods[at].allow):
                fault = _looser(method, frozenset(self.identifiers), step.start, end)
                if fault:
                    place.below("methods", at, "allow", number).note(fault)
        return IdentifiersValidated(frozenset(self.identifiers), schedule)


def _looser(
    section: str, types: frozenset[IdentifierType], start: datetime, end: datetime | None
) -> str | None:
    method = METHODS.get(section)
    if method is None:
        return f"the BR permit no method {quoted(section)}{_meant(section, types)}"
    if method.identifiers not in types:
        return (
            f"{quoted(section)} is for type `{method.identifiers}`, which this rule does not judge"
        )
    if not method.permitted(start):
        return f"the BR permit {quoted(section)} no longer: it ended on {method.until:%Y-%m-%d}"
    if method.until and (end is None or method.until < end):
        day = f"{method.until:%Y-%m-%d}"
        return f"the BR permit {quoted(section)} until {day}: add a step from {day} without it"
    return None


def _meant(section: str, types: frozenset[IdentifierType]) -> str:
    """The method that was probably meant, where it was named as ACME does or misspelt."""
    for type_ in sorted(types):
        if (type_, section) in ACME_METHODS:
            return f"; did you mean {quoted(ACME_METHODS[type_, section])}?"
    return did_you_mean(section, METHODS)
