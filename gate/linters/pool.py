"""The pool of worker processes that lint."""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Self

from gate.errors import ConfigError, GateError, Malformed, Unavailable
from gate.linters.library import unanswered
from gate.linters.messages import MAX_CERTIFICATE, Job, LinterName, Setup
from gate.linters.process import WorkerProcess
from gate.model import CertificateType, LinterReport, LinterStatus, Stage

DEFAULT_LINTERS = ("gate.linters.pkilint:PkilintLinter", "gate.linters.badkeys:BadkeysLinter")
"""The linters that every gate has, in the order of their reports."""

DEFAULT_TIME_LIMIT = timedelta(seconds=5)
DEFAULT_MEMORY_LIMIT = 2 << 30

_RESTART_DELAY = 1.0
_MAX_RESTART_DELAY = 30.0


class LinterPool:
    """Lints in processes of its own, so that a hostile certificate costs one of those.

    Each linter's reading of a certificate is a job of its own, done by one worker, within
    `time_limit`, in `memory_limit` bytes of address space. A worker that hangs is killed,
    one that ended or could not complete a job is replaced; each job gets its report
    either way. `linters` are importable factories of `gate.linters.library.LibraryLinter`.

    Made when every worker is warm; raises ConfigError where one does not start. Safe to
    use from many threads; to be closed, by `close` or as a context manager. Fulfils
    `gate.ports.CertificateLinters`.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        time_limit: timedelta = DEFAULT_TIME_LIMIT,
        memory_limit: int = DEFAULT_MEMORY_LIMIT,
        linters: Sequence[str] = DEFAULT_LINTERS,
    ) -> None:
        if workers < 1 or time_limit <= timedelta() or not linters:
            raise ConfigError("linting needs a worker, a linter and time at least")
        seconds = time_limit.total_seconds()
        self._setup = Setup(linters=tuple(linters), memory_limit=memory_limit, time_limit=seconds)
        self._idle: SimpleQueue[WorkerProcess | None] = SimpleQueue()
        self._lock = Lock()
        self._workers: set[WorkerProcess] = set()
        self._warm: set[WorkerProcess] = set()
        self._closing = Event()
        self._numbers = count()
        first: list[Future[tuple[LinterName, ...]]] = [Future() for _ in range(workers)]
        self._keepers = [Thread(target=self._keep, args=(each,), daemon=True) for each in first]
        for keeper in self._keepers:
            keeper.start()
        try:
            self._names, *_ = [each.result() for each in first]
        except GateError as error:
            self.close()
            raise ConfigError(str(error)) from error

    @property
    def linters(self) -> tuple[str, ...]:
        """The names of the linters, in the order of the reports."""
        return tuple(linter.name for linter in self._names)

    @property
    def healthy(self) -> bool:
        """Whether there is a worker that can answer, be it busy or free."""
        with self._lock:
            return bool(self._warm) and not self._closing.is_set()

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        """One report per linter on a complete DER certificate; never raises.

        A job that finds no free worker within the time limit has TIMED_OUT, as has one
        that takes longer than that itself.
        """
        return tuple(
            self._report(at, certificate, certificate_type, stage) for at in range(len(self._names))
        )

    def close(self) -> None:
        """End the workers and return when they are gone; jobs under way have FAILED."""
        with self._lock:
            self._closing.set()
            workers = tuple(self._workers)
        for worker in workers:
            worker.kill()
        for keeper in self._keepers:
            keeper.join()
        self._discard_dead()
        # Wakes a caller that waits for a worker; each hands it on to the next.
        self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _report(
        self, at: int, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> LinterReport:
        linter = self._names[at]
        job = Job(
            number=next(self._numbers),
            linter=at,
            certificate_type=certificate_type,
            stage=stage,
            certificate=certificate,
        )
        try:
            return self._run(job)
        except TimeoutError as error:
            return unanswered(linter.name, linter.version, LinterStatus.TIMED_OUT, str(error))
        except GateError as error:
            return unanswered(linter.name, linter.version, LinterStatus.FAILED, str(error))

    def _run(self, job: Job) -> LinterReport:
        if job.stage is Stage.UNSPECIFIED:
            raise Malformed("the request names no stage, and what is right depends on it")
        if len(job.certificate) > MAX_CERTIFICATE:
            raise Malformed(f"the certificate has more than {MAX_CERTIFICATE} bytes")
        worker = self._take()
        try:
            report = worker.ask(job)
        except Unavailable:
            raise Unavailable(worker.discard()) from None
        except BaseException:
            worker.discard()
            raise
        if report.status is LinterStatus.COMPLETED:
            self._idle.put(worker)
            if self._closing.is_set():
                self._discard_dead()
        else:
            # Whatever went wrong may have left memory or state behind.
            worker.discard()
        return report

    def _take(self) -> WorkerProcess:
        until = time.monotonic() + self._setup.time_limit
        while True:
            try:
                worker = self._idle.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                limit = f"{self._setup.time_limit:g} s"
                raise TimeoutError(f"no worker was free within {limit}") from None
            if worker is None:
                self._idle.put(None)
                raise Unavailable("the linters are shut down")
            if worker.ready_for_job():
                return worker
            worker.discard()

    def _keep(self, first: Future[tuple[LinterName, ...]]) -> None:
        """See to it that there is a worker, until the pool is closed."""
        delay = _RESTART_DELAY
        while not self._closing.is_set():
            try:
                worker, names = self._start()
            except Unavailable as error:
                if not first.done():
                    first.set_exception(error)
                    return
                self._closing.wait(delay)
                delay = min(2 * delay, _MAX_RESTART_DELAY)
                continue
            delay = _RESTART_DELAY
            if not first.done():
                first.set_result(names)
            with self._lock:
                self._warm.add(worker)
            self._idle.put(worker)
            self._see_out(worker)

    def _start(self) -> tuple[WorkerProcess, tuple[LinterName, ...]]:
        with self._lock:
            if self._closing.is_set():
                raise Unavailable("the linters are shut down")
            worker = WorkerProcess(self._setup)
            self._workers.add(worker)
        try:
            return worker, worker.greet()
        except Unavailable as error:
            worker.kill()
            self._see_out(worker)
            raise Unavailable(f"{error}; {worker.discard()}") from error

    def _see_out(self, worker: WorkerProcess) -> None:
        """Wait until this worker has ended, for whatever reason, and forget it."""
        worker.wait()
        with self._lock:
            self._workers.discard(worker)
            self._warm.discard(worker)
        self._discard_dead()

    def _discard_dead(self) -> None:
        """Close what idle workers left that have ended; the living stay idle."""
        for _ in range(self._idle.qsize()):
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return
            if worker is None or worker.ready_for_job():
                self._idle.put(worker)
            else:
                worker.discard()
