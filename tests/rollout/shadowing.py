"""A gate over memory with a candidate beside it, judged in a process of its own."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Event
from typing import Any

from gate.config import read_folder
from gate.model import Decision, PolicyRef
from gate.policy import Policy, load
from gate.record import ShadowCounts, ShadowDocument, open_shadow, read_leaf
from gate.rollout import Candidate, Limits, Shadow, ShadowBook, ShadowReport, Surroundings
from gate.rollout.shadow_queue import ShadowQueue
from tests import cases, pki
from tests.rollout.bundles import SITE, surroundings
from tests.service.building import NAME, Workbench

PATIENCE = 60.0
"""In seconds: far more than anything here takes."""

SHIPPED = dict(read_folder(cases.POLICIES / "webpki-production"))
POLICY = "policy.yaml"
TIGHTER = ("    - {from: 2026-03-15, days: 199}", "    - {from: 2026-03-15, days: 30}")
WITH_LIMIT = "    max: {schedule: longest-validity}\n"
TRAP = """\
  - {id: trap, title: t, kind: cel, mode: enforce, require: "true", message: m}
"""


def version_of(version: int, *changes: tuple[str, str], more: str = "") -> dict[str, bytes]:
    """The shipped policy as this version, with each first text replaced by the second."""
    text = SHIPPED[POLICY].decode()
    number = text.partition("\nversion: ")[2].partition("\n")[0]
    for old, new in ((f"\nversion: {number}", f"\nversion: {version}"), *changes):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return SHIPPED | {POLICY: (text + more).encode()}


def active(version: int, *changes: tuple[str, str]) -> Policy:
    """A version of the shipped policy as the gate's own."""
    return load(version_of(version, *changes), site=SITE)


class Folder:
    """A candidate's folder that is a value."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def __call__(self) -> Mapping[str, bytes]:
        return self.files


class Shadowed:
    """A gate whose decisions a candidate judges too."""

    def __init__(
        self,
        folder: Folder,
        *,
        bench: Workbench | None = None,
        around: Surroundings | None = None,
        queue: ShadowQueue | None = None,
    ) -> None:
        self.bench = bench or Workbench().record()
        self.folder = folder
        state = self.bench.storage.state()
        numbers = count(1000 * state.size if state else 0)
        made: dict[str, Any] = {
            "clock": lambda: self.bench.now,
            "new_id": lambda: f"shadow-{next(numbers)}",
            "new_salt": lambda: next(numbers).to_bytes(32),
        }
        self.shadow = Shadow(
            candidate=Candidate(folder, around or surroundings()),
            book=ShadowBook(storage=self.bench.storage, log=self.bench.log, **made),
            active=self.bench.gate.policy,
            interval=timedelta(seconds=0.05),
            queue=queue,
        )
        self.bench.gate._listener = self.shadow.take
        self._requests = count(1000 * state.size if state else 0)

    def ask(self, name: str = NAME, **changes: Any) -> tuple[str, Decision]:
        """Ask for a certificate with these changes; gives the decision with its id."""
        request = self.bench.ask(
            request_id=f"request-{next(self._requests)}",
            tbs_certificate=pki.precertificate(name, **changes),
        )
        recorded = self.bench.gate.evaluate(request).decision
        return recorded.decision_id, recorded.decision

    def ready(self) -> "Shadowed":
        """Wait for the candidate that the folder holds."""
        expected = load(self.folder.files, site=SITE).ref
        until(lambda: self.shadow.candidate == expected)
        return self

    def report(self) -> ShadowReport:
        return self.shadow.report(self.bench.gate.policy)

    def after(self, judged: int) -> ShadowCounts:
        """What was counted once so many were judged."""
        until(lambda: self.report().counts.judged >= judged)
        return self.report().counts

    @property
    def recorded(self) -> list[ShadowDocument]:
        """Every report in the log, in its order."""
        storage = self.bench.storage
        state = storage.state()
        assert state is not None
        entries = storage.entries(0, state.size)
        return [open_shadow(each) for each in entries if read_leaf(each.leaf).kind == "shadow"]


@contextmanager
def shadowed(files: Mapping[str, bytes], **parts: Any) -> Iterator[Shadowed]:
    """A gate with this candidate, which runs until the test is done with it."""
    found = Shadowed(Folder(files), **parts)
    found.shadow.start()
    try:
        yield found
    finally:
        found.shadow.stop()


def trapped(site: str, judge: float = 0.2) -> Surroundings:
    """What a candidate is loaded for whose conditions do harm; `judge` is in seconds."""
    limits = Limits(judge=timedelta(seconds=judge))
    return replace(surroundings(f"tests.rollout.faults:{site}"), limits=limits)


def until(holds: Callable[[], bool]) -> None:
    """Ask again and again until this holds."""
    end, pause = time.monotonic() + PATIENCE, Event()
    while not holds():
        assert time.monotonic() < end
        pause.wait(0.02)


def refs(document: ShadowDocument) -> tuple[PolicyRef, PolicyRef]:
    return document.active, document.candidate
