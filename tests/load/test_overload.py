"""More calls than the gate can judge: what is too much is refused at once, the rest is not late."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from gate.errors import GateError, Overloaded
from gate.model import IssuanceRequest
from gate.rpc import Listener
from gate.rpc.convert_request import request_to_message
from gate.service import Answer
from tests.load.slow import HeldLinters, SlowLinters
from tests.rpc.served import CONTEXT, TBS, Served, serving

EVALUATE = "/gate.v1.IssuanceGateService/Evaluate"
PLACES = 4


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A gate with few places, of which one caller has half."""
    listener = Listener(
        concurrent_calls=PLACES,
        calls_per_identity=PLACES // 2,
        message_limit=timedelta(seconds=1),
    )
    with serving(tmp_path, listener=listener) as found:
        yield found


def until(said: Callable[[], bool]) -> None:
    """Wait until something is so, for as long as any machine may take."""
    end = monotonic() + 30
    while not said():
        assert monotonic() < end, "it did not come to be"
        sleep(0.01)


def asking(call: Callable[[], Any], into: list[Any]) -> Thread:
    """A thread that asks, and keeps the answer or the error."""

    def ask() -> None:
        try:
            into.append(call())
        except GateError as error:
            into.append(error)

    thread = Thread(target=ask)
    thread.start()
    return thread


def test_three_times_what_the_gate_can_do_is_shed_and_nobody_waits_in_line(own: Served) -> None:
    linters = SlowLinters(own, 0.03)
    passed: list[int] = []
    shed: list[Overloaded] = []

    def load(who: str, number: int) -> None:
        """Ask again and again; note how many others were served between question and answer."""
        with own.client(who) as client:
            for each in range(60):
                before = linters.ended
                try:
                    client.evaluate(f"{number}-{each}", TBS, CONTEXT)
                except Overloaded as error:
                    shed.append(error)
                    sleep(0.005)
                else:
                    passed.append(linters.ended - before)

    callers = ("requester", "other-requester") * (3 * PLACES // 2)
    threads = [Thread(target=load, args=each) for each in zip(callers, range(99), strict=False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert linters.most <= PLACES
    assert len(passed) > PLACES
    assert len(shed) > len(passed)
    # Whoever is let in runs beside the others who are, at most a few times as long as they.
    # In a line of all who ask, each would see the other eleven go first.
    assert sorted(passed)[len(passed) * 9 // 10] <= 2 * PLACES
    assert own.count("gate_sheds_total", limit="caller") + own.count(
        "gate_sheds_total", limit="server"
    ) == len(shed)
    assert own.count("gate_calls") == 0


def test_one_caller_cannot_starve_another(own: Served) -> None:
    held, answers = HeldLinters(own, begun=PLACES // 2), list[Any]()
    with own.client() as greedy, own.client("other-requester") as other:
        threads = [
            asking(partial(greedy.evaluate, f"r-{number}", TBS, CONTEXT), answers)
            for number in range(PLACES // 2)
        ]
        assert held.full.wait(30)
        with pytest.raises(Overloaded, match="`urn:test:requester` has 2 calls under way"):
            greedy.evaluate("one-more", TBS, CONTEXT)
        assert own.count("gate_sheds_total", limit="caller") == 1
        held.go_on.set()
        assert other.evaluate("mine", TBS, CONTEXT).decision.decision_id
        for thread in threads:
            thread.join()
        assert all(isinstance(answer, Answer) for answer in answers)


def test_what_was_shed_is_not_recorded_and_can_be_asked_again(own: Served) -> None:
    held, answers = HeldLinters(own, begun=PLACES // 2), list[Any]()
    with own.client() as client:
        threads = [
            asking(partial(client.evaluate, f"r-{number}", TBS, CONTEXT), answers)
            for number in range(PLACES // 2)
        ]
        assert held.full.wait(30)
        before = own.log.size
        with pytest.raises(Overloaded):
            client.evaluate("r-shed", TBS, CONTEXT)
        assert own.log.size == before
        held.go_on.set()
        for thread in threads:
            thread.join()
        assert client.evaluate("r-shed", TBS, CONTEXT).decision.log_index >= before


def test_a_full_gate_still_says_how_it_is(own: Served) -> None:
    held, answers = HeldLinters(own, begun=PLACES), list[Any]()
    with own.client() as one, own.client("other-requester") as other:
        threads = [
            asking(partial(client.evaluate, id_, TBS, CONTEXT), answers)
            for client in (one, other)
            for id_ in ("a", "b")
        ]
        assert held.full.wait(30)
        with own.channel("nobody") as channel:
            answer = HealthStub(channel).Check(HealthCheckRequest(), timeout=10)
        assert answer.status == HealthCheckResponse.SERVING
        with own.client("auditor") as auditor, pytest.raises(Overloaded, match="4 calls"):
            auditor.checkpoint()
        held.go_on.set()
        for thread in threads:
            thread.join()


def withheld(channel: grpc.Channel, message: bytes, go_on: Event, seconds: float) -> Any:
    """An Evaluate whose message is sent only when the test says so."""

    def messages() -> Iterator[bytes]:
        go_on.wait(30)
        yield message

    call = channel.stream_unary(EVALUATE, request_serializer=bytes, response_deserializer=bytes)
    return call.future(messages(), timeout=seconds)


def request_of(request_id: str) -> IssuanceRequest:
    return IssuanceRequest(request_id=request_id, caller="", tbs_certificate=TBS, context=CONTEXT)


def wanted(request_id: str) -> bytes:
    return request_to_message(request_of(request_id)).SerializeToString()


def test_a_call_whose_deadline_passed_is_not_judged(own: Served) -> None:
    go_on, before = Event(), own.log.size
    with own.channel() as channel:
        grpc.channel_ready_future(channel).result(30)
        call = withheld(channel, wanted("late"), go_on, seconds=0.5)
        assert call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        until(lambda: own.count("gate_calls") == 0)
        go_on.set()
    assert own.linters.asked == []
    assert own.log.size == before
    with own.client() as client:
        assert client.evaluate("late", TBS, CONTEXT).decision.log_index == before


def test_a_decision_made_after_the_caller_left_stays_and_a_repeat_gets_it(own: Served) -> None:
    held = HeldLinters(own)
    with own.channel() as channel:
        go_on = Event()
        go_on.set()
        call = withheld(channel, wanted("left"), go_on, seconds=60)
        assert held.full.wait(30)
        call.cancel()
        assert call.code() is grpc.StatusCode.CANCELLED
    before = own.log.size
    held.go_on.set()
    until(lambda: own.log.size == before + 1)
    with own.client() as client:
        again = client.evaluate("left", TBS, CONTEXT)
    assert again.decision.log_index == before
    assert held.begun == 1
    assert own.count("gate_repeats_total") == 1


def test_a_call_longer_than_the_grace_is_cut_off_and_a_repeat_gets_its_answer(
    own: Served,
) -> None:
    held = HeldLinters(own)
    before = own.log.size
    with own.channel() as channel:
        go_on = Event()
        go_on.set()
        call = withheld(channel, wanted("cut-off"), go_on, seconds=60)
        assert held.full.wait(30)
        own.server.stop(timedelta(seconds=0.1))
        assert call.code() is grpc.StatusCode.UNAVAILABLE
    assert own.log.size == before
    held.go_on.set()
    until(lambda: own.log.size == before + 1)
    request = replace(request_of("cut-off"), caller="urn:test:requester")
    again = own.gate.evaluate(request)
    assert again.repeated
    assert again.decision.log_index == before


def test_who_does_not_send_a_message_is_not_waited_for(own: Served) -> None:
    go_on = Event()
    with own.channel() as channel, own.client() as client, own.client("other-requester") as other:
        slow = [withheld(channel, wanted(f"s-{at}"), go_on, seconds=60) for at in range(2)]
        until(lambda: own.count("gate_calls") == len(slow))
        # Its places are taken, by calls that say nothing; the others' are not.
        with pytest.raises(Overloaded, match="one caller"):
            client.evaluate("mine", TBS, CONTEXT)
        assert other.evaluate("theirs", TBS, CONTEXT).decision.decision_id
        assert {call.code() for call in slow} == {grpc.StatusCode.CANCELLED}
        until(lambda: own.count("gate_calls") == 0)
        assert client.evaluate("mine", TBS, CONTEXT).decision.decision_id
        go_on.set()
