"""kill -9 under load, again and again: what the gate answered is in its log, and the log holds."""

import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gate.config import reading
from gate.demo.order import APPLICANTS
from tests.faults.dev_server import (
    Answered,
    Asking,
    Ending,
    assert_answered_is_stored,
    record_evidence,
    serving,
)

ROUNDS = 4
ANSWERS_BEFORE_THE_KILL = (3, 17, 40, 8)


@pytest.mark.slow
def test_every_answered_decision_survives_being_killed(tmp_path: Path) -> None:
    folder = tmp_path / "gate"
    answered: Answered = {}
    for number in range(ROUNDS):
        with serving(folder) as (process, port):
            if number == 0:
                record_evidence(folder, port, datetime.now(UTC))  # noqa: TID251 - a client's clock
            most = len(answered) + ANSWERS_BEFORE_THE_KILL[number]
            threads = [
                Asking(folder, port, name=f"{number}-{at}", answered=answered) for at in range(4)
            ]
            end = Ending(process, signal.SIGKILL)
            for thread in threads:
                thread.end_after(most, end)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert process.wait(timeout=30) == -signal.SIGKILL

    assert len(answered) >= sum(ANSWERS_BEFORE_THE_KILL)
    assert all(released for _, _, released in answered.values())
    assert_answered_is_stored(folder, answered)


def test_a_stopped_server_finishes_and_its_log_holds(tmp_path: Path) -> None:
    folder = tmp_path / "gate"
    with serving(folder) as (process, port):
        record_evidence(folder, port, datetime.now(UTC))  # noqa: TID251 - a client's clock
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    with reading(folder / "gate.db") as storage:
        state = storage.state()
        assert state is not None
        kinds = [json.loads(entry.leaf)["kind"] for entry in storage.entries(0, state.size)]
    assert kinds == ["start", "policy", *["evidence"] * (len(kinds) - 2)]
    assert len(kinds) > len(APPLICANTS)


def test_a_server_that_is_told_to_stop_under_load_loses_nothing(tmp_path: Path) -> None:
    folder, answered = tmp_path / "gate", Answered()
    with serving(folder) as (process, port):
        record_evidence(folder, port, datetime.now(UTC))  # noqa: TID251 - a client's clock
        threads = [Asking(folder, port, name=f"{at}", answered=answered) for at in range(8)]
        end = Ending(process, signal.SIGTERM)
        for thread in threads:
            thread.end_after(40, end)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert process.wait(timeout=30) == 0
    assert len(answered) >= 40
    assert all(released for _, _, released in answered.values())
    assert_answered_is_stored(folder, answered)
    with reading(folder / "gate.db") as storage:
        state = storage.state()
        assert state is not None
        kinds = [json.loads(entry.leaf)["kind"] for entry in storage.entries(0, state.size)]
    # What was begun was finished: every decision was also answered.
    assert kinds.count("decision") == len(answered)
