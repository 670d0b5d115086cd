"""The log for operators: one line for each call, its id in all of them, and nobody's data."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from gate.errors import GateError
from gate.model import Applicant, LinterReport, Order, Validation
from gate.rpc.call import REQUEST_ID
from gate.rpc.logs import JSONLines, TextLines
from gate.v1 import issuance_gate_pb2 as messages
from tests import cases, pki
from tests.rpc.served import APPLICANT, CONTEXT, NAME, ORDER, TBS, Served, TinyLinters, serving

TAINT = "tainted7731"
EVALUATE = "gate.v1.IssuanceGateService/Evaluate"


class Kept(io.StringIO):
    """What was logged, as the objects that its lines are."""

    def lines(self, **wanted: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.getvalue().splitlines()]
        return [line for line in found if wanted.items() <= line.items()]


@pytest.fixture
def kept() -> Iterator[Kept]:
    stream, root = Kept(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def shown() -> Iterator[io.StringIO]:
    """What was logged as text, down to what only a developer looks at."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines())
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.fixture
def own(kept: Kept, tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as found:
        yield found


def test_a_call_is_one_line_that_says_who_what_and_how_it_ended(own: Served, kept: Kept) -> None:
    own.record_evidence()
    with own.client() as client:
        answer = client.evaluate("r-1", TBS, CONTEXT)
    (line,) = kept.lines(rpc=EVALUATE)
    assert line["caller"] == "urn:test:requester"
    assert line["status"] == "OK"
    assert line["ms"] > 0
    assert line["decisions"] == [
        {
            "decision_id": answer.decision.decision_id,
            "verdict": "RELEASE",
            "policy_verdict": "RELEASE",
            "cause": "NONE",
            "repeated": False,
        }
    ]
    assert {"time", "level", "logger", "message", "request_id"} <= line.keys()


def test_a_refused_call_says_why_in_one_word(own: Served, kept: Kept) -> None:
    with own.client("validator") as client, pytest.raises(GateError):
        client.evaluate("r-1", TBS, CONTEXT)
    (line,) = kept.lines(rpc=EVALUATE)
    assert (line["status"], line["error"]) == ("PERMISSION_DENIED", "PermissionDenied")
    assert line["caller"] == "urn:test:validator"


def test_who_is_not_known_is_told_by_address(own: Served, kept: Kept) -> None:
    with own.client("stranger") as client, pytest.raises(GateError):
        client.evaluate("r-1", TBS, CONTEXT)
    (line,) = kept.lines(rpc=EVALUATE)
    assert "caller" not in line
    assert line["peer"].startswith("ipv4:127.0.0.1:")


class TalkingLinters(TinyLinters):
    """Linters that log, as a part deep inside the gate would."""

    def lint(self, *given: Any) -> tuple[LinterReport, ...]:
        logging.getLogger("gate.deep").info("lints")
        return super().lint(*given)


def test_one_id_goes_through_all_lines_of_a_call_and_to_the_client(own: Served, kept: Kept) -> None:
    own.gate._linters = TalkingLinters()
    ids = set[str]()
    with own.channel() as channel:
        for number in range(3):
            _, call = evaluate(channel, f"r-{number}")
            told = told_id(call)
            assert len(kept.lines(request_id=told, logger="gate.deep")) == 1
            assert len(kept.lines(request_id=told, rpc=EVALUATE)) == 1
            ids.add(told)
        with pytest.raises(grpc.RpcError) as caught:
            evaluate(channel, "")
        told = told_id(caught.value)
        assert len(kept.lines(request_id=told, status="INVALID_ARGUMENT")) == 1
        ids.add(told)
        batch = messages.EvaluateBatchRequest(
            requests=[request(f"b-{number}") for number in range(4)]
        )
        _, call = send(channel, "EvaluateBatch", batch)
        told = told_id(call)
        assert len(kept.lines(request_id=told, logger="gate.deep")) == 4
        ids.add(told)
    assert len(ids) == 5


def told_id(call: Any) -> str:
    """The id by which a client can name its call to the operators."""
    return str(dict(call.trailing_metadata())[REQUEST_ID])


def request(request_id: str) -> messages.EvaluateRequest:
    message = messages.EvaluateRequest(request_id=request_id, tbs_certificate=TBS)
    message.context.profile = CONTEXT.profile
    return message


def evaluate(channel: grpc.Channel, request_id: str) -> tuple[bytes, grpc.Call]:
    return send(channel, "Evaluate", request(request_id))


def send(channel: grpc.Channel, rpc: str, message: Any) -> tuple[bytes, grpc.Call]:
    call = channel.unary_unary(
        f"/gate.v1.IssuanceGateService/{rpc}",
        request_serializer=bytes,
        response_deserializer=bytes,
    )
    return call.with_call(message.SerializeToString(), timeout=30)


class FailingLinters(TinyLinters):
    """Linters with a bug that quotes what it was given."""

    def lint(self, *given: object) -> tuple[LinterReport, ...]:
        raise LookupError(f"{NAME} {TAINT}")


def test_a_bug_is_told_by_its_place_and_not_by_its_text(own: Served, kept: Kept) -> None:
    own.gate._linters = FailingLinters()
    with own.client() as client:
        client.evaluate("r-1", TBS, CONTEXT)
    (line,) = kept.lines(level="error")
    assert line["exception"]["kind"] == "LookupError"
    assert "test_logs.py" in line["exception"]["frames"][-1]
    assert TAINT not in kept.getvalue()


def test_text_for_people_tells_a_bug_and_its_call_as_json_does(
    own: Served, kept: Kept, shown: io.StringIO
) -> None:
    own.gate._linters = FailingLinters()
    with own.client() as client:
        client.evaluate(TAINT, TBS, CONTEXT)
    (bug,) = kept.lines(level="error")
    (line,) = (line for line in shown.getvalue().splitlines() if " error " in line)
    assert f'request_id="{bug["request_id"]}"' in line
    assert f"exception={json.dumps(bug['exception'])}" in line
    assert bug["message"] in line


def test_a_line_break_makes_no_second_line_of_text(shown: io.StringIO) -> None:
    logging.getLogger("x").warning("a\nb\r\x1b[31m")
    (line,) = shown.getvalue().splitlines()
    assert line.endswith(r" warning x: a\nb\r\x1b[31m")


def tainted(value: Any, number: int = 0) -> list[Any]:
    """The value with each of its texts tainted, one at a time."""
    return [
        replace(value, **{field.name: f"{TAINT}-{number}-{field.name}"})
        for field in fields(value)
        if isinstance(getattr(value, field.name), str) and type(getattr(value, field.name)) is str
    ]


def ask_everything(own: Served, calls: Sequence[Any]) -> int:
    """Make each call; how many of them were refused."""
    refused = 0
    for call, *given in calls:
        try:
            call(*given)
        except GateError:
            refused += 1
    return refused


def test_nothing_that_a_request_says_is_logged(own: Served, kept: Kept, shown: io.StringIO) -> None:
    own.record_evidence()
    named = pki.precertificate(f"{TAINT}.example.com")
    evidence: list[Order | Applicant | Validation] = []
    for each in (ORDER, APPLICANT, cases.validation(NAME)):
        evidence += tainted(each)
    with (
        own.client() as client,
        own.client("registrar") as registrar,
        own.client("validator") as validator,
        own.client("auditor") as auditor,
    ):
        record = {
            Order: registrar.record_order,
            Applicant: registrar.record_applicant,
            Validation: validator.record_validation,
        }
        refused = ask_everything(
            own,
            [
                *(
                    (client.evaluate, f"{TAINT}-{at}", named, context)
                    for at, context in enumerate(tainted(CONTEXT))
                ),
                (client.evaluate, TAINT, TAINT.encode(), CONTEXT),
                (client.evaluate, f"{TAINT}\n", TBS, CONTEXT),
                (client.evaluate, TAINT, TBS, CONTEXT),
                *((record[type(each)], each) for each in evidence),
                (validator.revoke_evidence, TAINT, TAINT),
                (registrar.revoke_evidence, "id-000001", TAINT),
                (auditor.decision, TAINT),
            ],
        )
        own.gate._linters = FailingLinters()
        refused += ask_everything(own, [(client.evaluate, "bug", named, CONTEXT)])
    assert refused >= 5
    for text in (kept.getvalue(), shown.getvalue()):
        assert len(text.splitlines()) > 20
        for secret in (TAINT, NAME, APPLICANT.name, cases.APPLICANT, "-----BEGIN"):
            assert secret not in text
        assert TBS.hex() not in text.lower()


def test_the_state_of_health_is_logged_with_its_reason(tmp_path: Path, kept: Kept) -> None:
    with serving(tmp_path, checks={"disk": lambda: "/data: 3 MiB are free"}):
        pass
    (line,) = kept.lines(logger="gate.rpc.health")
    assert (line["level"], line["message"]) == ("error", "NOT_SERVING: /data: 3 MiB are free")


def test_a_whole_process_logs_text() -> None:
    code = (
        "import logging; from gate.rpc.logs import log_as_text; log_as_text()\n"
        f"try: raise ValueError('{TAINT}')\n"
        "except ValueError: logging.getLogger('x').exception('it broke')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    assert ' error x: it broke exception={"kind": "ValueError"' in line
    assert TAINT not in line


def test_a_whole_process_logs_json() -> None:
    code = (
        "import logging; from gate.rpc import log_as_json; log_as_json();"
        "logging.getLogger('x').warning('%s', 'a \"quoted\"\\nline')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["message"] == 'a "quoted"\nline'
