"""Limits change at the moment they say, and the stricter holds where a release spans it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.baseline import MAX_VALIDITY, Step, limit_at
from gate.errors import ConfigError
from gate.policy.schedule import Dated, Schedule, exceeded

DAY = timedelta(days=1)
START = datetime(2026, 3, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)
moments = st.integers(-400, 1500).map(lambda days: START + days * DAY)


def schedule(*steps: tuple[int, int]) -> Schedule[int]:
    return Schedule(tuple(Dated(START + day * DAY, value) for day, value in steps))


@pytest.mark.parametrize(
    ("start", "end", "values"),
    [
        (START, START, (1,)),
        (START + 10 * DAY - TICK, START + 10 * DAY - TICK, (1,)),
        (START + 10 * DAY - TICK, START + 10 * DAY, (1, 2)),
        (START + 10 * DAY, START + 10 * DAY, (2,)),
        (START + 10 * DAY, START + 20 * DAY - TICK, (2,)),
        (START, START + 20 * DAY, (1, 2, 3)),
    ],
)
def test_every_value_in_force_in_between_is_given(
    start: datetime, end: datetime, values: tuple[int, ...]
) -> None:
    assert schedule((0, 1), (10, 2), (20, 3)).between(start, end) == values


def test_before_the_first_step_nothing_is_known() -> None:
    with pytest.raises(ConfigError, match="begins on 2026-03-15"):
        schedule((0, 1)).between(START - TICK, START)


@given(
    st.dictionaries(st.integers(0, 1400), st.integers(1, 420), min_size=1, max_size=5),
    moments,
)
def test_a_schedule_that_exceeds_nothing_never_exceeds_the_baseline(
    steps: dict[int, int], moment: datetime
) -> None:
    limits = Schedule(
        tuple(Dated(START + day * DAY, days * DAY) for day, days in sorted(steps.items()))
    )
    looser = {at for at, _, _ in exceeded(limits, MAX_VALIDITY)}
    for at, step, end in limits.spans():
        inside = step.start <= moment and (end is None or moment < end)
        if inside and step.value > limit_at(MAX_VALIDITY, moment, moment):
            assert at in looser
    for at, since, most in exceeded(limits, MAX_VALIDITY):
        assert limits.steps[at].value > most == limit_at(MAX_VALIDITY, since, since)


def test_a_looser_step_is_found_from_the_first_moment_on() -> None:
    baseline = (Step(START, 30 * DAY), Step(START + 50 * DAY, 10 * DAY))
    limits = Schedule((Dated(START - 5 * DAY, 20 * DAY), Dated(START + 60 * DAY, 10 * DAY)))
    assert list(exceeded(limits, baseline)) == [(0, START + 50 * DAY, 10 * DAY)]
