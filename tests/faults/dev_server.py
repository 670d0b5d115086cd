"""A gate in a process of its own, and clients that ask it until it is gone."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread

from gate.cli.main import main
from gate.client import GateClient
from gate.config import reading
from gate.demo.dev import dev_gate
from gate.demo.order import APPLICANTS
from gate.demo.orders import ORDERS
from gate.errors import GateError
from gate.model import Order
from gate.tlog import leaf_hash
from tests.policy_people import copy_shipped

ORDER = ORDERS[0]

Answered = dict[str, tuple[int, bytes, bool]]
"""For each decision id that was answered: index, leaf hash (if released), whether released."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A gate in a process of its own, with the port it answers at."""
    policy = folder.with_name(f"{folder.name}-policy")
    if not policy.exists():
        copy_shipped(policy)
    command = [sys.executable, "-m", "gate", "serve", "--dev"]
    command += ["--folder", str(folder), "--policy", str(policy)]
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


class Ending:
    """Sends a signal to a process, once."""

    def __init__(self, process: subprocess.Popen[str], how: signal.Signals) -> None:
        self._process, self._how = process, how
        self._first = Lock()

    def __call__(self) -> None:
        if self._first.acquire(blocking=False):
            self._process.send_signal(self._how)


class Asking(Thread):
    """A client that asks until the gate is gone, and ends it after enough answers."""

    def __init__(self, folder: Path, port: int, *, name: str, answered: Answered) -> None:
        super().__init__(name=name)
        self.folder, self.port, self.answered = folder, port, answered

    def end_after(self, most: int, end: Callable[[], None]) -> "Asking":
        self.most, self.end = most, end
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
                if len(self.answered) >= self.most:
                    self.end()


def assert_answered_is_stored(folder: Path, answered: Answered) -> None:
    """What was answered is in the log, where and as it was said to be; and the log holds."""
    with reading(folder / "gate.db") as storage:
        for decision_id, (index, leaf, _) in answered.items():
            stored = storage.by_id(decision_id)
            assert stored is not None
            assert stored.index == index
            assert leaf in (b"", leaf_hash(stored.leaf))
    key = str(folder / "log-verifier-key.txt")
    assert main(["log", "verify", str(folder / "gate.db"), "--key", key]) == 0
