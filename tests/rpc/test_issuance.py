"""Requests over the wire: what is released, what is a recorded block, what is refused."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import Any

import grpc
import pytest
from cryptography import x509

from gate.client import GateClient, NotFound
from gate.errors import Malformed, Refused
from gate.model import BlockCause, IssuanceContext, LinterStatus, Purpose, Stage, Verdict
from gate.rpc.server import LARGEST_REQUEST
from gate.service import Answer
from gate.v1 import issuance_gate_pb2 as messages
from gate.x509 import complete, read_certificate
from tests import pki
from tests.rpc.served import CONTEXT, NAME, TBS, Served
from tests.rpc.wire import RPCS, send, status

EVALUATE = "gate.v1.IssuanceGateService/Evaluate"
BATCH = "gate.v1.IssuanceGateService/EvaluateBatch"
LINT = "gate.v1.IssuanceGateService/Lint"
numbers = count()


@pytest.fixture(scope="module", autouse=True)
def evidence(served: Served) -> None:
    served.record_evidence()


@pytest.fixture
def client(served: Served) -> Iterator[GateClient]:
    with served.client() as found:
        yield found
    with served.client() as another:
        assert another.checkpoint(), "the server does not answer any more"


@pytest.fixture
def channel(served: Served) -> Iterator[grpc.Channel]:
    with served.channel() as found:
        yield found
        assert status(found, EVALUATE, b"") is grpc.StatusCode.INVALID_ARGUMENT


def new_id() -> str:
    return f"issuance-{next(numbers)}"


def codes(answer: Answer) -> set[str]:
    """The findings of the gate itself and of everything that blocks."""
    decision = answer.decision.decision
    return {finding.code for finding in decision.findings} | {
        finding.code for rule in decision.deciding for finding in rule.findings
    }


def size(served: Served) -> int:
    state = served.storage.state()
    assert state is not None
    return state.size


def test_what_is_ordered_and_validated_is_released(client: GateClient) -> None:
    answer = client.evaluate(new_id(), TBS, CONTEXT)
    assert answer.decision.decision.verdict is Verdict.RELEASE, codes(answer)
    assert answer.decision.decision.caller == "urn:test:requester"
    assert answer.release is not None
    assert answer.release.token


def blocked(client: GateClient, tbs: bytes, context: IssuanceContext) -> Answer:
    answer = client.evaluate(new_id(), tbs, context)
    assert answer.decision.decision.verdict is Verdict.BLOCK
    assert answer.release is None
    return answer


@pytest.mark.parametrize(
    "tbs",
    [
        b"",
        b"\x00" * 1000,
        b"garbage",
        TBS + b"\x00",
        TBS[:-1],
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 1000,
        complete(TBS),
    ],
    ids=["empty", "NULs", "text", "trailing", "cut", "length", "nested", "certificate"],
)
def test_bytes_that_are_no_tbs_certificate_are_a_recorded_block(
    served: Served, client: GateClient, tbs: bytes
) -> None:
    before = size(served)
    answer = blocked(client, tbs, CONTEXT)
    assert answer.decision.decision.cause is BlockCause.MALFORMED
    assert size(served) == before + 1


@pytest.mark.parametrize(
    "change",
    [
        {"account": "nobody"},
        {"issuer": "no-such-issuer"},
        {"profile": "no-such-profile"},
        {"order_id": "no-such-order"},
        {"environment": "staging"},
        {"environment": ""},
        {"purpose": Purpose.UNSPECIFIED},
        {"purpose": Purpose.INTERNAL_TEST},
        {"stage": Stage.UNSPECIFIED},
        {"stage": Stage.CERTIFICATE},
    ],
    ids=str,
)
def test_a_context_that_names_other_things_is_a_recorded_block(
    served: Served, client: GateClient, change: dict[str, Any]
) -> None:
    before = size(served)
    blocked(client, TBS, replace(CONTEXT, **change))
    assert size(served) == before + 1


def test_words_of_the_requesters_own_are_recorded_as_they_are(client: GateClient) -> None:
    context = replace(CONTEXT, channel="<script>\u00e9\U0001f512 %s {0}", precertificate=b"\x00")
    assert client.evaluate(new_id(), TBS, context).release is not None


def test_a_request_without_a_context_is_a_recorded_block(
    served: Served, channel: grpc.Channel
) -> None:
    before = size(served)
    request = messages.EvaluateRequest(request_id=new_id(), tbs_certificate=TBS)
    answer = send(channel, EVALUATE, request.SerializeToString())
    assert answer.decision.verdict == answer.decision.policy_verdict
    assert not answer.HasField("release")
    assert size(served) == before + 1


def changed(change: Callable[[messages.EvaluateRequest], None]) -> bytes:
    request = messages.EvaluateRequest(request_id=new_id(), tbs_certificate=TBS)
    change(request)
    return request.SerializeToString()


def unknown_purpose(request: messages.EvaluateRequest) -> None:
    request.context.purpose = 77  # type: ignore[assignment]  # what a newer client may send


def unknown_stage(request: messages.EvaluateRequest) -> None:
    request.context.stage = -(2**31)  # type: ignore[assignment]  # what a newer client may send


def no_request_id(request: messages.EvaluateRequest) -> None:
    request.request_id = ""


def nul_in_request_id(request: messages.EvaluateRequest) -> None:
    request.request_id = "a\x00b"


def escape_in_account(request: messages.EvaluateRequest) -> None:
    request.context.account = "\x1b[2J"


def endless_channel(request: messages.EvaluateRequest) -> None:
    request.context.channel = "x" * 900_000


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        (unknown_purpose, "context.purpose"),
        (unknown_stage, "context.stage"),
        (no_request_id, "request_id"),
        (nul_in_request_id, "request_id"),
        (escape_in_account, "context.account"),
        (endless_channel, "context.channel"),
    ],
)
def test_a_malformed_request_is_told_where_and_not_recorded(
    served: Served,
    channel: grpc.Channel,
    fault: Callable[[messages.EvaluateRequest], None],
    field: str,
) -> None:
    before = size(served)
    with pytest.raises(grpc.RpcError) as caught:
        send(channel, EVALUATE, changed(fault))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert f"`{field}`" in str(caught.value.details())
    assert size(served) == before


@pytest.mark.parametrize("data", [b"\xff" * 100, b"\x0a\x05abc", b"\x0a\x02\xff\xfe", b"\x0b" * 50])
@pytest.mark.parametrize("rpc", [EVALUATE, BATCH, LINT])
def test_bytes_that_are_no_message_are_an_invalid_argument(
    channel: grpc.Channel, rpc: str, data: bytes
) -> None:
    assert status(channel, rpc, data) is grpc.StatusCode.INVALID_ARGUMENT


def test_a_message_larger_than_a_mebibyte_is_refused_by_the_transport(
    served: Served, channel: grpc.Channel
) -> None:
    request = messages.EvaluateRequest(request_id=new_id(), tbs_certificate=bytes(LARGEST_REQUEST))
    request.tbs_certificate = bytes(2 * LARGEST_REQUEST - request.ByteSize())
    data = request.SerializeToString()
    assert len(data) == LARGEST_REQUEST
    before = size(served)
    assert status(channel, EVALUATE, data) is grpc.StatusCode.OK
    assert size(served) == before + 1
    assert status(channel, EVALUATE, data + b"\x00") is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert size(served) == before + 1


def test_a_repeat_gets_the_identical_answer(served: Served, client: GateClient) -> None:
    request_id = new_id()
    first = client.evaluate(request_id, TBS, CONTEXT)
    before = size(served)
    assert client.evaluate(request_id, TBS, CONTEXT) == first
    assert size(served) == before


@pytest.mark.parametrize(
    ("tbs", "context"),
    [
        (TBS, replace(CONTEXT, channel="another")),
        (pki.precertificate(NAME, seed="2"), CONTEXT),
        (b"garbage", CONTEXT),
    ],
)
def test_the_same_request_id_for_something_else_is_refused(
    client: GateClient, tbs: bytes, context: IssuanceContext
) -> None:
    request_id = new_id()
    first = client.evaluate(request_id, TBS, CONTEXT)
    with pytest.raises(Refused, match="used for another request"):
        client.evaluate(request_id, tbs, context)
    assert client.evaluate(request_id, TBS, CONTEXT) == first


def test_request_ids_belong_to_their_caller(served: Served, client: GateClient) -> None:
    request_id = new_id()
    first = client.evaluate(request_id, TBS, CONTEXT)
    with served.client("other-requester") as other:
        second = other.evaluate(request_id, TBS, CONTEXT)
    assert second.decision.decision_id != first.decision.decision_id


def test_concurrent_equal_requests_give_one_entry(served: Served, client: GateClient) -> None:
    request_id, before = new_id(), size(served)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.evaluate(request_id, TBS, CONTEXT), range(24)))
    assert size(served) == before + 1
    assert all(answer == answers[0] for answer in answers)


def test_a_batch_is_answered_in_its_order(client: GateClient) -> None:
    requests = [
        (new_id(), TBS if at % 3 else f"garbage {at}".encode(), CONTEXT) for at in range(100)
    ]
    answers = client.evaluate_batch(requests)
    assert len(answers) == 100
    assert [answer.release is not None for answer in answers] == [bool(at % 3) for at in range(100)]
    assert len({answer.decision.decision_id for answer in answers}) == 100


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_holds_one_to_a_hundred(served: Served, client: GateClient, number: int) -> None:
    before = size(served)
    with pytest.raises(Malformed, match=f"`requests` are {number}"):
        client.evaluate_batch([(new_id(), TBS, CONTEXT)] * number)
    assert size(served) == before


def test_one_malformed_request_refuses_its_batch_before_anything_is_judged(
    served: Served, client: GateClient
) -> None:
    before = size(served)
    with pytest.raises(Malformed, match=r"`requests\[1\].request_id` is missing"):
        client.evaluate_batch([(new_id(), TBS, CONTEXT), ("", TBS, CONTEXT)])
    assert size(served) == before


def test_linting_says_what_the_linters_say_and_records_nothing(
    served: Served, client: GateClient
) -> None:
    before = size(served)
    for der, signed in ((TBS, False), (complete(TBS), True)):
        reports = client.lint(der, "tls-dv", signed=signed)
        assert {report.status for report in reports} == {LinterStatus.COMPLETED}
        assert read_certificate(served.linters.asked[-1]).tbs.der == TBS
    assert size(served) == before


@pytest.mark.parametrize(
    ("der", "profile", "signed"),
    [
        (b"garbage", "tls-dv", False),
        (TBS, "tls-dv", True),
        (complete(TBS), "tls-dv", False),
        (TBS, "no-such-profile", False),
        (TBS, "", False),
        (b"", "tls-dv", True),
    ],
)
def test_what_cannot_be_linted_is_malformed(
    client: GateClient, der: bytes, profile: str, *, signed: bool
) -> None:
    with pytest.raises(Malformed):
        client.lint(der, profile, signed=signed)


def test_linting_nothing_is_malformed(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        send(channel, LINT, messages.LintRequest(profile="tls-dv").SerializeToString())
    assert "`input` is missing" in str(caught.value.details())


def test_a_requester_reads_its_own_decisions_only(served: Served, client: GateClient) -> None:
    answer = client.evaluate(new_id(), TBS, CONTEXT)
    decision_id = answer.decision.decision_id
    assert client.decision(decision_id).decision == answer.decision
    with served.client("other-requester") as other:
        with pytest.raises(NotFound) as others:
            other.decision(decision_id)
        with pytest.raises(NotFound) as nothing:
            other.decision("no-such")
    assert str(others.value).replace(decision_id, "") == str(nothing.value).replace("no-such", "")
    for role in ("auditor", "operator"):
        with served.client(role) as reader:
            assert reader.decision(decision_id).decision == answer.decision


def test_a_wrong_kind_of_id_is_not_found_and_no_sign_of_tampering(
    served: Served, client: GateClient
) -> None:
    decision_id = client.evaluate(new_id(), TBS, CONTEXT).decision.decision_id
    with served.client("auditor") as auditor, served.client("registrar") as registrar:
        record = next(auditor.list_evidence()).recorded
        with pytest.raises(NotFound):
            auditor.decision(record.record_id)
        with pytest.raises(NotFound):
            registrar.revoke_evidence(decision_id, "a mistake")
    assert client.evaluate(new_id(), TBS, CONTEXT).release is not None


def test_every_rpc_takes_bytes_from_nobody(served: Served) -> None:
    stranger = served.authority.issue(x509.UniformResourceIdentifier("urn:test:stranger"))
    with served.channel(stranger) as channel:
        for rpc in RPCS:
            assert status(channel, rpc, b"\xff" * 100) is grpc.StatusCode.PERMISSION_DENIED
