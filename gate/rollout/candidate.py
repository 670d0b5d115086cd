"""The candidate: the policy in a folder of its own, in a process that judges by it."""

import logging
import time
from collections.abc import Callable
from threading import Lock

from gate.errors import ConfigError, GateError, Unavailable
from gate.model import Decision, PolicyRef
from gate.rollout.process import PolicyProcess
from gate.rollout.settling import Files, Settling
from gate.rollout.standing import in_short
from gate.rollout.trials import Surroundings
from gate.rollout.watch import AGAIN

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""In seconds, before a process that ended is started again: twice as long each time."""

_log = logging.getLogger(__name__)


class Candidate:
    """Takes up each version that the folder holds; a bad one is told, and the one before stays.

    It needs no signatures and passes no tests, because it decides nothing. For one thread, but
    for `kill`, `ref`, `files` and `trouble`.
    """

    def __init__(
        self,
        read: Callable[[], Files],
        surroundings: Surroundings,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ref: PolicyRef | None = None
        self.files: Files = {}
        self._read = read
        self._settling = Settling(read)
        self._surroundings = surroundings
        self._seconds = seconds
        self._refused: tuple[Files, float] | None = None
        self._refusal = ""
        self._fall = ""
        self._falls = 0
        self._due = 0.0
        self._process: PolicyProcess | None = None
        self._lock = Lock()
        self._alive = set[PolicyProcess]()
        self._killed = False

    @property
    def trouble(self) -> str:
        """Why the folder's policy is not judged by; empty where it is."""
        return self._refusal or self._fall

    def begin(self) -> None:
        """Take up what the folder holds at the start."""
        self._try(self._read)

    def look(self) -> None:
        """Look at the folder, and take up what is new there."""
        self._try(self._settling.look)

    def ready(self) -> bool:
        """Whether it can judge; a process that ended is started again once its pause is over."""
        if self._process is None and self.ref is not None and self._seconds() >= self._due:
            try:
                self._process, _ = self._start(self.files)
            except GateError as error:
                self._fell(str(error))
        return self._process is not None

    def judge(self, document: bytes) -> Decision:
        """How it decides the case of a recorded decision; raises Malformed where there is none.

        Raises TimeoutError and Unavailable where there is no answer: the process has ended.
        """
        if self._process is None:
            raise Unavailable("the candidate's process does not run")
        try:
            decision = self._process.judge(document)
        except (TimeoutError, Unavailable) as error:
            self._end(self._process)
            self._process = None
            self._fell(str(error))
            raise
        self._falls, self._fall = 0, ""
        return decision

    def kill(self) -> None:
        """End what is under way, for good; who waits for an answer gets none."""
        with self._lock:
            self._killed = True
            for process in self._alive:
                process.kill()

    def close(self) -> None:
        """End the process."""
        self.kill()
        if self._process is not None:
            self._end(self._process)
            self._process = None

    def _try(self, read: Callable[[], Files | None]) -> None:
        files: Files | None = None
        try:
            files = read()
            if files is not None and not self._is_known(files):
                self._take_up(files)
        except (GateError, OSError) as error:
            self._refuse(files, error)

    def _is_known(self, files: Files) -> bool:
        """Whether there is nothing to do: it is this one, or was refused not long ago."""
        if self.ref is not None and files == self.files:
            self._refused, self._refusal = None, ""
            return True
        refused, at = self._refused or (None, 0.0)
        return files == refused and self._seconds() < at + AGAIN.total_seconds()

    def _take_up(self, files: Files) -> None:
        process, ref = self._start(files)
        before, self._process = self._process, process
        if before is not None:
            self._end(before)
        self.files, self.ref = files, ref
        self._refused, self._refusal, self._falls, self._fall = None, "", 0, ""
        _log.info("candidate `%s` version %d is judged beside the policy", ref.name, ref.version)

    def _start(self, files: Files) -> tuple[PolicyProcess, PolicyRef]:
        with self._lock:
            if self._killed:
                raise Unavailable("no candidate is judged any more")
            process = self._surroundings.process(files)
            self._alive.add(process)
        try:
            return process, process.greet()
        except BaseException:
            self._end(process)
            raise

    def _end(self, process: PolicyProcess) -> None:
        with self._lock:
            self._alive.discard(process)
        process.close()

    def _fell(self, why: str) -> None:
        pause = min(SHORTEST_PAUSE * 2**self._falls, LONGEST_PAUSE)
        self._falls = min(self._falls + 1, 16)
        self._due = self._seconds() + pause
        self._fall = f"the candidate's process ended and is started again: {why}"
        if not self._killed:
            _log.warning("the candidate's process ended, %g s until the next: %s", pause, why)

    def _refuse(self, files: Files | None, error: Exception) -> None:
        if self._killed:
            return
        self._refused = None if files is None else (files, self._seconds())
        problems = error.problems if isinstance(error, ConfigError) else (str(error),)
        refusal = f"a new candidate is refused: {in_short(problems)}"
        if refusal != self._refusal:
            _log.error("%s", refusal)
        self._refusal = refusal
