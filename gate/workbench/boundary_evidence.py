"""The boundaries of rules about evidence: methods and ages of validations, linters' reports."""

from collections.abc import Iterator
from datetime import timedelta

from gate.baseline import METHODS
from gate.model import LinterStatus, Severity
from gate.policy import Rule
from gate.policy.kinds.identifiers_validated import IdentifiersValidated
from gate.policy.kinds.linter_findings_below import LinterFindingsBelow
from gate.policy.kinds.validation_age import ValidationAge
from gate.policy.overrides import Override
from gate.policy.sentences import length_of
from gate.workbench.boundary import Boundary, Scene, Value, length

_SECOND = timedelta(seconds=1)
_SEVERITIES = tuple(each.name.lower() for each in Severity)


def identifiers_validated(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Every method that there is, around the beginning of each step."""
    requirement = rule.requirement
    if not isinstance(requirement, IdentifiersValidated):
        raise TypeError(rule.kind)
    for type_ in sorted(requirement.identifiers):
        number = scene.validation(type_)
        methods = tuple(name for name, each in METHODS.items() if each.identifiers is type_)
        if number is None:
            continue
        starts = (step.start for step in requirement.methods.steps)
        for when, at in (each for start in starts for each in scene.around(start)):
            yield Boundary(
                name=f"methods for {type_}, {when}",
                path=f"validations.{number}.method",
                values=methods,
                at=at,
            )


def validation_age(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """The oldest validation that any release of its life allows, and a second older."""
    requirement = rule.requirement
    if not isinstance(requirement, ValidationAge):
        raise TypeError(rule.kind)
    numbers = [scene.validation(type_) for type_ in sorted(requirement.identifiers)]
    for number in (each for each in numbers if each is not None):
        method = scene.facts.validations[number].method
        for when, at, limit in scene.limits(requirement.limits):
            oldest = limit - scene.life
            yield Boundary(
                name=f"{length_of(limit)} and a second more, {when}, by {method}",
                path=f"validations.{number}",
                values=tuple(
                    {"method": method, "age": length(age)} for age in (oldest, oldest + _SECOND)
                ),
                at=at,
            )


def linter_findings_below(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each severity and version of each linter, every end of its work, each override's dates."""
    requirement = rule.requirement
    if not isinstance(requirement, LinterFindingsBelow):
        raise TypeError(rule.kind)
    for linter in requirement.thresholds:
        bounds = sorted({each.version for each in requirement.versions.get(linter, ())})
        yield from _of_linter(linter, bounds)
    for override in requirement.overrides:
        yield from _of_override(override, scene)


def _of_linter(linter: str, bounds: list[str]) -> Iterator[Boundary]:
    path = f"linters.{linter}"
    found = tuple(_found("made-up.lint", word) for word in _SEVERITIES)
    yield Boundary(name=f"{linter} reports each severity", path=f"{path}.findings", values=found)
    yield Boundary(name=f"{linter} gives no report", path=path, values=(None,))
    ends = tuple(each.value.lower() for each in LinterStatus)
    yield Boundary(name=f"{linter} ends in each way", path=f"{path}.status", values=ends)
    versions = tuple(word for bound in bounds for word in _versions(bound))
    if versions:
        yield Boundary(name=f"versions of {linter}", path=f"{path}.version", values=versions)


def _of_override(override: Override, scene: Scene) -> Iterator[Boundary]:
    """What it is for in each severity, around its end."""
    for when, at in scene.around(override.until):
        yield Boundary(
            name=f"{override.lint}, {when}",
            path=f"linters.{override.linter}.findings",
            values=tuple(
                _found(override.lint, word, override.message_contains) for word in _SEVERITIES
            ),
            change={"request.profile": min(override.profiles)} if override.profiles else {},
            at=at,
        )


def _found(lint: str, severity: str, message: str = "") -> Value:
    more = {"message": message} if message else {}
    return ({"code": lint, "severity": severity, **more},)


def _versions(bound: str) -> tuple[str, ...]:
    """A version that a limit names, and the nearest two beside it."""
    *first, last = bound.split(".")
    before = (
        [".".join([*first, str(int(last) - 1), "9999"])] if last.isdigit() and int(last) else []
    )
    return (*before, bound, f"{bound}.1")
