"""The shadow: a candidate judges what the active policy has decided, and changes nothing of it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

from gate.errors import GateError
from gate.model import PolicyRef, RecordedDecision
from gate.record import ShadowCounts, Tally
from gate.rollout.candidate import Candidate
from gate.rollout.differences import differences
from gate.rollout.settling import Files
from gate.rollout.shadow_book import Pair, ShadowBook
from gate.rollout.shadow_queue import Recorded, ShadowQueue

RECORDED_EVERY: Final = timedelta(minutes=5)
"""How often what was counted is written to the log."""

AFTERWARDS: Final = 0.02
"""In seconds: answers go out before the decisions that they tell are looked at again."""

AT_ONCE: Final = 64
_IDLE = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """How a candidate differs from the active policy; both None where it never loaded.

    `trouble` says why the policy in the candidate's folder is not judged by; it is empty where
    it is.
    """

    candidate: PolicyRef | None
    since: datetime | None
    counts: ShadowCounts
    trouble: str


class Shadow:
    """Has a candidate judge each new decision's case again, in a thread and a process of its own.

    `active` is the policy that judges at the start, `interval` how often the candidate's folder
    is looked at. `take` costs whoever answers no more than to let go of the decision: it neither
    waits nor fails.
    """

    def __init__(
        self,
        *,
        candidate: Candidate,
        book: ShadowBook,
        active: PolicyRef,
        interval: timedelta,
        queue: ShadowQueue | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._candidate = candidate
        self._book = book
        self._active = active
        self._interval = interval.total_seconds()
        self._queue = queue or ShadowQueue()
        self._seconds = seconds
        self._look_at = self._write_at = seconds()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="gate-shadow", daemon=True)

    @property
    def candidate(self) -> PolicyRef | None:
        """The candidate that judges; None where none ever loaded."""
        return self._candidate.ref

    @property
    def files(self) -> Files:
        """The files of the candidate that judges."""
        return self._candidate.files

    @property
    def trouble(self) -> str:
        """Why the policy in the candidate's folder is not judged by; empty where it is."""
        return self._candidate.trouble

    @property
    def counted(self) -> ShadowCounts:
        """All that was counted since this process started."""
        return self._book.in_all

    def take(self, recorded: RecordedDecision, document: bytes) -> None:
        """Let a decision wait to be judged, after it was recorded as this document."""
        if self._candidate.ref is not None:
            self._queue.put(
                Recorded(
                    decision_id=recorded.decision_id,
                    decision=recorded.decision,
                    document=document,
                )
            )

    def report(self, active: PolicyRef) -> ShadowReport:
        """What was counted of the present candidate beside this policy, in this process or before.

        Raises Tampered where the log has it otherwise than it was recorded.
        """
        candidate = self._candidate.ref
        total = None
        if candidate is not None:
            total = self._book.total(Pair(active=active, candidate=candidate))
        return ShadowReport(
            candidate=candidate,
            since=total.since if total else None,
            counts=total.counts if total else ShadowCounts(),
            trouble=self._candidate.trouble,
        )

    def start(self) -> None:
        """Begin to judge."""
        self._thread.start()

    def stop(self) -> None:
        """Judge no more, and record what was counted."""
        self._stopping.set()
        self._queue.close()
        self._candidate.kill()
        self._thread.join()

    def _run(self) -> None:
        self._do(self._candidate.begin)
        self._look_at = self._seconds() + self._interval
        self._write_at = self._seconds() + RECORDED_EVERY.total_seconds()
        while not self._stopping.is_set():
            self._do(self._step)
        self._candidate.close()
        self._do(self._note_dropped)
        self._do(self._book.write)

    def _do(self, step: Callable[[], None]) -> None:
        """Whatever goes wrong, the gate judges on, and so does this thread."""
        try:
            step()
        except Exception:  # noqa: BLE001 - it decides nothing, and must not end the thread
            _log.exception("a candidate could not be judged beside the policy")
            self._stopping.wait(self._interval)

    def _step(self) -> None:
        # 1. Is there another candidate, and is it time to record?
        if self._seconds() >= self._look_at:
            self._candidate.look()
            self._look_at = self._seconds() + self._interval
        if (pair := self._pair()) is not None:
            self._book.turn_to(pair)
        self._note_dropped()
        if self._seconds() >= self._write_at:
            self._book.write()
            self._write_at = self._seconds() + RECORDED_EVERY.total_seconds()
        # 2. Wait for decisions, and leave those who answer the time to do so.
        if not self._candidate.ready():
            self._stopping.wait(min(self._interval, _IDLE))
            return
        if self._queue.wait(min(self._interval, 1.0)):
            self._stopping.wait(AFTERWARDS)
        # 3. Judge some of them.
        for _ in range(AT_ONCE):
            recorded = self._queue.take() if self._candidate.ready() else None
            if recorded is None:
                return
            self._judge(recorded)

    def _judge(self, recorded: Recorded) -> None:
        active, candidate = recorded.decision.policy, self._candidate.ref
        if candidate is None:
            return
        if active.version >= self._active.version:
            # Those that were begun under the policy before may come late.
            self._active = active
            self._book.turn_to(Pair(active=active, candidate=candidate))
        counts = self._compared(recorded, Tally.of(recorded.decision_id))
        self._book.count(Pair(active=active, candidate=candidate), counts)

    def _compared(self, recorded: Recorded, one: Tally) -> ShadowCounts:
        try:
            decision = self._candidate.judge(recorded.document)
        except TimeoutError:
            return ShadowCounts(timeouts=one)
        except GateError:
            # Who stops ends the process: then it is no fault of the candidate.
            return ShadowCounts(dropped=1) if self._stopping.is_set() else ShadowCounts(errors=one)
        return differences(recorded.decision_id, recorded.decision, decision)

    def _note_dropped(self) -> None:
        dropped, pair = self._queue.take_dropped(), self._pair()
        if dropped and pair is not None:
            self._book.count(pair, ShadowCounts(dropped=dropped))

    def _pair(self) -> Pair | None:
        candidate = self._candidate.ref
        return None if candidate is None else Pair(active=self._active, candidate=candidate)
