"""The clock never goes back, and is in doubt while it was set or lags behind the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.service import SteadyClock
from gate.service.clock import DRIFT, FAR, SETTLING, TOLERANCE
from tests import pki

SECOND = timedelta(seconds=1)


class Machine:
    """A machine's two clocks; `set` moves the one that can be set."""

    def __init__(self) -> None:
        self.wall, self.steady = pki.NOW, 0.0

    def clock(self, **more: timedelta) -> SteadyClock:
        newest = pki.NOW + more["ahead"] if more else None
        return SteadyClock(lambda: self.wall, lambda: self.steady, newest)

    def wait(self, time: timedelta) -> None:
        self.wall += time
        self.steady += time.total_seconds()

    def set(self, step: timedelta) -> None:
        self.wall += step


class Pausing(Machine):
    """A machine that stops for a while just before some of its readings."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: Iterator[float] = iter(())

    def clock(self, **more: timedelta) -> SteadyClock:
        assert not more
        return SteadyClock(self.tell, self.count)

    def tell(self) -> datetime:
        self.pause()
        return self.wall

    def count(self) -> float:
        self.pause()
        return self.steady

    def pause(self) -> None:
        self.wait(timedelta(seconds=next(self.pauses, 0.0)))


def test_an_untouched_clock_tells_the_time() -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(3):
        machine.wait(timedelta(hours=1))
        assert clock() == machine.wall
        assert clock.trouble() == ""


@pytest.mark.parametrize("step", [-timedelta(hours=1), -2 * SECOND, 2 * SECOND, timedelta(days=1)])
def test_a_clock_that_was_set_is_in_doubt_until_it_settles(step: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock()
    machine.set(step)
    assert "the clock was set by" in clock.trouble()
    assert clock() == before
    machine.wait(SETTLING - SECOND)
    assert clock.trouble()
    assert clock() == before
    machine.wait(max(-step, SECOND))
    assert clock.trouble() == ""
    assert clock() >= before


def test_a_step_that_is_taken_back_leaves_nothing_behind() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.set(timedelta(days=365))
    assert clock.trouble()
    machine.set(-timedelta(days=365))
    machine.wait(SETTLING)
    assert clock.trouble()
    machine.wait(SETTLING)
    assert clock.trouble() == ""
    assert clock() == machine.wall


@pytest.mark.parametrize("step", [-TOLERANCE, -TOLERANCE / 2, TOLERANCE / 2, TOLERANCE])
def test_slewing_is_no_step_and_time_stands_still_rather_than_go_back(step: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock()
    machine.set(step)
    assert clock.trouble() == ""
    assert clock() == max(before, machine.wall)


def test_a_drift_of_a_thousandth_is_never_a_step() -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(5000):
        machine.wait(SECOND)
        machine.set(timedelta(milliseconds=1))
        assert clock.trouble() == ""


@pytest.mark.parametrize("step", [timedelta(milliseconds=900), -timedelta(milliseconds=900)])
def test_many_small_steps_are_noticed_together(step: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    told = []
    for _ in range(7):
        machine.wait(SECOND)
        machine.set(step)
        told.append(clock.trouble())
    assert told[:5] == [""] * 5
    assert f"the clock was set by {step.total_seconds() * 6:+.1f} s" in told[5]
    machine.wait(SETTLING + 7 * SECOND)
    assert clock.trouble() == ""


def test_after_a_step_the_drift_is_counted_anew() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.set(timedelta(hours=1))
    assert clock.trouble()
    machine.wait(SETTLING)
    assert clock.trouble() == ""
    machine.set(TOLERANCE)
    assert clock.trouble() == ""
    told = []
    for _ in range(5):
        machine.set(TOLERANCE)
        told.append(clock.trouble())
    assert DRIFT < 6 * TOLERANCE
    assert "the clock was set by +6.0 s" in told[-1]


def test_a_leap_of_years_never_settles_and_never_reaches_the_log() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.set(FAR + timedelta(days=1))
    assert clock.trouble()
    for _ in range(3):
        machine.wait(SETTLING)
        assert "set ahead by 31 days" in clock.trouble()
        assert clock() == pki.NOW
    machine.set(-FAR - timedelta(days=1))
    assert clock.trouble()
    machine.wait(SETTLING)
    assert clock.trouble() == ""
    assert clock() == machine.wall


def test_a_gate_that_nobody_asked_for_months_has_made_no_leap() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wait(3 * FAR)
    assert clock.trouble() == ""
    assert clock() == machine.wall


@pytest.mark.parametrize("at", range(1, 4))
@pytest.mark.parametrize("seconds", [1.5, 90.0])
def test_a_pause_between_the_readings_is_no_step(at: int, seconds: float) -> None:
    machine = Pausing()
    clock = machine.clock()
    machine.pauses = chain(repeat(0.0, at - 1), [seconds])
    assert clock.trouble() == ""
    assert clock() == machine.wall


def test_a_machine_that_always_pauses_is_in_doubt_until_it_does_not() -> None:
    machine = Pausing()
    clock = machine.clock()
    machine.pauses = repeat(2.0)
    assert "too busy" in clock.trouble()
    assert clock() == pki.NOW
    machine.pauses = iter(())
    assert clock.trouble() == ""
    assert clock() == machine.wall


def test_a_step_during_a_pause_is_noticed() -> None:
    machine = Pausing()
    clock = machine.clock()
    machine.set(2 * SECOND)
    machine.pauses = iter([0.0, 5.0])
    assert "the clock was set by +2.0 s" in clock.trouble()


def test_a_clock_behind_the_log_is_in_doubt_until_it_has_caught_up() -> None:
    machine = Machine()
    clock = machine.clock(ahead=timedelta(minutes=10))
    assert "600.0 s behind the newest time in the log" in clock.trouble()
    assert clock() == pki.NOW + timedelta(minutes=10)
    machine.wait(timedelta(minutes=10))
    assert clock.trouble() == ""


@given(st.lists(st.tuples(st.integers(-5000, 5000), st.integers(0, 100_000)), max_size=30))
def test_time_never_goes_back(moves: list[tuple[int, int]]) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock()
    for step, wait in moves:
        machine.set(timedelta(milliseconds=step))
        machine.wait(timedelta(milliseconds=wait))
        at = clock()
        assert at >= before
        before = at
