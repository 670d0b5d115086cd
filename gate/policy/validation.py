"""What the kinds that judge validations have in common."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gate.model import (
    BlockCause,
    Case,
    Finding,
    IdentifierFacts,
    IdentifierType,
    Validation,
)
from gate.policy.change import Change
from gate.policy.differences import Difference, between_sets
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement


@dataclass(frozen=True, slots=True)
class ValidationRequirement(Requirement):
    """Each identifier of these types rests on a validation that is not refused."""

    cause: ClassVar[BlockCause] = BlockCause.EVIDENCE_MISSING
    faults: ClassVar[Mapping[str, str]] = {
        "": "no validation of an identifier can be relied on",
        "other_applicant": "an identifier was validated for other applicants only",
        "never": "an identifier was never validated",
    }
    identifiers: frozenset[IdentifierType]

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """The types named in the rule."""
        return self.identifiers

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Judge the validation that each identifier rests on, and say plainly what is wrong."""
        return tuple(self._judged(case))

    @abstractmethod
    def refuses(self, validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
        """Why this one validation is not good enough for this identifier, or None."""

    def _judged(self, case: Case) -> Iterator[Finding]:
        for facts in case.identifiers:
            if facts.identifier.type not in self.identifiers:
                continue
            if fault := self._fault(facts, case):
                message, more = fault
                name = quoted(str(facts.identifier))
                yield self.finding(f"{name} {message}", location=facts.location, more=more)

    def _fault(self, facts: IdentifierFacts, case: Case) -> tuple[str, str] | None:
        if facts.relied_on is not None:
            reason = self.refuses(facts.relied_on.evidence, facts, case)
            return (f"rests on a validation that does not count: {reason}", "") if reason else None
        if facts.candidates:
            reason = self.refuses(facts.candidates[0].evidence, facts, case)
            why = f": of the newest, {reason}" if reason else ", for reasons other rules give"
            return f"has no validation that can be relied on{why}", ""
        if facts.validated_for_others:
            return "was validated only for other applicants, not for this one", "other_applicant"
        return "was never validated", "never"


def between_types(new: ValidationRequirement, old: ValidationRequirement) -> Iterator[Difference]:
    """The types of identifier that a rule judges: one more is stricter."""
    yield from between_sets(
        frozenset(map(str, new.identifiers)),
        frozenset(map(str, old.identifiers)),
        "types of identifier",
        added=Change.STRICTER,
    )
