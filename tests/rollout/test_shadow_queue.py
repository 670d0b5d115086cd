"""The queue before a candidate: bounded both ways, and nobody waits to put something in."""

from threading import Thread

from gate.rollout.shadow_queue import Recorded, ShadowQueue
from tests.log import decision, request


def recorded(name: str, size: int = 1) -> Recorded:
    return Recorded(decision_id=name, decision=decision(request()), document=bytes(size))


def taken(queue: ShadowQueue) -> list[str]:
    found = []
    while one := queue.take():
        found.append(one.decision_id)
    return found


def test_what_waits_comes_out_in_its_order() -> None:
    queue = ShadowQueue()
    for name in "abc":
        queue.put(recorded(name))
    assert queue.wait(0)
    assert taken(queue) == ["a", "b", "c"]
    assert not queue.wait(0)
    assert queue.take_dropped() == 0


def test_the_newest_is_dropped_where_too_many_wait() -> None:
    queue = ShadowQueue(most=2)
    for name in "abcd":
        queue.put(recorded(name))
    assert taken(queue) == ["a", "b"]
    assert queue.take_dropped() == 2
    assert queue.take_dropped() == 0
    queue.put(recorded("e"))
    assert taken(queue) == ["e"]


def test_documents_take_no_more_room_than_they_may() -> None:
    queue = ShadowQueue(most_bytes=10)
    for name, size in (("a", 6), ("b", 5), ("c", 4), ("d", 1)):
        queue.put(recorded(name, size))
    assert queue.take_dropped() == 2
    assert taken(queue) == ["a", "c"]
    queue.put(recorded("e", 10))
    assert taken(queue) == ["e"]


def test_closing_wakes_who_waits_and_counts_what_is_left() -> None:
    queue = ShadowQueue()
    woken = list[bool]()
    waiting = Thread(target=lambda: woken.append(queue.wait(60)))
    waiting.start()
    queue.close()
    waiting.join(30)
    assert woken == [True]

    queue = ShadowQueue()
    queue.put(recorded("a"))
    queue.close()
    queue.put(recorded("b"))
    assert (taken(queue), queue.take_dropped()) == ([], 2)
