"""Replays a whole log in worker processes, each with the database open for reading."""

import atexit
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from gate.config.local import reading
from gate.config.policies import desk_site
from gate.errors import Refused
from gate.linters import LinterPool
from gate.policy import Policy
from gate.policy import load as load_policy
from gate.ports import LogStorage
from gate.record import PolicyDocument, latest_policy, open_policy
from gate.rollout.rollout import versions_of
from gate.workbench.replay import Replay, Replayer
from gate.workbench.replay_report import ReplayReport

ENTRIES_AT_ONCE = 512
"""How many entries a worker is given at a time."""

LINTER_TIME = timedelta(seconds=30)

ANY_EXCEPTION = timedelta(days=36_500)
"""Longer than any gate lets an exception be: its own gate has seen to that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayJob:
    """A replay of the log in a database under the policy that these files are.

    `since`, `until`, `as_of` and `accepted` are those of `Replay`. With `relint` today's
    linters read every certificate again.
    """

    database: Path
    files: Mapping[str, bytes]
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    accepted: frozenset[str] = frozenset()
    relint: bool = False


def replay_log(
    job: ReplayJob, *, workers: int, progress: Callable[[int, int], None]
) -> tuple[Policy, ReplayReport]:
    """The policy, loaded for the log's issuers, and the report on all decisions.

    Raises ConfigError where the files are no policy, Refused where the log is empty, Tampered
    where an entry is not what was recorded.
    """
    with reading(job.database) as storage:
        policy, state = _policy(job, storage), storage.state()
    if state is None:
        raise Refused(f"`{job.database}` holds an empty log")
    report, done = ReplayReport(), 0
    for part in _parts(job, state.size, workers):
        report.merge(part)
        done = min(done + ENTRIES_AT_ONCE, state.size)
        progress(done, state.size)
    return policy, report


def _parts(job: ReplayJob, size: int, workers: int) -> Iterator[ReplayReport]:
    """The report on one stretch of the log after the other."""
    starts = range(0, size, ENTRIES_AT_ONCE)
    stops = [min(start + ENTRIES_AT_ONCE, size) for start in starts]
    workers = min(workers, len(starts))
    if workers == 1:
        with _replayer(job) as replayer:
            yield from map(replayer.run, starts, stops)
        return
    # A process that was forked off would share locks and connections with this one.
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_Worker.begin, initargs=(job,)
    ) as pool:
        try:
            yield from pool.map(_Worker.run, starts, stops)
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    """What a worker process has: one replayer, made when it starts."""

    parts = ExitStack()
    replayer: Replayer

    @classmethod
    def begin(cls, job: ReplayJob) -> None:
        # Ctrl-C is the command's, which then ends its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls.replayer = cls.parts.enter_context(_replayer(job))
        atexit.register(cls.parts.close)

    @classmethod
    def run(cls, start: int, stop: int) -> ReplayReport:
        return cls.replayer.run(start, stop)


@contextmanager
def _replayer(job: ReplayJob) -> Iterator[Replayer]:
    with ExitStack() as parts:
        storage = parts.enter_context(reading(job.database))
        lint = None
        if job.relint:
            lint = parts.enter_context(LinterPool(workers=1, time_limit=LINTER_TIME)).lint
        yield Replayer(
            storage,
            Replay(
                policy=_policy(job, storage),
                since=job.since,
                until=job.until,
                as_of=job.as_of,
                accepted=job.accepted,
            ),
            load=_load_recorded,
            versions=versions_of(desk_site()),
            lint=lint,
        )


def _policy(job: ReplayJob, storage: LogStorage) -> Policy:
    """The candidate, for the issuers that the newest policy of the log was loaded for."""
    newest = latest_policy(storage)
    issuers = None if newest is None else open_policy(newest).issuers
    return load_policy(job.files, site=replace(desk_site(), issuers=issuers))


def _load_recorded(document: PolicyDocument) -> Policy:
    """A recorded policy; that its signatures held, its gate has checked when it recorded it."""
    site = replace(desk_site(), issuers=document.issuers, longest_exception=ANY_EXCEPTION)
    return load_policy(document.files, site=site)
