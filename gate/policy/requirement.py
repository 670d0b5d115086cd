"""What a rule demands: one class for each kind, all with the same few questions."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Self

from gate.model import (
    BlockCause,
    Case,
    Finding,
    IdentifierFacts,
    IdentifierType,
    Severity,
    Validation,
)
from gate.policy.change import Change, combined
from gate.policy.differences import Difference
from gate.policy.schedule import Dated, Schedule
from gate.x509 import TBSCertificate


class Requirement(ABC):
    """Something that must be true of a case; each kind of rule is one."""

    __slots__ = ()

    kind: ClassVar[str]
    cause: ClassVar[BlockCause] = BlockCause.POLICY
    faults: ClassVar[Mapping[str, str]] = {"": "the requirement is not met"}
    """What its findings tell of, by what their code ends in after the kind's name."""
    sections: ClassVar[tuple[str, ...]] = ()
    """The sections of standards that a rule of this kind keeps."""

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """The types of identifier it looks at; empty where it looks at none."""
        return frozenset()

    @abstractmethod
    def judge(self, case: Case) -> tuple[Finding, ...]:
        """What is not as it must be; empty where all is well.

        Whatever is raised means that the requirement was not shown to be met.
        """

    @abstractmethod
    def in_words(self) -> str:
        """The requirement as one or more English sentences, with every parameter and date."""

    def compared(self, older: "Requirement") -> Change:
        """What this lets pass, measured against an older requirement; unclear for other kinds."""
        if type(older) is not type(self):
            return Change.UNCLEAR
        return combined(each.change for each in self.differences(older))

    @abstractmethod
    def differences(self, older: Self) -> tuple[Difference, ...]:
        """Each parameter that is not what it was, in words, and which way it goes."""

    @property
    def schedules(self) -> tuple[Schedule[timedelta], ...]:
        """The limits that change by date."""
        return ()

    def coming(self) -> tuple[Dated[str], ...]:
        """What changes by itself, on which day: a clause for each, with what holds from then."""
        return ()

    def refuses(self, validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
        """Why this one validation is not good enough for this identifier, or None."""
        del validation, facts, case
        return None

    def finding(self, message: str, *, location: str = "", more: str = "") -> Finding:
        """A finding of this kind; `more` makes its code more specific."""
        code = f"policy.{self.kind}.{more}" if more else f"policy.{self.kind}"
        return Finding(code=code, severity=Severity.ERROR, message=message, location=location)


def certificate_of(case: Case) -> TBSCertificate:
    """The certificate; raises the Malformed that stands in its place."""
    if isinstance(case.certificate, TBSCertificate):
        return case.certificate
    raise case.certificate
