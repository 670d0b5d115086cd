"""The reading side of a log in SQLite, beside a running gate or without one."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import apsw

from gate.errors import ConfigError, Refused, Tampered, Unavailable
from gate.ports import LogState, LogTransaction, StoredEntry
from gate.storage.connection import check_sqlite_version, open_reader
from gate.storage.rows import (
    BY_ID,
    BY_INDEX,
    BY_RANGE,
    BY_REQUEST,
    LEAVES,
    found_indexes,
    read_entry,
    read_state,
    stored_entry,
)
from gate.storage.schema import check_identity, check_schema

_PAGE = 256
_NO_LIMIT = -1


class SQLiteReader:
    """A log's file, open for reading only; a LogStorage that refuses to write.

    A connection serves one thread at a time and then the next; there are as many as
    threads ever read at once. No read holds a snapshot for long, because that would keep
    the WAL from being reset and let it grow.
    """

    def __init__(self, path: Path, *, vfs: str | None = None) -> None:
        self._path = path
        self._vfs = vfs
        self._lock = Lock()
        self._idle: list[apsw.Connection] = []
        self._closed = False

    def transaction(self) -> AbstractContextManager[LogTransaction]:
        """Refuse: the file is open for reading only."""
        raise Refused(f"`{self._path}` is open for reading only")

    def state(self) -> LogState | None:
        """See LogStorage."""
        with self._reader() as reader:
            return read_state(reader)

    def entry(self, index: int) -> StoredEntry | None:
        """See LogStorage."""
        with self._reader() as reader:
            return read_entry(reader, BY_INDEX, index)

    def entries(self, start: int, stop: int) -> Iterator[StoredEntry]:
        """See LogStorage."""
        for at in range(start, stop, _PAGE):
            with self._reader() as reader:
                rows = reader.execute(BY_RANGE, (at, min(at + _PAGE, stop))).fetchall()
            yield from map(stored_entry, rows)

    def leaves(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """See LogStorage."""
        for at in range(start, stop, _PAGE):
            with self._reader() as reader:
                rows: Any = reader.execute(LEAVES, (at, min(at + _PAGE, stop))).fetchall()
            yield from rows

    def tile(self, level: int, number: int) -> bytes | None:
        """See LogStorage."""
        with self._reader() as reader:
            hashes: bytes | None = reader.execute(
                "SELECT hashes FROM tile WHERE level = ? AND number = ?", (level, number)
            ).get
            return hashes

    def by_id(self, entry_id: str) -> StoredEntry | None:
        """See LogStorage."""
        with self._reader() as reader:
            return read_entry(reader, BY_ID, entry_id)

    def by_request(self, request_key: str) -> StoredEntry | None:
        """See LogStorage."""
        with self._reader() as reader:
            return read_entry(reader, BY_REQUEST, request_key)

    def by_lookup(
        self, words: Sequence[str], *, after: int = -1, limit: int | None = None
    ) -> tuple[StoredEntry, ...]:
        """See LogStorage."""
        with self._reader() as reader:
            cap = _NO_LIMIT if limit is None else limit
            indexes = found_indexes(reader, words, after, cap)[:limit]
            found = [read_entry(reader, BY_INDEX, index) for index in indexes]
        if None in found:
            raise Tampered(f"`{self._path}` has a lookup word for an entry that is not there")
        return tuple(entry for entry in found if entry is not None)

    def close(self) -> None:
        """See LogStorage."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _reader(self) -> Iterator[apsw.Connection]:
        with self._lock:
            if self._closed:
                raise Unavailable(f"`{self._path}` has been closed")
            connection = self._idle.pop() if self._idle else None
        with reading_errors(self._path):
            connection = connection or open_reader(self._path, self._vfs)
            try:
                yield connection
            finally:
                self._give_back(connection)

    def _give_back(self, connection: apsw.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()


def open_read_only(path: Path) -> SQLiteReader:
    """Open a log for reading, as `gate log show` and `verify` do.

    Raises ConfigError where the file is no log, Tampered where its tables were changed.
    """
    check_sqlite_version(apsw.sqlite_lib_version())
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "is not there"
        raise ConfigError(f"`{path}` {what}: name the log's file")
    try:
        connection = open_reader(path)
        try:
            check_identity(connection, str(path))
            check_schema(connection, str(path))
        finally:
            connection.close()
    except apsw.Error as error:
        raise ConfigError(f"`{path}` cannot be read as a gate's log: {error}") from error
    return SQLiteReader(path)


@contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors while reading into the gate's."""
    try:
        yield
    except apsw.CorruptError as error:
        raise Tampered(f"`{path}` is damaged: {error}") from error
    except apsw.Error as error:
        raise Unavailable(f"`{path}` could not be read: {error}") from error
