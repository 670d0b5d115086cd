"""The log in memory: for tests and throw-away gates; gone when the process ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from threading import Lock

from gate.errors import Refused, Unavailable
from gate.ports import LogState, LogTransaction, NewEntry, StoredEntry, Tile


class Fault(Enum):
    """At which side of becoming durable a commit fails."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class _Held:
    """What has been committed."""

    entries: list[StoredEntry] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    lookups: dict[str, list[int]] = field(default_factory=dict)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    state: LogState | None = None


class MemoryStorage:
    """A LogStorage whose commits can be made to fail.

    Where `fault` is set, the next commit fails at that side, and the storage takes no
    more writes; `reopen` gives one that stands on what was made durable.
    """

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self._held = _Held()
        self._writing = Lock()
        self._reading = Lock()
        self._failure = ""

    def reopen(self) -> "MemoryStorage":
        """Another storage over the same entries, as after a restart."""
        again = MemoryStorage()
        again._held = self._held
        return again

    @contextmanager
    def transaction(self) -> Iterator[LogTransaction]:
        """See LogStorage."""
        with self._writing:
            if self._failure:
                raise Unavailable(f"the log takes no more writes: {self._failure}")
            written = _Transaction(self)
            yield written
            self._commit(written)

    def state(self) -> LogState | None:
        """See LogStorage."""
        with self._reading:
            return self._held.state

    def entry(self, index: int) -> StoredEntry | None:
        """See LogStorage."""
        with self._reading:
            held = self._held.entries
            return held[index] if 0 <= index < len(held) else None

    def entries(self, start: int, stop: int) -> Iterator[StoredEntry]:
        """See LogStorage."""
        for index in range(max(start, 0), stop):
            found = self.entry(index)
            if found is None:
                return
            yield found

    def leaves(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """See LogStorage."""
        return ((entry.index, entry.leaf) for entry in self.entries(start, stop))

    def tile(self, level: int, number: int) -> bytes | None:
        """See LogStorage."""
        with self._reading:
            return self._held.tiles.get((level, number))

    def by_id(self, entry_id: str) -> StoredEntry | None:
        """See LogStorage."""
        index = self._held.ids.get(entry_id)
        return None if index is None else self.entry(index)

    def by_request(self, request_key: str) -> StoredEntry | None:
        """See LogStorage."""
        index = self._held.requests.get(request_key)
        return None if index is None else self.entry(index)

    def by_lookup(
        self, words: Sequence[str], *, after: int = -1, limit: int | None = None
    ) -> tuple[StoredEntry, ...]:
        """See LogStorage."""
        with self._reading:
            found = {index for word in words for index in self._held.lookups.get(word, ())}
            indexes = sorted(index for index in found if index > after)[:limit]
            return tuple(self._held.entries[index] for index in indexes)

    def close(self) -> None:
        """See LogStorage."""
        self._failure = self._failure or "it has been closed"

    def _commit(self, written: "_Transaction") -> None:
        fault, self.fault = self.fault, None
        with self._reading:
            if written.repeats(self._held):
                fault = Fault.BEFORE
            if fault is not Fault.BEFORE:
                written.apply(self._held)
        if fault is not None:
            self._failure = f"a commit failed {fault.value} it was durable"
            raise Unavailable("the log did not take the write, outcome unknown")


class _Transaction:
    """The LogTransaction that keeps what is written until it is applied."""

    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage
        self._start = 0
        self._entries: list[NewEntry] = []
        self._tiles: list[Tile] = []
        self._state = storage.state()

    def state(self) -> LogState | None:
        """See LogTransaction."""
        return self._state

    def by_request(self, request_key: str) -> StoredEntry | None:
        """See LogTransaction."""
        return self._storage.by_request(request_key)

    def write(self, entries: Sequence[NewEntry], tiles: Sequence[Tile], state: LogState) -> None:
        """See LogTransaction."""
        start = 0 if self._state is None else self._state.size
        if start + len(entries) != state.size:
            raise Refused(f"{len(entries)} entries after {start} do not make {state.size}")
        self._entries += entries
        self._tiles += tiles
        self._state = state

    def repeats(self, held: _Held) -> bool:
        """Whether an id or a request key comes twice, which a database would refuse."""
        ids = [each.entry_id for each in self._entries]
        keys = [each.request_key for each in self._entries if each.request_key]
        return (
            len(set(ids)) < len(ids)
            or len(set(keys)) < len(keys)
            or not held.ids.keys().isdisjoint(ids)
            or not held.requests.keys().isdisjoint(keys)
        )

    def apply(self, held: _Held) -> None:
        """Add everything that was written to what is held."""
        for each in self._entries:
            index = len(held.entries)
            held.entries.append(
                StoredEntry(
                    index=index,
                    entry_id=each.entry_id,
                    leaf=each.leaf,
                    private=each.private,
                    salt=each.salt,
                    request_digest=each.request_digest,
                )
            )
            held.ids[each.entry_id] = index
            if each.request_key:
                held.requests[each.request_key] = index
            for word in dict.fromkeys(each.lookups):
                held.lookups.setdefault(word, []).append(index)
        held.tiles.update({(tile.level, tile.number): tile.hashes for tile in self._tiles})
        held.state = self._state
