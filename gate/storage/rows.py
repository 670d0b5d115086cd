"""The log's rows: how they are asked for, and what they are to the port."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import apsw

from gate.ports import LogState, NewEntry, StoredEntry, Tile

_ENTRY = (
    "SELECT idx, entry_id, leaf, ifnull(document, x''), ifnull(salt, x''), request_digest "
    "FROM entry LEFT JOIN private USING (idx) WHERE "
)
BY_INDEX = _ENTRY + "idx = ?"
BY_RANGE = _ENTRY + "idx >= ? AND idx < ? ORDER BY idx"
BY_ID = _ENTRY + "entry_id = ?"
BY_REQUEST = _ENTRY + "request_key = ?"
LEAVES = "SELECT idx, leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HASH_SIZE = 32


def stored_entry(row: tuple[Any, ...]) -> StoredEntry:
    """The entry in a row of one of the queries above."""
    index, entry_id, leaf, private, salt, digest = row
    return StoredEntry(
        index=index,
        entry_id=entry_id,
        leaf=leaf,
        private=private,
        salt=salt,
        request_digest=digest,
    )


def read_entry(connection: apsw.Connection, query: str, key: int | str) -> StoredEntry | None:
    """The one entry that the query finds under this key, or None."""
    row = connection.execute(query, (key,)).fetchone()
    return None if row is None else stored_entry(row)


def read_state(connection: apsw.Connection) -> LogState | None:
    """The state as this connection sees it."""
    row: Any = connection.execute("SELECT size, frontier, note, newest FROM state").fetchone()
    if row is None:
        return None
    size, frontier, note, newest = row
    return LogState(
        size=size,
        frontier=tuple(
            frontier[at : at + _HASH_SIZE] for at in range(0, len(frontier), _HASH_SIZE)
        ),
        note=note,
        newest=_EPOCH + newest * _MICROSECOND,
    )


def write_state(connection: apsw.Connection, state: LogState) -> None:
    """Put the one state row in place of the old one."""
    connection.execute(
        "INSERT INTO state VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "size = excluded.size, frontier = excluded.frontier, note = excluded.note, "
        "newest = excluded.newest",
        (
            state.size,
            b"".join(state.frontier),
            state.note,
            (state.newest - _EPOCH) // _MICROSECOND,
        ),
    )


def write_entries(connection: apsw.Connection, start: int, entries: Iterable[NewEntry]) -> None:
    """Add entries at the indexes from `start` on."""
    numbered = list(enumerate(entries, start))
    connection.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?)",
        (
            (index, each.entry_id, each.leaf, each.request_key or None, each.request_digest)
            for index, each in numbered
        ),
    )
    connection.executemany(
        "INSERT INTO private VALUES (?, ?, ?)",
        ((index, each.private, each.salt) for index, each in numbered),
    )
    connection.executemany(
        "INSERT INTO lookup VALUES (?, ?)",
        ((word, index) for index, each in numbered for word in dict.fromkeys(each.lookups)),
    )


def write_tiles(connection: apsw.Connection, tiles: Iterable[Tile]) -> None:
    """Add full tiles."""
    connection.executemany(
        "INSERT INTO tile VALUES (?, ?, ?)",
        ((tile.level, tile.number, tile.hashes) for tile in tiles),
    )


def found_indexes(
    connection: apsw.Connection, words: Iterable[str], after: int, limit: int
) -> list[int]:
    """The indexes under any of the words, each once, in order."""
    found: set[int] = set()
    for word in dict.fromkeys(words):
        rows: Any = connection.execute(
            "SELECT idx FROM lookup WHERE word = ? AND idx > ? ORDER BY idx LIMIT ?",
            (word, after, limit),
        )
        found.update(index for (index,) in rows)
    return sorted(found)
