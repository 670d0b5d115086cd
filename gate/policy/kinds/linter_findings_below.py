"""The kind `linter_findings_below`: the linters answered, and found nothing too bad."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from gate.baseline import REQUIRED_LINTERS
from gate.model import BlockCause, Case, Finding, LinterReport, LinterStatus, Severity
from gate.policy.definitions import Definitions, Place
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import NotEmpty, SeverityWord, Text


@dataclass(frozen=True, slots=True)
class LinterFindingsBelow(Requirement):
    """Each named linter completed, and reported nothing at its threshold or above."""

    kind: ClassVar[str] = "linter_findings_below"
    cause: ClassVar[BlockCause] = BlockCause.LINTER
    thresholds: Mapping[str, Severity]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look at every report of each linter; one that says nothing has not passed."""
        return tuple(
            finding
            for name, threshold in self.thresholds.items()
            for finding in self._judged(name, threshold, case.linters)
        )

    def _judged(
        self, name: str, threshold: Severity, reports: tuple[LinterReport, ...]
    ) -> Iterator[Finding]:
        of_this = [report for report in reports if report.name == name]
        if not of_this:
            yield self.finding(f"linter {quoted(name)} gave no report", more="missing")
        for report in of_this:
            if report.status is not LinterStatus.COMPLETED:
                text = f"linter {quoted(name)} did not complete: {report.status.value}"
                yield self.finding(text, more="incomplete")
                continue
            for found in report.findings:
                if found.severity >= threshold:
                    yield self._passed_on(name, found)

    def _passed_on(self, name: str, found: Finding) -> Finding:
        message = (
            f"{quoted(name)} reports {found.severity.name.lower()} {quoted(found.code)}: "
            f"{quoted(found.message)}"
        )
        return self.finding(message, location=found.location)


class LinterFindingsBelowShape(RuleShape):
    """`thresholds` has, by linter, the severity from which a finding blocks."""

    kind: Literal["linter_findings_below"]
    thresholds: Annotated[dict[Text, SeverityWord], NotEmpty]

    def resolve(self, definitions: Definitions, place: Place) -> LinterFindingsBelow:
        """Refuses linters that the policy does not name, and less than the gate demands."""
        for name in self.thresholds:
            definitions.threshold(name, place.below("thresholds", name))
        for name in sorted(REQUIRED_LINTERS):
            threshold = self.thresholds.get(name)
            if threshold is None:
                place.below("thresholds").note(f"a threshold for {quoted(name)} is missing")
            elif threshold > Severity.ERROR:
                text = "it must be `error` or lower: what a linter calls an error is one"
                place.below("thresholds", name).note(text)
        return LinterFindingsBelow(self.thresholds)
