"""One status for each error of the tree, and one error of the tree for each status."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from cryptography.x509 import UniformResourceIdentifier

from gate.errors import (
    ConfigError,
    GateError,
    Malformed,
    Overloaded,
    Refused,
    Tampered,
    Unavailable,
)
from gate.model import Environment
from gate.rpc import Identities, Role
from gate.rpc.handlers import Method
from gate.rpc.reading import InvalidMessage, Violation
from gate.rpc.roles import Peer
from gate.rpc.status import (
    BUG,
    CODES,
    CallEnded,
    NotFound,
    PermissionDenied,
    Unauthenticated,
    error_of,
    status_of,
)
from gate.v1.decision_log_pb2 import GetCheckpointRequest, GetCheckpointResponse
from tests.rpc.authority import Authority
from tests.rpc.served import entrance_for, tls_files
from tests.rpc.wire import send

RPC = "gate.v1.DecisionLogService/GetCheckpoint"
AUDITOR = "urn:test:auditor"

TABLE = {
    Malformed: "INVALID_ARGUMENT",
    InvalidMessage: "INVALID_ARGUMENT",
    Refused: "ALREADY_EXISTS",
    NotFound: "NOT_FOUND",
    Unauthenticated: "UNAUTHENTICATED",
    PermissionDenied: "PERMISSION_DENIED",
    Unavailable: "UNAVAILABLE",
    CallEnded: "CANCELLED",
    Overloaded: "RESOURCE_EXHAUSTED",
    Tampered: "DATA_LOSS",
    ConfigError: "FAILED_PRECONDITION",
}


@contextmanager
def failing(folder: Path, error: BaseException) -> Iterator[grpc.Channel]:
    """A channel to a server whose only RPC raises this error."""

    def answer(_request: GetCheckpointRequest, _peer: Peer) -> GetCheckpointResponse:
        raise error

    with serving(folder, Method(GetCheckpointRequest, answer)) as channel:
        yield channel


@contextmanager
def serving(folder: Path, method: Method[GetCheckpointRequest]) -> Iterator[grpc.Channel]:
    authority = Authority()
    identities = Identities(
        {AUDITOR: frozenset({Role.AUDITOR})}, environment=Environment.PRODUCTION
    )
    entrance = entrance_for(identities)
    server = grpc.server(ThreadPoolExecutor(2))
    service, name = RPC.split("/")
    server.add_generic_rpc_handlers((entrance.service(service, {name: method}),))
    port = server.add_secure_port("127.0.0.1:0", tls_files(folder, authority).credentials())
    server.start()
    auditor = authority.issue(UniformResourceIdentifier(AUDITOR))
    with grpc.secure_channel(f"127.0.0.1:{port}", auditor.channel) as channel:
        yield channel
    server.stop(None).wait()


def answer_of(channel: grpc.Channel) -> GateError:
    """The error that a client raises for what the server answers."""
    with pytest.raises(grpc.RpcError) as caught:
        send(channel, RPC, b"")
    return error_of(caught.value)


def every_error() -> Iterator[type[GateError]]:
    """Every error below GateError, whoever defines it; the command line's own stay there."""
    waiting = list(GateError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        if not kind.__module__.startswith("gate.cli"):
            yield kind
        waiting += kind.__subclasses__()


def test_the_table_is_total_over_the_error_tree() -> None:
    import gate.config  # noqa: F401, PLC0415 - with all its parts, so that all errors are defined

    for kind in every_error():
        error = kind() if kind is InvalidMessage else kind("text")
        assert status_of(error).code is not grpc.StatusCode.INTERNAL, kind


def test_the_table_says_what_the_documentation_says() -> None:
    assert {kind: code.name for kind, code in CODES.items()} == TABLE


@pytest.mark.parametrize("kind", [kind for kind in TABLE if kind is not InvalidMessage])
def test_an_error_arrives_as_itself_with_its_text(kind: type[GateError], tmp_path: Path) -> None:
    with failing(tmp_path, kind("`x` is not what it should be")) as channel:
        error = answer_of(channel)
    assert isinstance(error, kind)
    assert "`x` is not what it should be" in str(error)


def test_violations_arrive_with_their_fields(tmp_path: Path) -> None:
    faults = (
        Violation(field="requests[3].context.purpose", description="has the unknown number 9"),
        Violation(field="requests[7].request_id", description="is missing"),
    )
    with failing(tmp_path, InvalidMessage(*faults)) as channel:
        error = answer_of(channel)
    assert isinstance(error, InvalidMessage)
    assert error.violations == faults


@pytest.mark.parametrize("letter", ["x", "\u00e9", "\U0001f512", "\n"])
def test_the_longest_error_still_fits_into_the_headers(letter: str, tmp_path: Path) -> None:
    faults = [
        Violation(field=f"requests[{at}].context.account", description=letter * 5000)
        for at in range(1000)
    ]
    with failing(tmp_path, InvalidMessage(*faults)) as channel:
        error = answer_of(channel)
    assert isinstance(error, InvalidMessage)
    assert error.violations[0].field == "requests[0].context.account"
    assert "more are not told" in error.violations[-1].description


@pytest.mark.parametrize(
    "bug", [KeyError("secret"), SystemExit("secret"), GateError("secret"), AssertionError()]
)
def test_a_bug_is_internal_tells_nothing_and_is_logged(
    bug: BaseException, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with failing(tmp_path, bug) as channel, caplog.at_level(logging.ERROR):
        with pytest.raises(grpc.RpcError) as caught:
            send(channel, RPC, b"")
        assert isinstance(answer_of(channel), Unavailable)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert caught.value.details() == BUG
    logged = [record for record in caplog.records if record.name.startswith("gate.rpc")]
    assert logged
    assert logged[0].exc_info
    assert logged[0].exc_info[1] is bug


def test_an_answer_that_cannot_be_written_is_internal(tmp_path: Path) -> None:
    method = Method(
        GetCheckpointRequest,
        lambda _request, _peer: GetCheckpointResponse(checkpoint="\ud800"),
    )
    with serving(tmp_path, method) as channel, pytest.raises(grpc.RpcError) as caught:
        send(channel, RPC, b"")
    assert caught.value.code() is grpc.StatusCode.INTERNAL


class Failed(grpc.RpcError):
    """A failed call as a client sees it, with any status."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return "the text"

    def trailing_metadata(self) -> tuple[()]:
        return ()


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code.name != "OK"])
def test_every_status_but_ok_is_an_error_of_the_tree(code: grpc.StatusCode) -> None:
    error = error_of(Failed(code))
    assert isinstance(error, GateError)
    assert type(error) is not GateError
    known = [kind for kind, name in TABLE.items() if name == code.name]
    assert type(error) is known[0] if known else type(error) is Unavailable
    assert "the text" in str(error)
