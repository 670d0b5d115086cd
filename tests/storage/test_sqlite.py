"""What SQLite adds to the contract: durable settings, one writer, no silent change."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from gate.errors import ConfigError, Refused, Tampered, Unavailable
from gate.ports import LogState, NewEntry
from gate.storage import SQLiteReader, SQLiteStorage, open_read_only
from gate.storage.connection import _set, check_sqlite_version

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def add(storage: SQLiteStorage, name: str) -> None:
    with storage.transaction() as transaction:
        before = transaction.state()
        size = 1 if before is None else before.size + 1
        entry = NewEntry(
            entry_id=name, leaf=b"leaf", private=b"private", salt=b"salt", lookups=("word",)
        )
        transaction.write([entry], (), LogState(size=size, frontier=(), note=b"", newest=AT))


def ids(storage: SQLiteReader) -> list[str]:
    return [entry.entry_id for entry in storage.entries(0, 100)]


def test_what_was_committed_is_there_after_reopening(path: Path) -> None:
    first = SQLiteStorage(path)
    add(first, "a")
    first.close()
    second = SQLiteStorage(path)
    add(second, "b")

    assert ids(second) == ["a", "b"]
    second.close()


def test_the_settings_that_make_it_durable_are_in_force(path: Path) -> None:
    storage = SQLiteStorage(path)
    writer = storage._writer

    found = {
        name: writer.pragma(name)
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    storage.close()


def test_a_setting_that_does_not_take_refuses_the_start(path: Path) -> None:
    connection = apsw.Connection(str(path))
    with pytest.raises(ConfigError, match="keeps `page_size` at `4096`"):
        _set(connection, (("page_size", 1000),))
    connection.close()


def test_a_second_writer_is_refused_and_told_why(path: Path) -> None:
    storage = SQLiteStorage(path)
    with pytest.raises(ConfigError, match=f"process {os.getpid()}"):
        SQLiteStorage(path)
    program = (
        "import sys, pathlib; from gate.storage import SQLiteStorage\n"
        "SQLiteStorage(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is being written by another gate" in done.stderr

    add(storage, "a")
    storage.close()
    SQLiteStorage(path).close()


@pytest.mark.parametrize("version", ["3.51.2", "3.40.1", "3.7.0"])
def test_an_sqlite_that_can_lose_commits_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match="can lose commits"):
        check_sqlite_version(version)
    check_sqlite_version("3.51.3")
    check_sqlite_version("3.60")


def test_another_programs_database_is_left_alone(path: Path) -> None:
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE theirs (x); PRAGMA user_version = 1")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="not a gate's log"):
        SQLiteStorage(path)
    with pytest.raises(ConfigError, match="not a gate's log"):
        open_read_only(path)

    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_bytes(b"orders for monday\n" * 100)
    with pytest.raises(ConfigError, match="not a gate's log"):
        SQLiteStorage(path)
    with pytest.raises(ConfigError):
        open_read_only(path)

    assert path.read_bytes() == b"orders for monday\n" * 100


def test_a_log_of_another_version_is_refused(path: Path) -> None:
    SQLiteStorage(path).close()
    other = apsw.Connection(str(path))
    other.pragma("user_version", 2)
    other.close()
    with pytest.raises(ConfigError, match="schema version 2"):
        SQLiteStorage(path)


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER entry_no_update",
        "CREATE TRIGGER extra AFTER INSERT ON entry BEGIN SELECT 1; END",
        "CREATE INDEX extra ON entry (leaf)",
        "DROP TABLE lookup",
    ],
)
def test_a_changed_schema_is_told_and_refused(path: Path, change: str) -> None:
    SQLiteStorage(path).close()
    other = apsw.Connection(str(path))
    other.execute(change)
    other.close()
    with pytest.raises(Tampered, match="schema"):
        SQLiteStorage(path)
    with pytest.raises(Tampered, match="schema"):
        open_read_only(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET leaf = x''",
        "DELETE FROM entry",
        "REPLACE INTO entry VALUES (0, 'b', x'', NULL, x'')",
        "UPDATE private SET document = x''",
        "UPDATE lookup SET word = 'other'",
        "DELETE FROM lookup",
        "DELETE FROM state",
    ],
)
def test_what_stands_cannot_be_changed_by_accident(path: Path, statement: str) -> None:
    storage = SQLiteStorage(path)
    add(storage, "a")
    with pytest.raises(apsw.ConstraintError):
        storage._writer.execute(statement)

    assert ids(storage) == ["a"]
    storage.close()


def test_a_private_document_can_be_erased(path: Path) -> None:
    storage = SQLiteStorage(path)
    add(storage, "a")
    storage._writer.execute("DELETE FROM private WHERE idx = 0")
    entry = storage.entry(0)

    assert entry is not None
    assert (entry.leaf, entry.private, entry.salt) == (b"leaf", b"", b"")
    storage.close()


def test_reading_works_while_a_gate_runs_and_when_none_does(path: Path) -> None:
    storage = SQLiteStorage(path)
    add(storage, "a")
    reader = open_read_only(path)
    assert ids(reader) == ["a"]
    add(storage, "b")
    assert ids(reader) == ["a", "b"]
    storage.close()

    assert ids(reader) == ["a", "b"]
    reader.close()
    again = open_read_only(path)
    assert [entry.entry_id for entry in again.by_lookup(["word"])] == ["a", "b"]
    again.close()
    # A reader that has come and gone is in nobody's way.
    SQLiteStorage(path).close()


def test_reading_needs_no_place_to_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = SQLiteStorage(path)
    add(storage, "a")
    storage.close()
    monkeypatch.setattr(os, "access", lambda *_: False)
    reader = open_read_only(path)

    assert ids(reader) == ["a"]
    assert sorted(each.name for each in path.parent.iterdir()) == ["log.db", "log.db.lock"]
    reader.close()


def test_a_reader_writes_nothing(path: Path) -> None:
    SQLiteStorage(path).close()
    reader = open_read_only(path)
    with pytest.raises(Refused, match="reading only"):
        reader.transaction()
    with reader._reader() as connection, pytest.raises(apsw.ReadOnlyError):
        connection.execute("DELETE FROM state")
    reader.close()
    with pytest.raises(Unavailable, match="closed"):
        reader.state()


def test_nothing_is_made_where_nothing_can_be_read(path: Path) -> None:
    with pytest.raises(ConfigError, match="is not there"):
        open_read_only(path)

    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be made"):
        SQLiteStorage(tmp_path / "absent" / "log.db")


def test_the_file_is_not_for_everyone(path: Path) -> None:
    SQLiteStorage(path).close()

    assert path.stat().st_mode & 0o007 == 0


def test_a_damaged_file_is_tampered_with(path: Path) -> None:
    storage = SQLiteStorage(path)
    for number in range(200):
        add(storage, str(number))
    storage.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    reader = SQLiteReader(path)
    with pytest.raises(Tampered):
        ids(reader)
    reader.close()


def test_a_wal_that_cannot_be_emptied_refuses_the_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.storage.connection._BUSY_MILLISECONDS", 1)
    storage = SQLiteStorage(path)
    add(storage, "a")
    reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    holding = reader.execute("SELECT * FROM entry, (SELECT 1 UNION SELECT 2)")
    next(holding)
    add(storage, "b")
    storage.close()
    with pytest.raises(Unavailable, match="another process reads it"):
        SQLiteStorage(path)

    holding.close(force=True)
    reader.close()
    SQLiteStorage(path).close()


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "log.db").mkdir()
    with pytest.raises(Unavailable, match="could not be opened"):
        SQLiteStorage(tmp_path / "log.db")


def test_a_lookup_of_an_entry_that_is_not_there_is_tampering(path: Path) -> None:
    storage = SQLiteStorage(path)
    storage._writer.execute("PRAGMA foreign_keys = 0; INSERT INTO lookup VALUES ('word', 7)")
    with pytest.raises(Tampered, match="not there"):
        storage.by_lookup(["word"])
    storage.close()


def test_reads_that_fail_are_unavailable(path: Path) -> None:
    SQLiteStorage(path).close()
    reader = SQLiteReader(path)
    path.unlink()
    with pytest.raises(Unavailable, match="could not be read"):
        reader.state()
    reader.close()
