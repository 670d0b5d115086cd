"""`gate log`: what is found, what is followed, and what was changed."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from gate.cli.log_filter import LogFilter, newest
from gate.cli.main import main
from gate.client import GateClient
from gate.config import now, reading, run
from gate.demo.dev import DevGate, dev_gate
from gate.model import Applicant
from gate.ports import LogStorage, StoredEntry
from gate.record import encode_canonical
from tests import pki
from tests.policy_people import copy_shipped

RULES: list[list[str]] = [["order-matches", "enforce", "FAIL"]]


def entry(index: int, kind: str, **own: object) -> StoredEntry:
    common = {"at": f"{(pki.NOW + timedelta(minutes=index)).isoformat()[:19]}.000000Z"}
    leaf = {"v": 1, "kind": kind, "id": f"e-{index}", "private": "", **common, **own}
    return StoredEntry(
        index=index,
        entry_id=f"e-{index}",
        leaf=encode_canonical(leaf),  # type: ignore[arg-type]  # JSON, as written here
        private=b"",
        salt=b"",
        request_digest=b"",
    )


@dataclass(frozen=True, slots=True)
class Entries:
    """As much of a log as is read here."""

    held: Sequence[StoredEntry]

    def entries(self, start: int, stop: int) -> Iterator[StoredEntry]:
        yield from self.held[start:stop]


HELD = [
    entry(at, "judged", verdict="BLOCK" if at % 2 else "RELEASE", rules=RULES if at % 100 else [])
    for at in range(600)
]
"""A kind that no version knows: of its leaf, the keys are read as they are."""


def found(wanted: LogFilter, count: int = 20) -> list[int]:
    storage = cast("LogStorage", Entries(HELD))
    return [each.index for each in newest(storage, 600, wanted, count, lambda _, __: None)]


def test_the_newest_that_fit_are_found_across_pages() -> None:
    assert found(LogFilter(), 3) == [597, 598, 599]
    assert found(LogFilter(), 0) == list(range(600))
    assert found(LogFilter(verdict="BLOCK"), 2) == [597, 599]
    assert found(LogFilter(kind="decision")) == []
    assert found(LogFilter(rule="order-matches", verdict="RELEASE"), 1) == [598]
    assert len(found(LogFilter(rule="order-matches"), 0)) == 594
    since = pki.NOW + timedelta(minutes=10)
    assert found(LogFilter(since=since, until=since + timedelta(minutes=2))) == [10, 11]


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> DevGate:
    folder = tmp_path_factory.mktemp("gate")
    return dev_gate(folder / "dev", now(), policy=copy_shipped(folder / "policy"))


def test_new_entries_are_followed_until_ctrl_c(made: DevGate) -> None:
    with run(made.configuration) as running:
        # Who starts the tests in the background has them, and what they start, ignore Ctrl-C.
        listening = ["env", "--default-signal=INT"]
        command = [*listening, sys.executable, "-m", "gate", "log", "show", str(made.database)]
        with (
            subprocess.Popen(
                [*command, "--follow", "--format", "json"], stdout=subprocess.PIPE, text=True
            ) as process,
            ExitStack() as stopping,
        ):
            assert process.stdout is not None
            # Whatever goes wrong below, nobody waits for a program that follows for ever.
            stopping.callback(process.kill)
            assert json.loads(process.stdout.readline())["kind"] == "start"
            assert json.loads(process.stdout.readline())["kind"] == "policy"
            registrar = made.identities.roles["registrar"]
            with GateClient(
                f"127.0.0.1:{running.server.port}",
                root_certificates=registrar.ca.read_bytes(),
                private_key=registrar.key.read_bytes(),
                certificate_chain=registrar.certificate.read_bytes(),
            ) as client:
                client.record_applicant(Applicant(account="a", applicant="b", name=""))
            assert json.loads(process.stdout.readline())["type"] == "applicant"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 130


def test_what_was_changed_is_not_shown_as_if_it_were_recorded(
    made: DevGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with run(made.configuration):
        pass
    copy = tmp_path / "gate.db"
    with reading(made.database) as storage:
        first = storage.entry(0)
        assert first is not None
    whole = made.database.read_bytes()
    at = whole.index(first.leaf) + 1
    copy.write_bytes(whole[:at] + b"!" + whole[at + 1 :])

    for arguments in (["show", str(copy)], ["show", str(copy), "--id", first.entry_id]):
        assert main(["log", *arguments]) == 1
        assert "holds no leaf" in capsys.readouterr().err
    prove = ["log", "prove", first.entry_id, str(copy), "--out", str(tmp_path / "proof")]
    assert main([*prove, "--log-key", str(made.log_key)]) == 1
    assert not (tmp_path / "proof").exists()
