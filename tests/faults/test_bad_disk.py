"""A disk that is full or takes no writes, and keys that are away, under the whole gate."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from gate.client import GateClient
from gate.config import Configuration, Running, now, run
from gate.demo.dev import DevGate, dev_gate
from gate.errors import ConfigError, Tampered, Unavailable
from gate.storage import SQLiteStorage
from tests.faults.dev_server import (
    ORDER,
    Answered,
    assert_answered_is_stored,
    client,
    record_evidence,
)
from tests.policy_people import copy_shipped


@pytest.fixture
def made(tmp_path: Path) -> DevGate:
    return dev_gate(tmp_path / "gate", now(), policy=copy_shipped(tmp_path / "policy"))


@contextmanager
def running(made: DevGate) -> Iterator[tuple[Running, GateClient]]:
    """The gate, and a requester."""
    folder = made.database.parent
    with (
        run(replace(made.configuration, linter_workers=1)) as found,
        client(folder, found.server.port, "requester") as requester,
    ):
        yield found, requester


def ask_until_unavailable(requester: GateClient, tbs: bytes) -> Answered:
    """What is answered before the gate can record no more."""
    answered = Answered()
    with suppress(Unavailable):
        for number in range(1000):
            recorded = requester.evaluate(f"r-{number}", tbs, ORDER.context).decision
            answered[recorded.decision_id] = (recorded.log_index, b"", True)
    assert len(answered) < 1000
    return answered


def writer(found: Running) -> apsw.Connection:
    storage = found.log._storage
    assert isinstance(storage, SQLiteStorage)
    return storage._writer


def fill(found: Running) -> None:
    """Leave room for a few pages, after which the disk is full."""
    connection = writer(found)
    connection.pragma("max_page_count", connection.pragma("page_count") + 30)


def make_read_only(found: Running) -> None:
    writer(found).pragma("query_only", 1)


@pytest.mark.parametrize("fault", [fill, make_read_only])
def test_what_cannot_be_written_is_not_released_and_what_was_answered_stays(
    made: DevGate, fault: Callable[[Running], None]
) -> None:
    folder = made.database.parent
    tbs = ORDER.tbs_certificate(issuer=made.configuration.issuers[0].certificate, now=now())
    with running(made) as (found, requester):
        record_evidence(folder, found.server.port, now())
        first = requester.evaluate("first", tbs, ORDER.context)
        assert first.release is not None
        fault(found)
        answered = ask_until_unavailable(requester, tbs)
        with pytest.raises(Unavailable):
            requester.evaluate("after", tbs, ORDER.context)
        assert "log" in found.server.troubles()
    assert_answered_is_stored(folder, answered)
    # With room again, the gate goes on where its log ends.
    with running(made) as (found, requester):
        assert found.server.troubles() == {}
        assert requester.evaluate("first", tbs, ORDER.context).decision == first.decision
        assert requester.evaluate("after", tbs, ORDER.context).release is not None


def test_too_little_room_is_told_before_there_is_none(made: DevGate) -> None:
    scarce = replace(made.configuration, least_free_disk=1 << 60, linter_workers=1)
    with run(scarce) as found:
        assert "MiB are free" in found.server.troubles()["disk"]


def gone(path: Path) -> None:
    path.unlink()


def open_to_others(path: Path) -> None:
    path.chmod(0o644)


def garbage(path: Path) -> None:
    path.write_text("-----BEGIN PRIVATE KEY-----\n")


def another(path: Path) -> None:
    """The key of the releases in place of the log's."""
    path.write_bytes((path.parent / "release.key").read_bytes())


@pytest.mark.parametrize(
    ("harm", "text"),
    [
        (gone, "log.key: the key cannot be read: No such file"),
        (open_to_others, "log.key: others can read this key: chmod 600"),
        (garbage, "log.key: no unencrypted private key in PEM"),
    ],
)
def test_without_the_logs_key_the_gate_does_not_start(
    made: DevGate, harm: Callable[[Path], None], text: str
) -> None:
    harm(made.configuration.log_key)
    with pytest.raises(ConfigError, match=text):
        start(made.configuration)


def test_with_another_key_the_gate_does_not_go_on_with_the_log(made: DevGate) -> None:
    start(made.configuration)
    another(made.configuration.log_key)
    with pytest.raises(Tampered, match="the note is not signed"):
        start(made.configuration)


def start(configuration: Configuration) -> None:
    """Start and stop."""
    with run(replace(configuration, linter_workers=1)):
        pass
