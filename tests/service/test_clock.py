"""The clock never goes back, and is in doubt while it was set or lags behind the log."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.service import SteadyClock
from gate.service.clock import SETTLING, TOLERANCE
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
