"""The decision log: order, proofs, repetition, and what it does when something fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from gate.errors import Overloaded, Refused, Tampered, Unavailable
from gate.record import Appended, DecisionLog, open_view, read_leaf, request_digest
from gate.storage import Fault, MemoryStorage
from gate.tlog import Checkpoint, LogProof, SignedNote, verify_consistency
from tests.log import (
    AT,
    KEY,
    ORIGIN,
    SteppingClock,
    anonymous,
    check,
    decided,
    open_log,
    request,
)
from tests.signing import SeededKey


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def log(storage: MemoryStorage) -> Iterator[DecisionLog]:
    opened = open_log(storage)
    yield opened
    opened.close()


def proven(appended: Appended) -> Checkpoint:
    return LogProof.parse(appended.proof).verify(appended.leaf, ORIGIN, KEY.public_key)


def start_threads(*targets: Any) -> list[Thread]:
    threads = [Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def test_a_log_begins_with_its_start(storage: MemoryStorage, log: DecisionLog) -> None:
    first = storage.entry(0)

    assert first is not None
    assert read_leaf(first.leaf).fields["size"] == 0
    assert (log.size, log.healthy) == (1, True)


def test_an_appended_entry_is_stored_and_proven(storage: MemoryStorage, log: DecisionLog) -> None:
    entry = decided()
    (appended,) = log.append([entry])
    found = storage.entry(appended.index)

    assert found is not None
    assert (found.leaf, found.private) == (entry.leaf, entry.private)
    assert (appended.index, appended.leaf, appended.repeated) == (1, entry.leaf, None)
    assert proven(appended).size == 2
    assert log.prove(1) == appended.proof
    assert appended.proof.endswith(log.checkpoint())


def test_every_entry_of_a_batch_is_proven_at_every_size(log: DecisionLog) -> None:
    for number in range(20):
        entries = [anonymous(f"{number}-{each}") for each in range(number)]
        for appended in log.append(entries):
            proven(appended)
    for index in range(log.size):
        log.prove(index)


def test_a_log_over_several_tiles_is_sound_and_reopens(storage: MemoryStorage) -> None:
    log = open_log(storage)
    for number in range(5):
        log.append([decided(f"{number}-{each}") for each in range(200)])
    log.close()
    again = open_log(storage)
    (appended,) = again.append([decided()])

    assert proven(appended).size == 1003
    for index in (0, 255, 256, 511, 700, 1001, 1002):
        entry = storage.entry(index)
        assert entry is not None
        again.attest(entry)
        LogProof.parse(again.prove(index)).verify(entry.leaf, ORIGIN, KEY.public_key)
    assert check(storage).problems == ()
    again.close()


def test_checkpoints_grow_out_of_each_other(log: DecisionLog) -> None:
    roots = {}
    for number in range(12):
        log.append([anonymous(f"{number}")])
        checkpoint = Checkpoint.parse(SignedNote.parse(log.checkpoint().encode()).text)
        roots[checkpoint.size] = checkpoint.root
    for old, old_root in roots.items():
        for new, new_root in roots.items():
            if old <= new:
                verify_consistency(old, new, log.consistency(old, new), old_root, new_root)
    with pytest.raises(Refused):
        log.consistency(5, 4)
    with pytest.raises(Refused):
        log.consistency(5, 100)


def test_a_repeated_request_gives_the_entry_that_stands(
    storage: MemoryStorage, log: DecisionLog
) -> None:
    (first,) = log.append([decided("a")])
    log.append([decided("b")])
    same = replace(decided("a"), entry_id="decision-c", leaf=decided("c").leaf)
    (again,) = log.append([same])

    assert again.repeated is not None
    assert again.repeated == storage.entry(first.index)
    assert (again.index, again.leaf, again.leaf_hash) == (first.index, first.leaf, first.leaf_hash)
    assert again.repeated.request_digest == request_digest(request("a"))
    assert proven(again).size == log.size == 3


def test_a_request_repeated_within_one_append_is_written_once(log: DecisionLog) -> None:
    second = replace(decided("a"), entry_id="decision-c", leaf=decided("c").leaf)
    first, again, other = log.append([decided("a"), second, decided("b")])

    assert (first.repeated, other.repeated) == (None, None)
    assert again.repeated is not None
    assert again.repeated.entry_id == "decision-a"
    assert [first.index, again.index, other.index] == [1, 1, 2]


def test_concurrent_equal_requests_give_one_entry(log: DecisionLog) -> None:
    results: list[Appended] = []
    together = Barrier(16)

    def ask(name: str) -> None:
        entry = replace(decided("a"), entry_id=f"decision-{name}", leaf=decided(name).leaf)
        together.wait()
        results.extend(log.append([entry]))

    for thread in start_threads(*(lambda each=each: ask(f"x{each}") for each in range(16))):
        thread.join(30)

    assert {each.index for each in results} == {1}
    assert [each.repeated for each in results].count(None) == 1
    assert log.size == 2


def test_entries_of_many_threads_all_get_in(storage: MemoryStorage, log: DecisionLog) -> None:
    results: dict[str, Appended] = {}

    def add(thread: int) -> None:
        for number in range(25):
            name = f"{thread}-{number}"
            (results[name],) = log.append([decided(name)])

    threads = [Thread(target=add, args=(each,)) for each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.index for each in results.values()) == list(range(1, 401))
    for name, appended in results.items():
        entry = storage.entry(appended.index)
        assert entry is not None
        assert (entry.entry_id, entry.leaf) == (f"decision-{name}", appended.leaf)
    assert check(storage).problems == ()


def test_the_clock_orders_nothing(storage: MemoryStorage) -> None:
    clock = SteppingClock()
    log = open_log(storage, clock)
    log.append([decided("a")])
    before = storage.state()
    clock.at = AT - timedelta(days=1)
    log.append([decided("b")])
    after = storage.state()

    assert before is not None
    assert after is not None
    assert (after.size, after.newest) == (3, before.newest)
    assert check(storage).problems == ()
    log.close()


@pytest.mark.parametrize("fault", Fault)
def test_a_failed_commit_answers_nobody_and_poisons_the_log(
    storage: MemoryStorage, log: DecisionLog, fault: Fault
) -> None:
    log.append([decided("a")])
    storage.fault = fault
    with pytest.raises(Unavailable, match="outcome unknown"):
        log.append([decided("b")])
    with pytest.raises(Unavailable):
        log.append([decided("c")])

    assert not log.healthy
    assert log.size == 2
    again = storage.reopen()
    recovered = open_log(again)
    assert (again.by_id("decision-b") is not None) is (fault is Fault.AFTER)
    assert again.by_id("decision-a") is not None
    assert check(again).problems == ()
    recovered.close()


class _Slow(MemoryStorage):
    """Holds each commit until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived, self.go = Event(), Event()
        self.go.set()

    def _commit(self, written: Any) -> None:
        self.arrived.set()
        self.go.wait(30)
        super()._commit(written)


def test_all_who_wait_hear_of_a_failed_commit() -> None:
    storage = _Slow()
    log = open_log(storage)
    storage.go.clear()
    storage.arrived.clear()
    failures: list[Unavailable] = []

    def add(name: str) -> None:
        try:
            log.append([decided(name)])
        except Unavailable as error:
            failures.append(error)

    threads = start_threads(*(lambda name=name: add(name) for name in "abcdef"))
    storage.arrived.wait(30)
    storage.fault = Fault.BEFORE
    storage.go.set()
    for thread in threads:
        thread.join(30)

    assert len(failures) == 6
    assert storage.reopen().by_id("decision-a") is None


def test_closing_finishes_what_was_queued_and_takes_no_more() -> None:
    storage = _Slow()
    log = open_log(storage)
    storage.go.clear()
    storage.arrived.clear()
    results: list[Appended] = []
    threads = start_threads(lambda: results.extend(log.append([decided("a")])))
    storage.arrived.wait(30)
    threads += start_threads(
        *(lambda name=name: results.extend(log.append([decided(name)])) for name in "bcdef")
    )
    while log._pending._entries < 5:
        pass
    closing = Thread(target=log.close)
    closing.start()
    storage.go.set()
    for thread in [*threads, closing]:
        thread.join(30)

    assert len(results) == 6
    with pytest.raises(Unavailable, match="closed"):
        log.append([decided("g")])
    assert not log.healthy


def test_too_many_waiting_are_told_so_at_once() -> None:
    storage = _Slow()
    log = open_log(storage, patience=0.01)
    storage.go.clear()
    with pytest.raises(Unavailable, match="no answer"):
        log.append([decided("a")])
    storage.arrived.wait(30)
    entries = [anonymous(f"{each}") for each in range(256)]
    for _ in range(16):
        with pytest.raises(Unavailable, match="no answer"):
            log.append(entries)
    with pytest.raises(Overloaded):
        log.append([decided("b")])

    assert log.healthy
    storage.go.set()
    log.close()


def test_a_log_of_another_key_or_name_is_not_opened(storage: MemoryStorage) -> None:
    open_log(storage).close()
    for key, origin in ((SeededKey("other"), ORIGIN), (KEY, "gate.example/other")):
        with pytest.raises(Tampered, match="not signed by"):
            DecisionLog.open(
                storage,
                key,
                origin,
                clock=SteppingClock(),
                new_id=lambda: "start",
                new_salt=lambda: bytes(32),
            )


def test_a_leaf_that_is_none_does_not_get_in(log: DecisionLog) -> None:
    good = decided()
    for bad in (
        replace(good, leaf=b"{}"),
        replace(good, leaf=good.leaf + b" "),
        replace(good, entry_id="other"),
    ):
        with pytest.raises(ValueError):
            log.append([bad])
    with pytest.raises(ValueError, match="1024 at most"):
        log.append([anonymous(f"{each}") for each in range(1025)])

    assert log.healthy
    assert log.size == 1


def test_nothing_is_nothing(log: DecisionLog) -> None:
    assert log.append([]) == ()
    assert log.size == 1


def test_what_is_not_there_is_not_proven(log: DecisionLog) -> None:
    for index in (-1, 1, 2**40):
        with pytest.raises(Refused, match="no entry"):
            log.prove(index)


def test_two_gates_on_one_storage_follow_each_other(storage: MemoryStorage) -> None:
    one, two = open_log(storage), open_log(storage)
    for number in range(300):
        (appended,) = (one, two)[number % 2].append([decided(f"{number}")])
        assert appended.index == number + 2
        proven(appended)
    (again,) = two.append([replace(decided("0"), entry_id="decision-x", leaf=decided("x").leaf)])

    assert again.index == 2
    assert proven(again).size == 302
    LogProof.parse(two.prove(301)).verify(
        next(storage.entries(301, 302)).leaf, ORIGIN, KEY.public_key
    )
    assert check(storage).problems == ()
    one.close()
    two.close()


def test_a_view_shows_what_another_gate_wrote_a_moment_ago(storage: MemoryStorage) -> None:
    one, two = open_log(storage), open_log(storage)
    assert one.view().size == 2
    two.append([decided(f"{number}") for number in range(300)])

    assert one.size == 1
    view = one.view()
    assert (view.size, view.note) == (302, two.checkpoint())
    one.append([decided("more")])
    assert one.view().size == 303
    one.close()
    two.close()


def test_a_view_of_a_log_that_was_put_back_or_has_gone_is_noticed(storage: MemoryStorage) -> None:
    log = open_log(storage)
    earlier = storage.state()
    log.append([decided("a")])
    for state, told in ((earlier, "now has 1"), (None, "now has 0")):
        storage._held.state = state
        with pytest.raises(Tampered, match=told):
            log.view()
    log.close()


@pytest.mark.parametrize("fault", Fault)
def test_what_shows_after_a_failed_commit_is_not_believed(
    storage: MemoryStorage, fault: Fault
) -> None:
    log = open_log(storage)
    log.append([decided("a")])
    storage.fault = fault
    with pytest.raises(Unavailable):
        log.append([decided("b")])

    assert log.view().size == 2
    assert log.claimed(decided("a").request_key) is not None
    assert (storage.entry(2) is not None) is (fault is Fault.AFTER)
    if fault is Fault.AFTER:
        with pytest.raises(Unavailable):
            log.claimed(decided("b").request_key)


def test_one_append_may_be_larger_than_what_is_committed_together(log: DecisionLog) -> None:
    appended = log.append([anonymous(f"{number}") for number in range(1024)])

    assert [each.index for each in appended] == list(range(1, 1025))
    assert {proven(each).size for each in appended} == {1025}


def test_a_log_that_was_put_back_is_noticed(storage: MemoryStorage) -> None:
    log = open_log(storage)
    log.append([decided("a")])
    earlier = storage.state()
    log.append([decided("b")])
    storage._held.state = earlier
    with pytest.raises(Tampered, match="now has 2"):
        log.append([decided("c")])
    with pytest.raises(Tampered):
        log.append([decided("d")])

    assert not log.healthy


def test_a_log_that_has_gone_is_noticed(storage: MemoryStorage) -> None:
    log = open_log(storage)
    storage._held = MemoryStorage()._held
    with pytest.raises(Tampered, match="now has none"):
        log.append([decided("a")])


def test_an_entry_that_was_changed_is_not_given_as_a_repetition(storage: MemoryStorage) -> None:
    log = open_log(storage)
    log.append([decided("a")])
    storage._held.entries[1] = replace(storage._held.entries[1], leaf=decided("b").leaf)
    again = replace(decided("a"), entry_id="decision-c", leaf=decided("c").leaf)
    with pytest.raises(Tampered, match="not what the log's checkpoint covers"):
        log.append([again])
    log.close()


def test_a_key_that_fails_signs_nothing_and_stops_the_log(storage: MemoryStorage) -> None:
    class _Away(SeededKey):
        def sign(self, message: bytes) -> bytes:
            if b"\n2\n" in message:
                raise Unavailable("the key is away")
            return super().sign(message)

    log = DecisionLog.open(
        storage,
        _Away("decision log"),
        ORIGIN,
        clock=SteppingClock(),
        new_id=lambda: "start-0",
        new_salt=lambda: bytes(32),
    )
    with pytest.raises(Unavailable, match="the key is away"):
        log.append([decided("a")])

    assert not log.healthy
    assert storage.by_id("decision-a") is None


def test_a_checkpoint_that_does_not_read_is_tampering(storage: MemoryStorage) -> None:
    open_log(storage).close()
    state = storage.state()
    assert state is not None
    storage._held.state = replace(state, note=b"nothing")
    with pytest.raises(Tampered, match="does not read"):
        open_log(storage)


def test_a_fork_that_is_longer_is_noticed() -> None:
    ours, theirs = MemoryStorage(), MemoryStorage()
    log, other = open_log(ours), open_log(theirs)
    log.append([decided("a")])
    other.append([decided("x"), decided("y")])
    ours._held = theirs._held
    with pytest.raises(Tampered, match="has changed among its first 2"):
        log.append([decided("b")])


def test_a_reader_has_the_same_proofs(storage: MemoryStorage, log: DecisionLog) -> None:
    log.append([anonymous(f"{each}") for each in range(256)])
    log.append([anonymous(f"b{each}") for each in range(60)])
    view = open_view(storage, ORIGIN, KEY.public_key)

    assert [view.prove(index) for index in (0, 255, 256, 316)] == [
        log.prove(index) for index in (0, 255, 256, 316)
    ]
    with pytest.raises(Refused, match="empty"):
        open_view(MemoryStorage(), ORIGIN, KEY.public_key)
