"""kill -9 under load, again and again: what the gate answered is in its log, and the log holds."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from gate.cli.main import main
from gate.client import GateClient
from gate.config import reading
from gate.demo.dev import dev_gate
from gate.demo.order import APPLICANTS
from gate.demo.orders import ORDERS
from gate.errors import GateError
from gate.model import Order
from gate.tlog import leaf_hash

ROUNDS = 4
ANSWERS_BEFORE_THE_KILL = (3, 17, 40, 8)
ORDER = ORDERS[0]

Answered = dict[str, tuple[int, bytes, bool]]
"""For each decision id that was answered: index, leaf hash (if released), whether released."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A gate in a process of its own, with the port it answers at."""
    command = [sys.executable, "-m", "gate", "serve", "--dev", "--folder", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", first)
        assert found, first
        yield process, int(found[1])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def client(folder: Path, port: int, role: str) -> GateClient:
    here = folder / "identities"
    return GateClient(
        f"127.0.0.1:{port}",
        root_certificates=(here / "ca.pem").read_bytes(),
        private_key=(here / f"{role}.key").read_bytes(),
        certificate_chain=(here / f"{role}.pem").read_bytes(),
    )


def record_evidence(folder: Path, port: int, now: datetime) -> None:
    with (
        client(folder, port, "registrar") as registrar,
        client(folder, port, "validator") as validator,
    ):
        for applicant in APPLICANTS:
            registrar.record_applicant(applicant)
        for evidence in ORDER.evidence(now):
            if isinstance(evidence, Order):
                registrar.record_order(evidence)
            else:
                validator.record_validation(evidence)


class Asking(Thread):
    """A client that asks until the gate is gone, and kills it after enough answers."""

    def __init__(self, folder: Path, port: int, *, name: str, answered: Answered) -> None:
        super().__init__(name=name)
        self.folder, self.port, self.answered = folder, port, answered

    def kill_after(self, most: int, process: subprocess.Popen[str]) -> "Asking":
        self.most, self.process = most, process
        return self

    def run(self) -> None:
        now = datetime.now(UTC)  # noqa: TID251 - a client's clock
        issuer = dev_gate(self.folder, now).configuration.issuers[0]
        tbs = ORDER.tbs_certificate(issuer=issuer.certificate, now=now)
        with client(self.folder, self.port, "requester") as requester:
            for number in range(10_000):
                try:
                    answer = requester.evaluate(
                        request_id=f"{self.name}-{number}",
                        tbs_certificate=tbs,
                        context=ORDER.context,
                    )
                except GateError:
                    return
                release = answer.release
                self.answered[answer.decision.decision_id] = (
                    answer.decision.log_index,
                    leaf_hash(release.log_entry) if release else b"",
                    release is not None,
                )
                if len(self.answered) >= self.most and self.process.poll() is None:
                    os.kill(self.process.pid, signal.SIGKILL)


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
            for thread in threads:
                thread.kill_after(most, process)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert process.wait(timeout=30) == -signal.SIGKILL

    assert len(answered) >= sum(ANSWERS_BEFORE_THE_KILL)
    assert all(released for _, _, released in answered.values())
    with reading(folder / "gate.db") as storage:
        for decision_id, (index, leaf, _) in answered.items():
            stored = storage.by_id(decision_id)
            assert stored is not None
            assert (stored.index, leaf_hash(stored.leaf)) == (index, leaf)
    key = str(folder / "log-verifier-key.txt")
    assert main(["log", "verify", str(folder / "gate.db"), "--key", key]) == 0


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
    assert kinds == ["start", *["evidence"] * (len(kinds) - 1)]
    assert len(kinds) > len(APPLICANTS)
