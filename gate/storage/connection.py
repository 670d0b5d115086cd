"""Connections to the log's file: what they are set to, and that they really are."""

import os
from pathlib import Path

import apsw

from gate.errors import ConfigError, Unavailable
from gate.storage.schema import check_identity, check_schema, create_schema

_OLDEST_SQLITE = (3, 51, 3)
_BUSY_MILLISECONDS = 5_000

# `recursive_triggers` lets the append-only triggers see what REPLACE takes away;
# `secure_delete` overwrites what an erasure deletes; the two fullfsync settings matter on macOS.
_SETTINGS: tuple[tuple[str, int], ...] = (
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("recursive_triggers", 1),
    ("cell_size_check", 1),
)
_WRITER_SETTINGS: tuple[tuple[str, int | str], ...] = (
    ("synchronous", 2),
    ("fullfsync", 1),
    ("checkpoint_fullfsync", 1),
    ("secure_delete", 1),
    ("wal_autocheckpoint", 1000),
    ("journal_mode", "wal"),
)


def check_sqlite_version(version: str) -> None:
    """Raise ConfigError where this SQLite has the WAL-reset race, which can lose commits.

    Found in all versions from 3.7.0 on and mended in 3.51.3 (sqlite.org/wal.html).
    """
    if tuple(map(int, version.split("."))) < _OLDEST_SQLITE:
        oldest = ".".join(map(str, _OLDEST_SQLITE))
        raise ConfigError(
            f"SQLite {version} can lose commits in WAL mode: install an apsw that bundles "
            f"{oldest} or newer"
        )


def open_writer(path: Path, vfs: str | None = None) -> apsw.Connection:
    """Open the one connection that writes, and make the file a log where it is new.

    What an earlier process left in the WAL is made durable before this returns: after a
    failed fsync the operating system may show data that the disk never got, and only
    writing it again puts it there. Raises ConfigError, Tampered or Unavailable.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o640))
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
    try:
        connection.set_busy_timeout(_BUSY_MILLISECONDS)
        if connection.pragma("page_count") == 0:
            create_schema(connection)
        check_identity(connection, str(path))
        _set(connection, _SETTINGS + _WRITER_SETTINGS)
        check_schema(connection, str(path))
        _empty_wal(connection, path)
        _sync_directory(path.parent)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path, vfs: str | None = None) -> apsw.Connection:
    """Open a connection that can only read; works beside a writer and without one."""
    connection = apsw.Connection(
        _reader_uri(path), flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI, vfs=vfs
    )
    try:
        connection.set_busy_timeout(_BUSY_MILLISECONDS)
        _set(connection, (*_SETTINGS, ("query_only", 1)))
    except BaseException:
        connection.close()
        raise
    return connection


def _reader_uri(path: Path) -> str:
    """Where the folder cannot be written and no WAL is left, the file is at rest: say so.

    SQLite would otherwise want to put an index of the WAL beside it.
    """
    uri = path.resolve().as_uri() + "?mode=ro"
    at_rest = not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
    return f"{uri}&immutable=1" if at_rest else uri


def _set(connection: apsw.Connection, settings: tuple[tuple[str, int | str], ...]) -> None:
    for name, value in settings:
        connection.pragma(name, value)
        if (found := connection.pragma(name)) != value:
            raise ConfigError(f"SQLite keeps `{name}` at `{found}` where the log needs `{value}`")


def _empty_wal(connection: apsw.Connection, path: Path) -> None:
    row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if row is None or row[0] != 0:
        raise Unavailable(f"the WAL of `{path}` could not be emptied: another process reads it")


def _sync_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
