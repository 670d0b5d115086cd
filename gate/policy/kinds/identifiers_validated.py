"""The kind `identifiers_validated`: control of every name and address was shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from gate.baseline import ACME_METHODS, METHODS
from gate.model import Case, Identifier, IdentifierFacts, IdentifierType, Validation
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_sets, paired
from gate.policy.named import MethodName
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import IdentifierTypeWord, SomeOf
from gate.policy.schedule import Dated, Schedule, SteppedShape, forward
from gate.policy.sentences import by_date, enumerated, since, types_of
from gate.policy.validation import ValidationRequirement, between_types


@dataclass(frozen=True, slots=True)
class IdentifiersValidated(ValidationRequirement):
    """Each identifier rests on a validation of this applicant, by a method allowed now."""

    kind: ClassVar[str] = "identifiers_validated"
    sections: ClassVar[tuple[str, ...]] = ("BR 3.2.2.4", "BR 3.2.2.5")
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

    def in_words(self) -> str:
        """One sentence for each step, with every method."""
        return by_date(self.methods, self._clause)

    def differences(self, older: "IdentifiersValidated") -> tuple[Difference, ...]:
        """The types of identifier, and the methods by date for the types judged by both."""
        return (*between_types(self, older), *self._methods(older))

    def coming(self) -> tuple[Dated[str], ...]:
        """What each step takes away and brings."""
        steps = [Dated(self.methods.steps[0].start, self._clause(self.methods.steps[0].value))]
        for earlier, later in pairwise(self.methods.steps):
            ended, begun = earlier.value - later.value, later.value - earlier.value
            told = [
                f"{verb} {enumerated(sorted(methods, key=_by_number))}"
                for verb, methods in (("no longer allowed:", ended), ("newly allowed:", begun))
                if methods
            ]
            steps.append(Dated(later.start, f"validation methods {'; '.join(told)}"))
        return tuple(steps)

    def _clause(self, methods: frozenset[str]) -> str:
        listed = enumerated(sorted(methods, key=_by_number), "or")
        types = types_of(self.identifiers)
        return f"each {types} rests on a validation for this applicant by method {listed}"

    def _methods(self, older: "IdentifiersValidated") -> Iterator[Difference]:
        both = self.identifiers & older.identifiers
        of_both = frozenset(name for name, method in METHODS.items() if method.identifiers in both)
        nothing = frozenset[str]()
        for start, new, old in paired(self.methods, older.methods):
            of_new, of_old = (new or nothing) & of_both, (old or nothing) & of_both
            what = f"{since(start)}methods"
            yield from between_sets(of_new, of_old, what, added=Change.LOOSER)


def _by_number(section: str) -> tuple[int, ...]:
    return tuple(int(part) for part in section.split(".") if part.isdigit())


class MethodsStepShape(SteppedShape):
    """From this moment on, these methods are allowed."""

    allow: SomeOf[MethodName] = Field(
        description="The sections of the Baseline Requirements whose methods are allowed.",
        examples=[["3.2.2.4.7", "3.2.2.5.6"]],
    )


class IdentifiersValidatedShape(RuleShape):
    """`methods` has the sections of the BR that are allowed, by date."""

    kind: Literal["identifiers_validated"] = Field(
        description="Each identifier rests on a validation for this applicant by an allowed "
        "method that reaches as far as the identifier."
    )
    identifiers: SomeOf[IdentifierTypeWord] = Field(
        description="The types of identifier that the rule judges.", examples=[["dns", "ip"]]
    )
    methods: Annotated[SomeOf[MethodsStepShape], AfterValidator(forward)] = Field(
        description="The methods that are allowed, by date; the last step reached holds.",
        examples=[[{"from": "2027-03-15", "allow": ["3.2.2.4.7", "3.2.2.5.6"]}]],
    )

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
