"""The log in an SQLite file: one writer, durable when a transaction has been left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import apsw

from gate.errors import ConfigError, Refused, Unavailable
from gate.ports import LogState, LogTransaction, NewEntry, StoredEntry, Tile
from gate.storage.connection import check_sqlite_version, open_writer
from gate.storage.file_lock import FileLock
from gate.storage.reading import SQLiteReader
from gate.storage.rows import (
    BY_REQUEST,
    read_entry,
    read_state,
    write_entries,
    write_state,
    write_tiles,
)


class SQLiteStorage(SQLiteReader):
    """A LogStorage in WAL mode with synchronous=FULL: each commit waits for the disk.

    Opening makes the file where there is none, keeps every other process from writing it,
    and makes durable what an earlier process left. Raises ConfigError where the file is no
    log or is in use, Tampered where its tables were changed, Unavailable where the disk
    does not take writes.
    """

    def __init__(self, path: Path, *, vfs: str | None = None) -> None:
        check_sqlite_version(apsw.sqlite_lib_version())
        super().__init__(path, vfs=vfs)
        self._writing = Lock()
        self._failure = ""
        self._file_lock = _lock(path)
        try:
            self._writer = _open(path, vfs)
        except BaseException:
            self._file_lock.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[LogTransaction]:
        """See LogStorage."""
        with self._writing:
            if self._failure:
                raise Unavailable(f"`{self._path}` takes no more writes: {self._failure}")
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield _Transaction(self._writer)
                self._commit()
            except apsw.Error as error:
                self._fail(error)
                raise Unavailable(
                    f"`{self._path}` did not take the write, outcome unknown: {error}"
                ) from error
            except BaseException:
                self._roll_back()
                raise

    def close(self) -> None:
        """See LogStorage."""
        with self._writing:
            if self._closed:
                return
            self._failure = self._failure or "it has been closed"
            super().close()
            try:
                self._writer.close()
            except apsw.Error as error:
                # Closing empties the WAL into the file; where that fails, the WAL stays.
                raise Unavailable(f"`{self._path}` did not close cleanly: {error}") from error
            finally:
                self._file_lock.close()

    def _commit(self) -> None:
        self._writer.execute("COMMIT")

    def _roll_back(self) -> None:
        try:
            self._writer.execute("ROLLBACK")
        except apsw.Error as error:
            self._fail(error)

    def _fail(self, error: apsw.Error) -> None:
        # CRASH: after a failed write or fsync nobody knows what the disk holds, and another
        # try could succeed without the first try's bytes. So nothing more is written here,
        # not even on closing; whoever opens next begins by writing the whole WAL again.
        self._failure = str(error)
        self._writer.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        if self._writer.in_transaction:
            with suppress(apsw.Error):
                self._writer.execute("ROLLBACK")


class _Transaction:
    """The LogTransaction of an open SQLite transaction."""

    def __init__(self, writer: apsw.Connection) -> None:
        self._writer = writer

    def state(self) -> LogState | None:
        """See LogTransaction."""
        return read_state(self._writer)

    def by_request(self, request_key: str) -> StoredEntry | None:
        """See LogTransaction."""
        return read_entry(self._writer, BY_REQUEST, request_key)

    def write(self, entries: Sequence[NewEntry], tiles: Sequence[Tile], state: LogState) -> None:
        """See LogTransaction."""
        before = self.state()
        start = 0 if before is None else before.size
        if start + len(entries) != state.size:
            raise Refused(f"{len(entries)} entries after {start} do not make {state.size}")
        write_entries(self._writer, start, entries)
        write_tiles(self._writer, tiles)
        write_state(self._writer, state)


def _lock(path: Path) -> FileLock:
    try:
        return FileLock(path)
    except OSError as error:
        raise ConfigError(f"`{path}.lock` cannot be made: {error.strerror}") from error


def _open(path: Path, vfs: str | None) -> apsw.Connection:
    try:
        return open_writer(path, vfs)
    except apsw.NotADBError as error:
        raise ConfigError(f"`{path}` is not a gate's log: name another file") from error
    except (apsw.Error, OSError) as error:
        raise Unavailable(f"`{path}` could not be opened for writing: {error}") from error
