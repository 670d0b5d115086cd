"""The faults that memory storage injects are those of a real commit."""

from datetime import UTC, datetime

import pytest

from gate.errors import Unavailable
from gate.ports import LogState, NewEntry
from gate.storage import Fault, MemoryStorage

AT = datetime(2026, 11, 23, tzinfo=UTC)


def add(storage: MemoryStorage, name: str) -> None:
    with storage.transaction() as transaction:
        before = transaction.state()
        size = 1 if before is None else before.size + 1
        entry = NewEntry(entry_id=name, leaf=b"", private=b"", salt=b"")
        transaction.write([entry], (), LogState(size=size, frontier=(), note=b"", newest=AT))


@pytest.mark.parametrize(("fault", "kept"), [(Fault.BEFORE, ["a"]), (Fault.AFTER, ["a", "b"])])
def test_a_fault_fails_one_commit_and_stops_the_rest(fault: Fault, kept: list[str]) -> None:
    storage = MemoryStorage()
    add(storage, "a")
    storage.fault = fault
    with pytest.raises(Unavailable, match="outcome unknown"):
        add(storage, "b")
    with pytest.raises(Unavailable, match="no more writes"):
        add(storage, "c")
    again = storage.reopen()

    assert [entry.entry_id for entry in again.entries(0, 9)] == kept
    add(again, "d")
    assert [entry.entry_id for entry in again.entries(0, 9)] == [*kept, "d"]
