"""A commit that fails at any point: nobody is answered, nothing acknowledged is lost."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from gate.errors import ConfigError, Unavailable
from gate.ports import LogStorage
from gate.record import Appended, DecisionLog
from gate.storage import Fault, MemoryStorage, SQLiteStorage
from tests.faults.disk import Disk
from tests.log import check, decided, open_log


class _FailingSQLite(SQLiteStorage):
    """An SQLite log whose next commit fails before or after it happened."""

    fault: Fault | None = None

    def _commit(self) -> None:
        fault, self.fault = self.fault, None
        if fault is Fault.BEFORE:
            raise apsw.IOError("injected before the commit")
        super()._commit()
        if fault is Fault.AFTER:
            raise apsw.IOError("injected after the commit")


class _Memory:
    def __init__(self, _: Path) -> None:
        self.storage = MemoryStorage()

    def reopen(self) -> LogStorage:
        return self.storage.reopen()


class _SQLite:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "log.db"
        self.storage = _FailingSQLite(self._path)

    def reopen(self) -> LogStorage:
        self.storage.close()
        return SQLiteStorage(self._path)


def acknowledged(log: DecisionLog, name: str) -> list[Appended]:
    """What an append says is durable; nothing where it fails."""
    try:
        return list(log.append([decided(name), decided(f"{name}-more")]))
    except Unavailable:
        return []


def assert_all_there(storage: LogStorage, acked: list[Appended]) -> None:
    for each in acked:
        entry = storage.entry(each.index)
        assert entry is not None
        assert entry.leaf == each.leaf
    assert check(storage).problems == ()


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("kind", [_Memory, _SQLite])
def test_a_failed_commit_acknowledges_nothing_and_loses_nothing(
    tmp_path: Path, kind: Callable[[Path], _Memory | _SQLite], fault: Fault
) -> None:
    held = kind(tmp_path)
    log = open_log(held.storage)
    acked = acknowledged(log, "a") + acknowledged(log, "b")
    held.storage.fault = fault

    assert acknowledged(log, "c") == []
    assert acknowledged(log, "d") == []
    assert not log.healthy
    again = held.reopen()
    recovered = open_log(again)
    assert (again.by_id("decision-c") is not None) is (fault is Fault.AFTER)
    acked += acknowledged(recovered, "e")
    assert len(acked) == 6
    assert_all_there(again, acked)
    recovered.close()
    again.close()


@pytest.mark.parametrize("call", ["xSync", "xWrite"])
def test_a_disk_that_fails_at_any_call_loses_nothing_acknowledged(
    tmp_path: Path, call: str
) -> None:
    poisoned = 0
    for after in range(0, 40 if call == "xSync" else 90, 1 if call == "xSync" else 3):
        path = tmp_path / f"{after}.db"
        disk = Disk(f"{call}-{after}")
        disk.fail(call, after)
        acked: list[Appended] = []
        poisoned += append_until_it_fails(path, disk, acked)
        disk.mend()
        again = SQLiteStorage(path)
        recovered = open_log(again)
        acked += acknowledged(recovered, "last")
        assert_all_there(again, acked)
        recovered.close()
        again.close()
        disk.remove()
    assert poisoned > 5


def append_until_it_fails(path: Path, disk: Disk, acked: list[Appended]) -> bool:
    """Append to a log on the failing disk; whether it had got as far as to be open."""
    try:
        storage = SQLiteStorage(path, vfs=disk.name)
    except (Unavailable, ConfigError):
        return False
    try:
        log = open_log(storage)
        for number in range(8):
            fresh = acknowledged(log, f"{number}")
            acked += fresh
            if not fresh:
                assert acknowledged(log, "more") == []
                assert not log.healthy
                return True
        log.close()
    except Unavailable:
        return True
    finally:
        with suppress(Unavailable):
            storage.close()
    return False


def test_a_full_disk_stops_the_log_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    storage = SQLiteStorage(path)
    log = open_log(storage)
    acked = acknowledged(log, "a")
    pages = storage._writer.pragma("page_count")
    storage._writer.pragma("max_page_count", pages + 20)
    number = 0
    while log.healthy:
        acked += acknowledged(log, f"{number}")
        number += 1
    assert number > 2
    assert acknowledged(log, "more") == []
    storage.close()

    again = SQLiteStorage(path)
    recovered = open_log(again)
    acked += acknowledged(recovered, "last")
    assert_all_there(again, acked)
    recovered.close()
    again.close()


def test_two_sequencers_on_one_file_are_refused(tmp_path: Path) -> None:
    storage = SQLiteStorage(tmp_path / "log.db")
    log = open_log(storage)
    with pytest.raises(ConfigError, match="being written by another gate"):
        SQLiteStorage(tmp_path / "log.db")

    assert acknowledged(log, "a")
    log.close()
    storage.close()
