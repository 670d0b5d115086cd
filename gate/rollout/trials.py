"""Trying out a policy in a process of its own, before the process that serves touches it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

from gate.errors import Unavailable
from gate.model import Issuer, PolicyRef
from gate.policy import Person
from gate.rollout.messages import Bundle, Setup
from gate.rollout.process import PolicyProcess

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process with a policy may take: bytes of address space, and time."""

    memory: int = 2 << 30
    load: timedelta = timedelta(seconds=120)
    judge: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the policies of one gate are loaded for; `site` is as in Bundle."""

    site: str
    issuers: tuple[Issuer, ...]
    people: tuple[Person, ...]
    longest_exception: timedelta
    limits: Limits = Limits()

    def process(self, files: Files) -> PolicyProcess:
        """A process that loads these files, and judges what it is given."""
        return self._process(files, trial=False)

    def trial(self, files: Files, operators: Files | None = None) -> PolicyProcess:
        """The same, where it first runs the tests among these files, and the operators' own."""
        return self._process(files, trial=True, operators=operators)

    def _process(
        self, files: Files, *, trial: bool, operators: Files | None = None
    ) -> PolicyProcess:
        bundle = Bundle(
            files=files,
            site=self.site,
            issuers=self.issuers,
            people=self.people,
            longest_exception=self.longest_exception,
        )
        setup = Setup(
            bundle=bundle,
            trial=trial,
            operators=operators,
            memory_limit=self.limits.memory,
            load_limit=self.limits.load.total_seconds(),
            judge_limit=self.limits.judge.total_seconds(),
        )
        return PolicyProcess(setup)


class Trials:
    """Tries out one policy at a time; `cancel` may be called from any thread.

    `operators` reads the operators' own tests, and gives None where they keep none.
    """

    def __init__(self, surroundings: Surroundings, operators: Callable[[], Files | None]) -> None:
        self._surroundings = surroundings
        self._operators = operators
        self._lock = Lock()
        self._process: PolicyProcess | None = None
        self._cancelled = False

    def run(self, files: Files) -> PolicyRef:
        """Load and test these files, and say which policy they are.

        Raises PolicyError with every mistake and failed test, ConfigError where that took too
        long or too much memory or crashed, Unavailable where there is no process for it.
        """
        operators = self._operators()
        with self._lock:
            if self._cancelled:
                raise Unavailable("no policy is tried out any more")
            self._process = process = self._surroundings.trial(files, operators)
        try:
            return process.greet()
        finally:
            with self._lock:
                self._process = None
            process.close()

    def cancel(self) -> None:
        """End the trial under way, if there is one, and let none begin."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()
