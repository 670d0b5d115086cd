"""Colour and progress: on a terminal, and nowhere else."""

import io
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from gate.cli import output
from gate.cli.output import Colour, paint, progress
from gate.cli.plain import plain, rfc3339
from gate.model import Identifier, IdentifierType, Severity, Verdict


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "no_color", "painted"),
    [
        (Terminal(), None, True),
        (Terminal(), "", True),
        (Terminal(), "1", False),
        (io.StringIO(), None, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    stream: io.StringIO, no_color: str | None, *, painted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)

    assert (paint("x", Colour.RED) != "x") is painted


def test_progress_is_told_on_a_terminal_once_work_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    quick = progress("verified")
    quick(1, 2)
    quick(2, 2)
    assert terminal.getvalue() == ""

    monkeypatch.setattr(output, "QUIET_SECONDS", -1.0)
    long = progress("verified")
    long(1, 2)
    long(2, 2)
    assert terminal.getvalue() == "\rverified 1 of 2\rverified 2 of 2\n"


def test_progress_is_silent_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(output, "QUIET_SECONDS", -1.0)

    progress("verified")(2, 2)

    assert stream.getvalue() == ""


def test_values_have_one_spelling_in_json() -> None:
    at = datetime(2026, 11, 23, 19, 40, tzinfo=timezone(timedelta(hours=1)))

    assert rfc3339(at) == "2026-11-23T18:40:00Z"
    assert (
        rfc3339(datetime(2026, 11, 23, 18, 40, 0, 5, tzinfo=UTC)) == "2026-11-23T18:40:00.000005Z"
    )
    assert plain({"a": (b"\x01\xff", Severity.ERROR, Verdict.DRY_RUN, None, 3, True)}) == {
        "a": ["01ff", "error", "DRY_RUN", None, 3, True]
    }
    assert plain(Identifier(IdentifierType.IP, "192.0.2.1")) == "192.0.2.1"
    assert plain(Path("a/b")) == "a/b"
