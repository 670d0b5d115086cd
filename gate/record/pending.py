"""What waits for the log's one writer, and how much of it may."""

from collections import deque
from collections.abc import Sequence
from threading import Condition, Event
from typing import Final

from gate.errors import Overloaded, Unavailable
from gate.record.batch import Batch, Placement, PreparedEntry

MOST_TOGETHER: Final = 256
"""How many entries are committed together, unless one append alone brings more."""

MOST_APPENDED: Final = 1024
"""How many entries one append may bring."""

MOST_WAITING: Final = 4096


class Job:
    """The entries of one append, on their way into one commit.

    Whoever waits for it reads `batch` and `placements`, or `failure`, once `done` is set.
    """

    __slots__ = ("batch", "done", "entries", "failure", "placements")

    def __init__(self, entries: Sequence[PreparedEntry]) -> None:
        self.entries = entries
        self.done = Event()
        self.batch: Batch | None = None
        self.placements: tuple[Placement, ...] = ()
        self.failure: Exception | None = None


class PendingJobs:
    """A bounded queue from many threads to one."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._jobs: deque[Job] = deque()
        self._entries = 0
        self._closed = ""

    @property
    def waiting(self) -> int:
        """How many entries wait."""
        return self._entries

    def put(self, job: Job) -> None:
        """Let a job wait; raises Overloaded where too much waits, Unavailable once closed."""
        with self._changed:
            if self._closed:
                raise Unavailable(self._closed)
            if self._entries + len(job.entries) > MOST_WAITING:
                raise Overloaded(f"{self._entries} entries wait for the log already: ask later")
            self._jobs.append(job)
            self._entries += len(job.entries)
            self._changed.notify()

    def take(self) -> list[Job]:
        """Wait for jobs and take what fits in one commit; empty once closed and drained."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait()
            taken: list[Job] = []
            room = MOST_TOGETHER
            while self._jobs and (not taken or len(self._jobs[0].entries) <= room):
                job = self._jobs.popleft()
                room -= len(job.entries)
                taken.append(job)
            self._entries -= MOST_TOGETHER - room
            return taken

    def close(self, why: str) -> None:
        """Take no more jobs in; those that wait are still given out."""
        with self._changed:
            self._closed = self._closed or why
            self._changed.notify()
