"""Limits that change by date: the value in force is that of the last step reached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Generic, Self, TypeVar

from pydantic import Field, model_validator

from gate.baseline import EARLIEST, Step
from gate.errors import ConfigError
from gate.policy.named import ScheduleName
from gate.policy.problems import listed
from gate.policy.scalars import Moment, Whole, mistake
from gate.policy.shape import Shape, keys_given, mistake_at

_LONGEST = timedelta(days=36_500)

T_ = TypeVar("T_")


@dataclass(frozen=True, slots=True)
class Dated(Generic[T_]):
    """From this moment on, this value."""

    start: datetime
    value: T_


@dataclass(frozen=True, slots=True)
class Schedule(Generic[T_]):
    """Values by date, earliest first; there is at least one step.

    `name` is the policy's own for it, empty where the value stands in the rule itself.
    """

    steps: tuple[Dated[T_], ...]
    name: str = field(default="", compare=False)

    @classmethod
    def constant(cls, value: T_) -> "Schedule[T_]":
        """A schedule that never changes."""
        return cls((Dated(EARLIEST, value),))

    def between(self, start: datetime, end: datetime) -> tuple[T_, ...]:
        """Every value in force at some moment from `start` to `end`, both included.

        Raises ConfigError where `start` lies before the first step: no value is known then.
        """
        begun = [step for step in self.steps if step.start <= end]
        passed = sum(step.start <= start for step in begun)
        if passed == 0:
            first = self.steps[0].start
            raise ConfigError(f"the schedule begins on {first:%Y-%m-%d} and was asked of before")
        return tuple(step.value for step in begun[passed - 1 :])

    def at(self, moment: datetime) -> T_ | None:
        """The value in force at a moment; None before the first step."""
        reached = [step.value for step in self.steps if step.start <= moment]
        return reached[-1] if reached else None

    def told(self, clause: Callable[[T_], str]) -> tuple[Dated[str], ...]:
        """Each step in words."""
        return tuple(Dated(step.start, clause(step.value)) for step in self.steps)

    def spans(self) -> Iterator[tuple[int, Dated[T_], datetime | None]]:
        """Each step with its number and the moment at which the next one takes over."""
        ends = [*(later.start for _, later in pairwise(self.steps)), None]
        for at, (step, end) in enumerate(zip(self.steps, ends, strict=True)):
            yield at, step, end


def exceeded(
    schedule: Schedule[timedelta], limits: tuple[Step, ...]
) -> Iterator[tuple[int, datetime, timedelta]]:
    """Where a schedule is looser than limits that have dates of their own.

    Gives the number of each step that is, the first moment from which it is, and the limit
    in force then. Before the schedule's first step there is nothing to compare.
    """
    limit_ends = [*(step.start for step in limits[1:]), None]
    for at, step, end in schedule.spans():
        for limit, limit_end in zip(limits, limit_ends, strict=True):
            moment = max(step.start, limit.start)
            overlap = (end is None or moment < end) and (limit_end is None or moment < limit_end)
            if overlap and step.value > limit.limit:
                yield at, moment, limit.limit
                break


class SpanShape(Shape):
    """A length of time, in one unit: `{days: 199}`, `{hours: 8}` or `{seconds: 30}`."""

    model_config = keys_given(1)

    days: Whole | None = Field(
        None, description="The length in days of 86,400 seconds.", examples=[99]
    )
    hours: Whole | None = Field(None, description="The length in hours.", examples=[47])
    seconds: Whole | None = Field(None, description="The length in seconds.", examples=[864000])

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        choices = [name for name in type(self).model_fields if name != "start"]
        if sum(getattr(self, name) is not None for name in choices) != 1:
            raise mistake(f"give exactly one of {listed(choices)}")
        if self.length > _LONGEST:
            raise mistake("must not be longer than 36500 days")
        return self

    @property
    def length(self) -> timedelta:
        """The length; a day is 86,400 seconds."""
        return timedelta(days=self.days or 0, hours=self.hours or 0, seconds=self.seconds or 0)


class LimitShape(SpanShape):
    """A limit: a length of time, or `{schedule: name}` for one that changes by date."""

    schedule: ScheduleName | None = Field(
        None,
        description="The name of a schedule of this policy: a limit that changes by date.",
        examples=["longest-validity"],
    )


class SteppedShape(Shape):
    """Something that holds from a moment on."""

    start: Moment = Field(
        alias="from",
        description="From when on this holds: a date (00:00:00 UTC of that day) or a time in UTC.",
        examples=["2027-03-15", "2027-03-15T12:00:00Z"],
    )


class StepShape(SpanShape, SteppedShape):
    """One step of a schedule: from this moment on, this length of time."""

    model_config = keys_given(2)


D_ = TypeVar("D_", bound=SteppedShape)


def forward(steps: tuple[D_, ...]) -> tuple[D_, ...]:
    """The steps as they are, if each begins after the one before it."""
    for at, (earlier, later) in enumerate(pairwise(steps), start=1):
        if later.start <= earlier.start:
            raise mistake_at((at, "from"), "dates must go forward", later.start)
    return steps
