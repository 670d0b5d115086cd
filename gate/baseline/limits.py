"""Limits that change by date. A bare date is 00:00:00 UTC (BR 1.6.4)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def day(year: int, month: int, number: int) -> datetime:
    """The first moment of a day."""
    return datetime(year, month, number, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """From this moment on, this limit."""

    start: datetime
    limit: timedelta


EARLIEST = day(1970, 1, 1)

MAX_VALIDITY = (
    Step(EARLIEST, timedelta(days=398)),
    Step(day(2026, 3, 15), timedelta(days=200)),
    Step(day(2027, 3, 15), timedelta(days=100)),
    Step(day(2029, 3, 15), timedelta(days=47)),
)
"""BR 6.3.2; the time counts inclusively, so notAfter - notBefore is a second less."""

MAX_VALIDATION_AGE = (
    Step(EARLIEST, timedelta(days=398)),
    Step(day(2026, 3, 15), timedelta(days=200)),
    Step(day(2027, 3, 15), timedelta(days=100)),
    Step(day(2029, 3, 15), timedelta(days=10)),
)
"""BR 4.2.1, for domain names and addresses."""

NOT_BEFORE_WINDOW = timedelta(hours=48)
"""BR 7.1.2.7: notBefore lies within this of the signing, before or after."""


def limit_at(steps: tuple[Step, ...], start: datetime, end: datetime) -> timedelta:
    """The strictest limit in force at any moment between `start` and `end`, both included."""
    in_force = [step for step in steps if step.start <= end]
    past = [step for step in in_force if step.start <= start]
    return min(step.limit for step in (past[-1], *in_force[len(past) :]))
