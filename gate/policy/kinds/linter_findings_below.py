"""The kind `linter_findings_below`: the linters answered, and found nothing too bad."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from packaging.specifiers import SpecifierSet
from pydantic import Field

from gate.baseline import REQUIRED_LINTERS
from gate.model import BlockCause, Case, Finding, LinterReport, LinterStatus, Severity
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference
from gate.policy.named import LinterName
from gate.policy.overrides import (
    Override,
    OverrideShape,
    between_overrides,
    is_version_of,
    overrides_of,
    treated,
    word_of,
)
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import NotEmpty, SeverityWord, SomeOf
from gate.policy.schedule import Dated
from gate.policy.sentences import enumerated, sentence


@dataclass(frozen=True, slots=True)
class LinterFindingsBelow(Requirement):
    """Each named linter completed, and reported nothing at its threshold or above.

    `versions` has, by linter, which versions of it may answer.
    """

    kind: ClassVar[str] = "linter_findings_below"
    faults: ClassVar[Mapping[str, str]] = {
        "": "a linter reports something at its threshold or above",
        "missing": "a linter gave no report",
        "incomplete": "a linter did not finish",
        "version": "a linter is not of a required version",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 4.3.1.2", "BR 6.1.1.3")
    cause: ClassVar[BlockCause] = BlockCause.LINTER
    thresholds: Mapping[str, Severity]
    overrides: tuple[Override, ...] = ()
    versions: Mapping[str, SpecifierSet] = field(default_factory=dict)

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Look at every report of each linter; one that says nothing has not passed."""
        return tuple(
            finding for name in self.thresholds for finding in self._judged_linter(name, case)
        )

    def _judged_linter(self, name: str, case: Case) -> Iterator[Finding]:
        reports = [report for report in case.linters if report.name == name]
        if not reports:
            yield self.finding(f"linter {quoted(name)} gave no report", more="missing")
        for report in reports:
            yield from self._judged_report(report, case)

    def _judged_report(self, report: LinterReport, case: Case) -> Iterator[Finding]:
        name = report.name
        if report.status is not LinterStatus.COMPLETED:
            text = f"linter {quoted(name)} did not complete: {report.status.value}"
            yield self.finding(text, more="incomplete")
            return
        versions = self.versions.get(name)
        if versions is not None and not is_version_of(report.version, versions):
            text = f"linter {quoted(name)} is of version {quoted(report.version)}"
            yield self.finding(f"{text}, and {quoted(str(versions))} is required", more="version")
        for found in report.findings:
            counts_as = treated(self.overrides, name, found, case)
            if counts_as is not None and counts_as >= self.thresholds[name]:
                yield self._passed_on(name, found, counts_as)

    def _passed_on(self, name: str, found: Finding, counts_as: Severity) -> Finding:
        message = (
            f"{quoted(name)} reports {found.severity.name.lower()} {quoted(found.code)}: "
            f"{quoted(found.message)}"
        )
        if counts_as is not found.severity:
            message = f"{message}, which counts as {word_of(counts_as)} here"
        return self.finding(message, location=found.location)

    def in_words(self) -> str:
        """One sentence for the thresholds, and one for each override."""
        told = []
        for name, threshold in sorted(self.thresholds.items()):
            of = f" {self.versions[name]}" if name in self.versions else ""
            told.append(
                f"linter {name}{of} reports nothing of severity {word_of(threshold)} or worse"
            )
        overrides = (sentence(each.in_words().rstrip(".")) for each in self.overrides)
        return " ".join((sentence(enumerated(told)), *overrides))

    def differences(self, older: "LinterFindingsBelow") -> tuple[Difference, ...]:
        """The thresholds, the overrides and the versions."""
        return (
            *self._threshold_differences(older),
            *between_overrides(self.overrides, older.overrides, self.thresholds),
            *self._version_differences(older),
        )

    def coming(self) -> tuple[Dated[str], ...]:
        """The overrides, each on the day of its end."""
        ends = sorted(self.overrides, key=lambda each: each.until)
        return tuple(
            Dated(each.until, f"{each.linter}'s {quoted(each.lint)} counts as it is reported")
            for each in ends
        )

    def _threshold_differences(self, older: "LinterFindingsBelow") -> Iterator[Difference]:
        for name in sorted(self.thresholds.keys() | older.thresholds.keys()):
            new, old = self.thresholds.get(name), older.thresholds.get(name)
            if new != old:
                stricter = old is None or (new is not None and new < old)
                text = f"threshold of {name} {_threshold(new)}, it was {_threshold(old)}"
                yield Difference(Change.STRICTER if stricter else Change.LOOSER, text)

    def _version_differences(self, older: "LinterFindingsBelow") -> Iterator[Difference]:
        for name in sorted(self.versions.keys() | older.versions.keys()):
            new, old = self.versions.get(name), older.versions.get(name)
            if new != old:
                change = Change.STRICTER if old is None else Change.UNCLEAR
                text = f"version of {name} {new or 'any'}, it was {old or 'any'}"
                yield Difference(Change.LOOSER if new is None else change, text)


def _threshold(severity: Severity | None) -> str:
    return "none" if severity is None else word_of(severity)


class LinterFindingsBelowShape(RuleShape):
    """`thresholds` has, by linter, the severity from which a finding blocks."""

    kind: Literal["linter_findings_below"] = Field(
        description="Each linter examined the certificate and reports nothing at its threshold or "
        "above."
    )
    thresholds: Annotated[dict[LinterName, SeverityWord], NotEmpty] = Field(
        description="By linter, the severity from which a finding blocks.",
        examples=[{"pkilint": "error", "badkeys": "error"}],
    )
    overrides: SomeOf[OverrideShape] = Field(
        default=(),
        description="What single lints count as, each until a date and with a reason.",
    )

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
        overrides = overrides_of(self.overrides, definitions, place.below("overrides"))
        for at, override in enumerate(overrides):
            if override.linter in definitions.linters and override.linter not in self.thresholds:
                text = f"the rule has no threshold for {quoted(override.linter)}"
                place.below("overrides", at, "lint", "linter").note(text)
        demanded = ((name, definitions.linters.get(name)) for name in self.thresholds)
        versions = {name: each for name, each in demanded if each is not None}
        return LinterFindingsBelow(self.thresholds, overrides, versions)
