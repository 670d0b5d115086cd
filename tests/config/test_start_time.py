"""One start with a wrong clock is refused, and one that was not does not stop the gate for good."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.config import Configuration, now, reading, run
from gate.demo.dev import dev_gate
from gate.errors import ConfigError
from gate.record import read_leaf
from tests.policy_people import copy_shipped

YEARS = timedelta(days=1500)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    policy = copy_shipped(tmp_path / "policy")
    made = dev_gate(tmp_path / "dev-gate", now(), policy=policy).configuration
    return replace(made, linter_workers=1)


def ahead(by: timedelta) -> Callable[[], datetime]:
    return lambda: now() + by


def start(
    configuration: Configuration, by: timedelta, accepted: datetime | None = None
) -> tuple[str, ...]:
    """What the gate says of its clock, once it has started with this one."""
    with run(configuration, ahead(by), accepted=accepted) as running:
        return tuple(why for part, why in running.gate.troubles().items() if part == "clock")


def times(configuration: Configuration) -> list[datetime]:
    with reading(configuration.database) as storage:
        state = storage.state()
        return [read_leaf(each.leaf).at for each in storage.entries(0, state.size if state else 0)]


def test_a_new_log_takes_any_clock(configuration: Configuration) -> None:
    assert start(configuration, YEARS) == ()


def test_a_gate_that_was_off_for_weeks_starts(configuration: Configuration) -> None:
    start(configuration, timedelta())
    assert start(configuration, timedelta(days=29)) == ()


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (timedelta(days=31), "more than 30 days ahead of it"),
        (YEARS, "more than 30 days ahead of it"),
        (-timedelta(minutes=1), "the clock is behind it"),
    ],
)
def test_a_clock_that_contradicts_the_log_is_refused_and_leaves_no_entry(
    configuration: Configuration, by: timedelta, said: str
) -> None:
    start(configuration, timedelta())
    before = times(configuration)
    with pytest.raises(ConfigError, match=said) as caught:
        start(configuration, by)
    assert f"{now() + by:%Y-%m-%d}" in str(caught.value)
    assert f"{before[-1]:%Y-%m-%dT%H:%M:%SZ}" in str(caught.value)
    assert "gate serve --accept-clock 2" in str(caught.value)
    assert times(configuration) == before


def test_a_log_from_the_future_is_left_behind_by_a_persons_word_once(
    configuration: Configuration,
) -> None:
    start(configuration, YEARS)
    with pytest.raises(ConfigError, match="behind it"):
        start(configuration, timedelta())
    assert start(configuration, timedelta(), accepted=now()) == ()
    assert abs(times(configuration)[-1] - now()) < timedelta(minutes=1)
    # From here on the log's last entry is right again, and nobody need be asked.
    assert start(configuration, timedelta()) == ()
    with reading(configuration.database) as storage:
        state = storage.state()
    assert state is not None
    assert state.newest > now() + YEARS / 2


def test_a_gate_that_was_off_for_years_starts_by_a_persons_word(
    configuration: Configuration,
) -> None:
    start(configuration, timedelta())
    assert start(configuration, YEARS, accepted=now() + YEARS) == ()


@pytest.mark.parametrize("off", [timedelta(minutes=6), -timedelta(minutes=6), YEARS])
def test_a_word_that_the_clock_contradicts_is_refused(
    configuration: Configuration, off: timedelta
) -> None:
    with pytest.raises(ConfigError, match="--accept-clock says"):
        start(configuration, timedelta(), accepted=now() + off)


@pytest.mark.parametrize("text", ["now", "2026-11-23", "2026-11-23T12:00:00"])
def test_the_word_is_a_time_with_its_zone(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--dev", "--accept-clock", text]) == 2
    assert "is no time of RFC 3339" in capsys.readouterr().err


def test_the_command_holds_the_word_against_the_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    past = datetime(2001, 1, 1, tzinfo=UTC).isoformat()
    folder = str(tmp_path / "dev-gate")
    assert main(["serve", "--dev", "--folder", folder, "--accept-clock", past]) == 2
    assert "--accept-clock says 2001-01-01T00:00:00Z" in capsys.readouterr().err
