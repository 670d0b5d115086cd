"""The decision log: one thread puts entries in order, and answers when they are durable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from threading import Thread

from gate.errors import Refused, Tampered, Unavailable
from gate.ports import LogStorage, NewEntry, SigningKey, StoredEntry
from gate.record.batch import Batch, Placement, PreparedEntry, prepare
from gate.record.pending import MOST_APPENDED, Job, PendingJobs
from gate.record.start import start_entry
from gate.record.tree_view import TreeView, follow_log
from gate.record.writer import LogWriter
from gate.tlog import leaf_hash

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """An entry that is in the log, durably.

    `leaf` are its exact bytes and `proof` the C2SP tlog-proof of them. Where the request key
    had been claimed before, `repeated` is the entry that claimed it, all else is about that
    one, and nothing was written; whether it is the same request, its `request_digest` tells.
    """

    index: int
    leaf: bytes
    leaf_hash: bytes
    proof: str
    repeated: StoredEntry | None


class DecisionLog:
    """The gate's log, open for appending; usable from many threads.

    Whatever goes wrong in a commit, the log takes nothing more: `healthy` turns False, each
    append raises Unavailable (Tampered, where stored bytes contradict the signed tree), and
    only opening it again finds out what is durable. Nothing is ever repaired.
    """

    def __init__(
        self,
        storage: LogStorage,
        writer: LogWriter,
        origin: str,
        public_key: bytes,
        patience: float,
    ) -> None:
        self._storage = storage
        self._writer = writer
        self._origin = origin
        self._public_key = public_key
        self._patience = patience
        self._pending = PendingJobs()
        self._failure: Exception | None = None
        self._thread = Thread(target=self._sequence, name="decision-log", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls,
        storage: LogStorage,
        key: SigningKey,
        origin: str,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        new_salt: Callable[[], bytes],
        patience: float = _PATIENCE,
    ) -> "DecisionLog":
        """Check that the stored log leads to its signed checkpoint, and begin by noting that.

        The log is named `origin`, and `key` signs for it. `patience` is how many seconds an
        append waits for the disk. Raises Tampered where the check fails, Unavailable where
        storage does not take the first entry.
        """
        writer = LogWriter(storage, key, origin, clock)
        # 1. What is stored must lead to a root that our key has signed.
        writer.recover()
        # 2. The first entry shows that the disk takes writes, before anyone relies on it.
        start = start_entry(record_id=new_id(), at=clock(), size=writer.size, salt=new_salt())
        writer.commit([prepare(start)])
        # 3. Only now is there a log to append to.
        return cls(storage, writer, origin, key.public_key, patience)

    @property
    def healthy(self) -> bool:
        """Whether entries can be appended."""
        return self._failure is None and self._thread.is_alive()

    @property
    def origin(self) -> str:
        """The log's name, as its checkpoints say it."""
        return self._origin

    @property
    def size(self) -> int:
        """How many entries the newest checkpoint covers."""
        return self._view.size

    @property
    def waiting(self) -> int:
        """How many entries wait to be committed."""
        return self._pending.waiting

    def append(self, entries: Sequence[NewEntry]) -> tuple[Appended, ...]:
        """Append entries together, and return when they are durable, in their order.

        Takes 1024 entries at most. Raises Overloaded where too many wait already: nothing was
        begun. Raises Unavailable where the log cannot say that they are durable: the outcome
        is then unknown. Raises ValueError where an entry's leaf is none.
        """
        if len(entries) > MOST_APPENDED:
            raise ValueError(f"{len(entries)} entries at once: append {MOST_APPENDED} at most")
        job = Job([prepare(entry) for entry in entries])
        if self._failure is not None:
            raise _told(self._failure)
        self._pending.put(job)
        if not job.done.wait(self._patience):
            raise Unavailable(f"no answer from the log in {self._patience:g} s, outcome unknown")
        if job.batch is None:
            raise _told(job.failure)
        return tuple(
            self._repeated(place) if place.repeated else _fresh(job.batch, each, place)
            for each, place in zip(job.entries, job.placements, strict=True)
        )

    def view(self) -> TreeView:
        """The tree as it is stored now, also where another gate wrote a moment ago.

        Raises Tampered where the stored log does not go on from what was seen of it before.
        After a failed commit it is the tree up to there: what storage shows beyond that may
        never become durable.
        """
        before = self._view
        if self._failure is not None:
            return before
        state = self._storage.state()
        view = self._view
        if state is None or state.size < before.size:
            found = 0 if state is None else state.size
            raise Tampered(f"the log had {before.size} entries and now has {found}")
        if state == view.state or state.size < view.size:
            return view
        return follow_log(self._storage, state, self._origin, self._public_key, view)[1]

    def claimed(self, request_key: str) -> StoredEntry | None:
        """The entry that claimed this request key, or None; raises Tampered for a forged one."""
        entry = self._storage.by_request(request_key)
        if entry is not None:
            self.attest(entry)
        return entry

    def checkpoint(self) -> str:
        """The newest signed checkpoint (C2SP tlog-checkpoint)."""
        return self._view.note

    def prove(self, index: int) -> str:
        """The C2SP tlog-proof of an entry; raises Refused where there is none."""
        return self._covering(index).prove(index)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the log of `new` entries begins with that of `old`.

        Raises Refused where it never had these sizes. RFC 6962 §2.1.2.
        """
        return self._covering(new - 1).consistency(old, new) if new > 0 else ()

    def leaf_hash(self, index: int) -> bytes:
        """The hash that the signed tree holds for an entry; raises Refused where there is none."""
        return self._covering(index).leaf_hash(index)

    def attest(self, entry: StoredEntry) -> None:
        """Raise Tampered unless the signed tree holds exactly this entry at its index."""
        self._covering(entry.index).attest(entry)

    def close(self) -> None:
        """Commit what waits, and take nothing more; storage stays open."""
        self._pending.close("the log has been closed")
        self._thread.join()

    @property
    def _view(self) -> TreeView:
        view = self._writer.view
        assert view is not None  # noqa: S101 - a log is made by `open`, which commits an entry
        return view

    def _covering(self, index: int) -> TreeView:
        """A view that has the entry, also where another gate wrote it a moment ago."""
        view = self._view
        if index < view.size:
            return view
        if self._failure is not None:
            # What storage shows after a failed commit may never become durable.
            raise _told(self._failure)
        state = self._storage.state()
        if state is None or index >= state.size:
            raise Refused(f"a log of {view.size} entries has no entry {index}")
        return follow_log(self._storage, state, self._origin, self._public_key, view)[1]

    def _repeated(self, place: Placement) -> Appended:
        entry = self._storage.entry(place.index)
        if entry is None:
            raise Tampered(f"entry {place.index} claims a request key, and is not there")
        view = self._covering(place.index)
        view.attest(entry)
        return Appended(
            index=entry.index,
            leaf=entry.leaf,
            leaf_hash=leaf_hash(entry.leaf),
            proof=view.prove(entry.index),
            repeated=entry,
        )

    def _sequence(self) -> None:
        while jobs := self._pending.take():
            try:
                batch = self._writer.commit(list(chain.from_iterable(job.entries for job in jobs)))
            except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
                self._fail(jobs, error)
                return
            _answer(jobs, batch)

    def _fail(self, jobs: list[Job], error: BaseException) -> None:
        self._failure = error if isinstance(error, Exception) else Unavailable(repr(error))
        self._pending.close(f"the log takes no more entries: {error}")
        while jobs:
            for job in jobs:
                job.failure = self._failure
                job.done.set()
            jobs = self._pending.take()


def _fresh(batch: Batch, prepared: PreparedEntry, place: Placement) -> Appended:
    return Appended(
        index=place.index,
        leaf=prepared.entry.leaf,
        leaf_hash=prepared.leaf_hash,
        proof=batch.prove(place.index),
        repeated=None,
    )


def _answer(jobs: list[Job], batch: Batch) -> None:
    placements = iter(batch.placements)
    for job in jobs:
        job.placements = tuple(next(placements) for _ in job.entries)
        job.batch = batch
        job.done.set()


def _told(failure: Exception | None) -> Exception:
    """An error of its own for each thread that is told of a failed commit."""
    if isinstance(failure, Tampered):
        told: Exception = Tampered(str(failure))
    else:
        told = Unavailable(f"the log takes no more entries, outcome unknown: {failure}")
    told.__cause__ = failure
    return told
