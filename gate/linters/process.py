"""A worker process as the pool sees it."""

import socket
import time
from threading import Event

from gate.errors import Malformed, Unavailable
from gate.linters.messages import (
    MAX_ANSWER,
    START_LIMIT,
    Job,
    LinterName,
    Setup,
    decode_ready,
    decode_report,
    encode_job,
    encode_setup,
)
from gate.model import LinterReport
from gate.workers import Channel, how_it_ended, start_worker

_WORKER = "gate.linters.worker"


class WorkerProcess:
    """A process that lints.

    One thread at a time owns it (`greet`, `ask`, `ready_for_job`, `discard`); besides,
    one thread waits for its end, and any thread may kill it.
    """

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._names: tuple[LinterName, ...] = ()
        self._ended = Event()
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        with theirs:
            try:
                self._process = start_worker(_WORKER, theirs.fileno())
            except OSError as error:
                ours.close()
                raise Unavailable(f"a linter worker did not start: {error}") from error

    def greet(self) -> tuple[LinterName, ...]:
        """Wait until the worker is warm; raises Unavailable with the reason it is not."""
        until = time.monotonic() + START_LIMIT
        try:
            self._channel.send(encode_setup(self._setup), until=until)
            answer = self._channel.receive(limit=MAX_ANSWER, until=until)
            self._names = decode_ready(answer, count=len(self._setup.linters))
        except TimeoutError:
            raise Unavailable(f"a linter worker was not warm after {START_LIMIT:g} s") from None
        except Malformed as error:
            raise Unavailable(f"a linter worker did not start: {error}") from error
        return self._names

    def ask(self, job: Job) -> LinterReport:
        """Have one job done within the setup's time limit.

        Raises TimeoutError when it is not, Unavailable when the worker ended instead, and
        Malformed when its answer is none. The worker can then only be discarded.
        """
        limit = self._setup.time_limit
        until = time.monotonic() + limit
        try:
            self._channel.send(encode_job(job), until=until)
            answer = self._channel.receive(limit=MAX_ANSWER, until=until)
        except TimeoutError:
            raise TimeoutError(f"not within {limit:g} s") from None
        return decode_report(answer, job.number, self._names[job.linter])

    def ready_for_job(self) -> bool:
        """Whether the worker lives and has said nothing that it was not asked."""
        return self._channel.quiet()

    def wait(self) -> None:
        """Block until the process has ended; for one thread only."""
        self._process.wait()
        self._ended.set()

    def kill(self) -> None:
        """End the process now; there is nothing in it to lose."""
        self._process.kill()

    def discard(self) -> str:
        """End the process and say how it ended, in a few words."""
        self.kill()
        self._channel.close()
        # The pool's thread that waits for the process reaps it within moments.
        if not self._ended.wait(timeout=1):
            return "its process has not ended yet"
        return how_it_ended(self._process.returncode)
