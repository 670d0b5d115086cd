"""What every LogStorage does, whatever it keeps its bytes in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from gate.errors import Refused, Unavailable
from gate.ports import LogState, LogStorage, NewEntry, StoredEntry, Tile
from gate.storage import MemoryStorage, SQLiteStorage

AT = datetime(2026, 11, 23, 18, 40, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogStorage]:
    makers: dict[str, Callable[[], LogStorage]] = {
        "memory": MemoryStorage,
        "sqlite": lambda: SQLiteStorage(tmp_path / "log.db"),
    }
    opened = makers[request.param]()
    yield opened
    opened.close()


def new(name: str, *lookups: str, key: str = "") -> NewEntry:
    return NewEntry(
        entry_id=name,
        leaf=b"leaf " + name.encode(),
        private=b"private " + name.encode(),
        salt=b"s" * 32,
        request_key=key,
        request_digest=b"digest" if key else b"",
        lookups=lookups,
    )


def stored(index: int, entry: NewEntry) -> StoredEntry:
    return StoredEntry(
        index=index,
        entry_id=entry.entry_id,
        leaf=entry.leaf,
        private=entry.private,
        salt=entry.salt,
        request_digest=entry.request_digest,
    )


def state(size: int) -> LogState:
    return LogState(
        size=size,
        frontier=tuple(bytes([height]) * 32 for height in range(size.bit_count())),
        note=f"note {size}".encode(),
        newest=AT + timedelta(microseconds=size),
    )


def write(storage: LogStorage, *entries: NewEntry, tiles: tuple[Tile, ...] = ()) -> None:
    with storage.transaction() as transaction:
        before = transaction.state()
        start = 0 if before is None else before.size
        transaction.write(entries, tiles, state(start + len(entries)))


def write_and_raise(storage: LogStorage, entry: NewEntry) -> None:
    with storage.transaction() as transaction:
        transaction.write([entry], (), state(2))
        raise LookupError


def test_a_new_log_is_empty(storage: LogStorage) -> None:
    assert storage.state() is None
    assert storage.entry(0) is None
    assert storage.tile(0, 0) is None
    assert storage.by_id("a") is None
    assert storage.by_request("a") is None
    assert storage.by_lookup(["a"]) == ()
    assert list(storage.entries(0, 10)) == []
    assert list(storage.leaves(0, 10)) == []
    with storage.transaction() as transaction:
        assert transaction.state() is None


def test_what_was_written_is_read_back(storage: LogStorage) -> None:
    first, second = new("a", "word", key="caller\x00id"), new("b", "word", "other")
    tile = Tile(level=1, number=2, hashes=bytes(range(256)) * 32)
    write(storage, first, tiles=(tile,))
    write(storage, second)

    assert storage.state() == state(2)
    assert [storage.entry(index) for index in range(3)] == [
        stored(0, first),
        stored(1, second),
        None,
    ]
    assert list(storage.entries(0, 5)) == [stored(0, first), stored(1, second)]
    assert list(storage.entries(1, 2)) == [stored(1, second)]
    assert storage.tile(1, 2) == tile.hashes
    assert storage.tile(2, 1) is None
    assert storage.by_id("b") == stored(1, second)
    assert storage.by_request("caller\x00id") == stored(0, first)
    assert storage.by_request("caller") is None


def test_an_empty_request_key_claims_nothing(storage: LogStorage) -> None:
    write(storage, new("a"), new("b"))

    assert storage.by_request("") is None


def test_lookups_come_once_and_oldest_first(storage: LogStorage) -> None:
    write(storage, new("a", "x", "y", "x"), new("b", "y"), new("c", "z"), new("d", "x"))

    def found(*words: str, after: int = -1, limit: int | None = None) -> list[str]:
        return [each.entry_id for each in storage.by_lookup(words, after=after, limit=limit)]

    assert found("y", "x") == ["a", "b", "d"]
    assert found("x", "x") == ["a", "d"]
    assert found() == []
    assert found("x", "y", "z", after=0) == ["b", "c", "d"]
    assert found("x", "y", "z", limit=2) == ["a", "b"]
    assert found("x", "y", "z", after=1, limit=1) == ["c"]
    assert found("x", limit=0) == []
    assert found("X") == []


def test_a_thousand_entries_come_in_order(storage: LogStorage) -> None:
    for start in range(0, 1000, 100):
        write(storage, *(new(f"{index}") for index in range(start, start + 100)))

    assert [each.index for each in storage.entries(0, 1000)] == list(range(1000))
    assert [each.entry_id for each in storage.entries(250, 600)] == [
        str(index) for index in range(250, 600)
    ]


def test_leaves_come_alone_and_in_order(storage: LogStorage) -> None:
    entries = [new(f"{number}") for number in range(600)]
    for start in range(0, 600, 200):
        write(storage, *entries[start : start + 200])

    assert list(storage.leaves(0, 600)) == [(at, each.leaf) for at, each in enumerate(entries)]
    assert [index for index, _ in storage.leaves(255, 258)] == [255, 256, 257]
    assert [index for index, _ in storage.leaves(598, 700)] == [598, 599]


def test_an_exception_inside_rolls_back_and_the_next_goes_through(storage: LogStorage) -> None:
    write(storage, new("a"))
    with pytest.raises(LookupError):
        write_and_raise(storage, new("b", "word", key="key"))
    write(storage, new("c"))

    assert [each.entry_id for each in storage.entries(0, 5)] == ["a", "c"]
    assert storage.by_request("key") is None
    assert storage.by_lookup(["word"]) == ()


def test_a_state_that_does_not_follow_is_refused(storage: LogStorage) -> None:
    write(storage, new("a"))
    for wrong in (0, 1, 3):
        with pytest.raises(Refused), storage.transaction() as transaction:
            transaction.write([new("b")], (), state(wrong))

    assert storage.state() == state(1)


@pytest.mark.parametrize(
    "entry", [new("a"), new("b", key="key")], ids=["same id", "same request key"]
)
def test_what_must_be_unique_stops_the_writing(storage: LogStorage, entry: NewEntry) -> None:
    write(storage, new("a", key="key"))
    with pytest.raises(Unavailable, match="outcome unknown"):
        write(storage, entry)
    with pytest.raises(Unavailable, match="no more writes"):
        write(storage, new("c"))

    assert storage.state() == state(1)
    assert storage.entry(1) is None


def test_a_transaction_sees_what_is_claimed(storage: LogStorage) -> None:
    write(storage, new("a", key="key"))
    with storage.transaction() as transaction:
        assert transaction.state() == state(1)
        assert transaction.by_request("key") == stored(0, new("a", key="key"))
        assert transaction.by_request("other") is None


def test_readers_see_nothing_before_the_commit(storage: LogStorage) -> None:
    seen: list[object] = []

    def read() -> None:
        seen.extend([storage.state(), storage.by_id("b"), storage.by_lookup(["word"])])

    write(storage, new("a"))
    with storage.transaction() as transaction:
        transaction.write([new("b", "word")], (), state(2))
        reader = Thread(target=read)
        reader.start()
        reader.join()

    assert seen == [state(1), None, ()]
    assert storage.state() == state(2)


def test_writers_on_many_threads_take_turns(storage: LogStorage) -> None:
    def add(name: str) -> None:
        for number in range(20):
            write(storage, new(f"{name}{number}"))

    threads = [Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert storage.state() == state(80)
    assert len({each.entry_id for each in storage.entries(0, 80)}) == 80


def test_a_closed_storage_takes_no_writes(storage: LogStorage) -> None:
    storage.close()
    with pytest.raises(Unavailable):
        write(storage, new("a"))


def test_large_and_odd_values_survive(storage: LogStorage) -> None:
    odd = NewEntry(
        entry_id="id\x00with \u2603 and '",
        leaf=bytes(65535),
        private=bytes(2_000_000),
        salt=bytes(range(32)),
        request_key="caller\x00\x00\U0001f600",
        request_digest=b"",
        lookups=("", "a\x00b", "\u00e9"),
    )
    write(storage, odd)

    assert storage.entry(0) == stored(0, odd)
    assert storage.by_request(odd.request_key) == stored(0, odd)
    assert storage.by_id(odd.entry_id) == stored(0, odd)
    assert storage.by_lookup(["a\x00b"]) == (stored(0, odd),)
    assert storage.by_lookup(["a"]) == ()
    assert storage.by_lookup([""]) == (stored(0, odd),)
