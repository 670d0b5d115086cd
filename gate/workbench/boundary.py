"""What a boundary test asks, before anybody knows the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from gate.model import IdentifierType, Issuer
from gate.policy import Policy
from gate.policy.document import Mark, Node, Plain
from gate.policy.schedule import Schedule
from gate.workbench.suite_case import RELEASE_LIFE, method_type
from gate.workbench.suite_shape import CaseShape
from gate.workbench.suite_tests import SuiteTest

Value: TypeAlias = "str | int | Mapping[str, Value] | tuple[Value, ...] | None"
"""Something that a test may write: None is `null`, numbers stand without quotes."""

_NOWHERE = Mark(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """One question: the base with `change`, and one after the other these values at `path`.

    Without `at` it is asked at the base's own moment.
    """

    name: str
    path: str
    values: tuple[Value, ...]
    change: Mapping[str, Value] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What boundary tests are made for: a policy, the base they change, and all issuers."""

    policy: Policy
    base: SuiteTest
    issuers: tuple[Issuer, ...]

    @property
    def facts(self) -> CaseShape:
        """What the base says."""
        return self.base.facts

    @property
    def life(self) -> timedelta:
        """How long a release lives."""
        given = self.facts.gate.release_life
        return given.length if given else RELEASE_LIFE

    def around(self, date: datetime) -> tuple[tuple[str, datetime], ...]:
        """The last second that no release carries beyond a date, the last before it, and itself."""
        second = timedelta(seconds=1)
        return (
            (f"the last release before {shown(date)}", date - self.life - second),
            (f"a second before {shown(date)}", date - second),
            (f"from {shown(date)}", date),
        )

    def limits(self, schedule: Schedule[timedelta]) -> Iterator[tuple[str, datetime, timedelta]]:
        """Every limit where it begins and around its end; one without dates now."""
        if len(schedule.steps) == 1:
            yield "now", self.base.at, schedule.steps[0].value
            return
        for _, step, end in schedule.spans():
            yield f"from {shown(step.start)}", step.start, step.value
            for when, at in self.around(end) if end else ():
                yield when, at, step.value

    def validation(self, type_: IdentifierType) -> int | None:
        """The number of the base's first validation by a method for this type."""
        found = (
            at
            for at, each in enumerate(self.facts.validations)
            if method_type(each.method) is type_
        )
        return next(found, None)


def shown(moment: datetime) -> str:
    """A moment as tests write it, without its time of day where that is midnight."""
    text = moment.isoformat().removesuffix("+00:00")
    return text.removesuffix("T00:00:00") if text.endswith("T00:00:00") else f"{text}Z"


def length(span: timedelta) -> Mapping[str, Value]:
    """A length of time as tests write it."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    return {unit: number for unit, number in parts.items() if number} or {"seconds": 0}


def node_of(value: Value) -> Node:
    """The node as it would be read from a file."""
    match value:
        case None:
            return Node(Plain("null"), _NOWHERE)
        case int():
            return Node(Plain(value), _NOWHERE)
        case str():
            return Node(value, _NOWHERE, style='"')
        case tuple():
            return Node(tuple(map(node_of, value)), _NOWHERE)
        case _:
            entries = {key: node_of(each) for key, each in value.items()}
            return Node(entries, _NOWHERE, dict.fromkeys(entries, _NOWHERE))
