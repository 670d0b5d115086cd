"""Recorded decisions that wait to be judged by a candidate; whoever brings one never waits."""

from collections import deque
from dataclasses import dataclass
from threading import Condition, Lock
from typing import Final

from gate.model import Decision

MOST_WAITING: Final = 1024
MOST_BYTES: Final = 64 << 20
"""Of documents: a certificate near the limit of the transport makes a large one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A decision as the active policy made it, with its document as it was recorded."""

    decision_id: str
    decision: Decision
    document: bytes


class ShadowQueue:
    """A bounded queue from many threads to one; what finds no room is counted and let go."""

    def __init__(self, most: int = MOST_WAITING, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._room = most_bytes
        self._waiting: deque[Recorded] = deque()
        self._dropped = 0
        self._changed = Condition(Lock())
        self._closed = False

    def put(self, recorded: Recorded) -> None:
        """Let a decision wait, or drop it."""
        size = len(recorded.document)
        with self._changed:
            if self._closed or len(self._waiting) >= self._most or size > self._room:
                self._dropped += 1
                return
            self._waiting.append(recorded)
            self._room -= size
            self._changed.notify()

    def wait(self, seconds: float) -> bool:
        """Wait for a decision, at most so long; whether there is one, or the end has come."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or bool(self._waiting), seconds)

    def take(self) -> Recorded | None:
        """The decision that has waited longest, or None where none waits."""
        with self._changed:
            if not self._waiting:
                return None
            recorded = self._waiting.popleft()
            self._room += len(recorded.document)
            return recorded

    def take_dropped(self) -> int:
        """How many were dropped since this was asked last."""
        with self._changed:
            dropped, self._dropped = self._dropped, 0
            return dropped

    def close(self) -> None:
        """Wake whoever waits, and drop what comes or still waits."""
        with self._changed:
            self._closed = True
            self._dropped += len(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
