"""What no proper client sends: each gets a clear answer, is recorded, and the gate lives."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from threading import Thread
from typing import Any

import grpc
import pytest

from gate.client import GateClient
from gate.errors import Malformed
from gate.linters import LinterPool
from gate.model import BlockCause, LinterStatus, Verdict
from gate.rpc.server import LARGEST_REQUEST
from gate.service import Answer
from gate.v1 import decision_pb2 as words
from gate.v1 import issuance_gate_pb2 as messages
from gate.x509 import complete
from tests import pki
from tests.rpc.served import CONTEXT, NAME, TBS, Served, serving
from tests.rpc.wire import status
from tests.x509.building import extension, write

EVALUATE = "gate.v1.IssuanceGateService/Evaluate"
numbers = count()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gate that would release TBS, with the linters that every gate has."""
    with (
        LinterPool(workers=2) as linters,
        serving(tmp_path_factory.mktemp("bad")) as found,
    ):
        found.gate._linters = linters
        found.record_evidence()
        yield found


@pytest.fixture
def client(served: Served) -> Iterator[GateClient]:
    """A client; after each test the gate still releases what is good, and has its log."""
    with served.client() as found:
        yield found
        answer = found.evaluate(f"good-{next(numbers)}", TBS, CONTEXT)
        assert answer.release is not None
    assert served.server.troubles() == {}


def codes(answer: Answer) -> set[str]:
    decision = answer.decision.decision
    return {finding.code for finding in decision.findings} | {
        finding.code for rule in decision.deciding for finding in rule.findings
    }


def instead(old: bytes, new: bytes) -> bytes:
    """TBS with these bytes in place of others, as many, so that it stays DER."""
    assert len(old) == len(new)
    assert old in TBS
    return TBS.replace(old, new)


HOST = NAME.encode()
BASIC_CONSTRAINTS = extension("2.5.29.19", b"\x30\x00", critical=True)
BYTES: Mapping[str, bytes] = {
    "nothing": b"",
    "a certificate in its place": complete(TBS),
    "a byte behind it": TBS + b"\x00",
    "two of them": TBS + TBS,
    "BER: a longer length than needed": b"\x30\x83\x00" + TBS[2:],
    "BER: indefinite length": b"\x30\x80" + TBS[4:] + b"\x00\x00",
    "an extension twice": write(BASIC_CONSTRAINTS, BASIC_CONSTRAINTS),
    "ten thousand and one names": pki.precertificate(
        *(f"n{number}.example.com" for number in range(10_001))
    ),
}
NAMES: Mapping[str, tuple[bytes, set[str]]] = {
    "NUL": (HOST.replace(b".", b"\x00", 1), {"gate.identifier_not_validated"}),
    "not IA5": (HOST.replace(b"w", b"\xff", 1), {"gate.tbs_malformed"}),
    "a line feed": (HOST.replace(b".", b"\n", 1), {"gate.identifier_not_validated"}),
    "an escape": (HOST.replace(b"www", b"\x1b[m", 1), {"gate.identifier_not_validated"}),
}
CONTEXTS: Mapping[str, tuple[dict[str, Any], str]] = {
    "issuer": ({"issuer": "no-such"}, "gate.issuer_unknown"),
    "profile": ({"profile": "no-such"}, "gate.profile_unknown"),
    "account": ({"account": "no-such"}, "gate.account_unknown"),
    "environment": ({"environment": "no-such"}, "gate.environment_other"),
    "all": (
        {"issuer": "$(id)", "profile": "'; --", "account": "../..", "order_id": "%s%n"},
        "gate.issuer_unknown",
    ),
}


def blocked(served: Served, client: GateClient, tbs: bytes, **context: Any) -> Answer:
    """A block that the log holds, and that auditors read again as it was told."""
    before = served.log.size
    answer = client.evaluate(f"bad-{next(numbers)}", tbs, replace(CONTEXT, **context))
    decision = answer.decision.decision
    assert decision.verdict is Verdict.BLOCK
    assert answer.release is None
    assert answer.decision.log_index == before
    with served.client("auditor") as auditor:
        assert auditor.decision(answer.decision.decision_id).decision == answer.decision
    return answer


@pytest.mark.parametrize("what", BYTES)
def test_bytes_that_are_no_tbs_certificate(served: Served, client: GateClient, what: str) -> None:
    answer = blocked(served, client, BYTES[what])
    assert answer.decision.decision.cause is BlockCause.MALFORMED
    assert "gate.tbs_malformed" in codes(answer)
    assert not answer.decision.decision.retryable


@pytest.mark.parametrize("what", NAMES)
def test_names_that_are_none(served: Served, client: GateClient, what: str) -> None:
    name, expected = NAMES[what]
    answer = blocked(served, client, instead(HOST, name))
    assert expected <= codes(answer)
    for rule in answer.decision.decision.rules:
        assert all(finding.message.isprintable() for finding in rule.findings)


@pytest.mark.parametrize("what", CONTEXTS)
def test_words_that_the_gate_does_not_know(served: Served, client: GateClient, what: str) -> None:
    context, expected = CONTEXTS[what]
    assert expected in codes(blocked(served, client, TBS, **context))


@pytest.mark.parametrize("field", ["purpose", "stage"])
@pytest.mark.parametrize("number", [99, -1, 2**31 - 1])
def test_numbers_that_no_enum_has(
    served: Served, client: GateClient, field: str, number: int
) -> None:
    before = served.log.size
    message = messages.EvaluateRequest(request_id="enum", tbs_certificate=TBS)
    setattr(message.context, field, number)
    with served.channel() as channel:
        assert status(channel, EVALUATE, message.SerializeToString()) is (
            grpc.StatusCode.INVALID_ARGUMENT
        )
    assert served.log.size == before
    assert number not in words.DESCRIPTOR.enum_types_by_name["Verdict"].values_by_number


def test_a_message_of_a_byte_too_many(served: Served, client: GateClient) -> None:
    before = served.log.size
    with served.channel() as channel:
        whole = messages.EvaluateRequest(request_id="large").SerializeToString()
        # A field that the gate does not know fills the message up to its limit.
        head = b"\xfa\x01" + bytes(((room := LARGEST_REQUEST - len(whole) - 5) & 127 | 128,))
        filled = whole + head + bytes((room >> 7 & 127 | 128, room >> 14)) + bytes(room)
        assert len(filled) == LARGEST_REQUEST
        assert status(channel, EVALUATE, filled) is grpc.StatusCode.OK
        assert served.log.size == before + 1
        assert status(channel, EVALUATE, filled + b"\x00") is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert served.log.size == before + 1
    with pytest.raises(Malformed, match="takes 1048576 at most"):
        client.evaluate("large", bytes(LARGEST_REQUEST), CONTEXT)


def test_ten_thousand_names_keep_nobody_else_waiting(served: Served, client: GateClient) -> None:
    names = (f"n{number}.example.com" for number in range(10_000))
    tbs, answers = pki.precertificate(*names), list[Answer]()
    large = Thread(target=lambda: answers.append(client.evaluate("many", tbs, CONTEXT)))
    large.start()
    with served.client("other-requester") as other:
        beside = 0
        while large.is_alive():
            answer = other.evaluate(f"beside-{next(numbers)}", TBS, CONTEXT)
            assert not answer.decision.decision.retryable
            assert {report.status for report in answer.decision.decision.linters} == {
                LinterStatus.COMPLETED
            }
            beside += 1
    large.join()
    assert beside > 1
    assert answers[0].decision.decision.verdict is Verdict.BLOCK
    assert "gate.identifier_not_validated" in codes(answers[0])
