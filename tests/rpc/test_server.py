"""The server itself: what it refuses to start with, health, reflection, stopping, tampering."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from gate.errors import ConfigError, Overloaded, Tampered, Unavailable
from gate.model import LinterReport
from gate.rpc import Listener
from gate.service import Answer
from gate.storage import Fault
from tests.rpc.authority import Authority
from tests.rpc.served import CONTEXT, TBS, Served, TinyLinters, serving, tls_files
from tests.rpc.wire import RPCS

SERVING, NOT_SERVING = HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING
SERVICES = sorted({rpc.partition("/")[0] for rpc in RPCS})


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A gate that a test may break."""
    with serving(tmp_path) as found:
        yield found


@pytest.mark.parametrize("service", ["", *SERVICES])
def test_a_gate_that_can_release_is_serving(served: Served, service: str) -> None:
    with served.channel("nobody") as channel:
        answer = HealthStub(channel).Check(HealthCheckRequest(service=service), timeout=10)
    assert answer.status == SERVING


@pytest.mark.parametrize("rpc", ["Check", "Watch"])
@pytest.mark.parametrize("data", [b"\xff", b"\x0a\x02\xff\xff", bytes(1000)])
def test_a_question_about_health_that_is_none_is_told_so(
    served: Served, rpc: str, data: bytes
) -> None:
    with served.channel("nobody") as channel:
        ask = channel.unary_stream(
            f"/grpc.health.v1.Health/{rpc}", request_serializer=bytes, response_deserializer=bytes
        )
        with pytest.raises(grpc.RpcError) as caught:
            list(ask(data, timeout=10))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_the_health_of_a_service_that_is_not_there_is_not_found(served: Served) -> None:
    with served.channel("nobody") as channel:
        with pytest.raises(grpc.RpcError) as caught:
            HealthStub(channel).Check(HealthCheckRequest(service="no.such"), timeout=10)
        said = HealthStub(channel).Watch(HealthCheckRequest(service="no.such"), timeout=10)
        assert next(said).status == HealthCheckResponse.SERVICE_UNKNOWN
        said.cancel()
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_call_without_a_message_is_told_so(served: Served) -> None:
    with served.channel() as channel:
        ask = channel.stream_unary(
            "/gate.v1.IssuanceGateService/Evaluate",
            request_serializer=bytes,
            response_deserializer=bytes,
        )
        with pytest.raises(grpc.RpcError) as caught:
            ask(iter(()), timeout=10)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "no message" in str(caught.value.details())


def test_reflection_names_every_service(served: Served) -> None:
    with served.channel("nobody") as channel:
        ask = ServerReflectionRequest(list_services="")
        (answer,) = ServerReflectionStub(channel).ServerReflectionInfo(iter([ask]), timeout=10)
    named = {service.name for service in answer.list_services_response.service}
    assert named >= {*SERVICES, "grpc.health.v1.Health"}


def test_a_gate_without_linters_is_not_serving_and_then_is_again(own: Served) -> None:
    with own.channel("nobody") as channel:
        said = HealthStub(channel).Watch(HealthCheckRequest(), timeout=30)
        assert next(said).status == SERVING
        own.linters.healthy = False
        assert next(said).status == NOT_SERVING
        own.linters.healthy = True
        assert next(said).status == SERVING
        said.cancel()


def test_a_log_that_cannot_be_written_is_unavailable_and_not_serving(own: Served) -> None:
    own.storage.fault = Fault.BEFORE
    with own.client() as client, pytest.raises(Unavailable):
        client.evaluate("r-1", TBS, CONTEXT)
    with own.channel("nobody") as channel:
        said = HealthStub(channel).Watch(HealthCheckRequest(), timeout=30)
        assert NOT_SERVING in {next(said).status, next(said).status}
        said.cancel()


def test_once_tampering_shows_nothing_is_released_any_more(own: Served) -> None:
    own.record_evidence()
    with own.client() as client, own.client("auditor") as auditor:
        first = client.evaluate("r-1", TBS, CONTEXT)
        assert first.release is not None
        stored = own.storage.by_id(first.decision.decision_id)
        assert stored is not None
        forged = replace(stored, private=stored.private[:-1] + b"?")
        own.storage._held.entries[stored.index] = forged
        with own.channel("nobody") as channel:
            said = HealthStub(channel).Watch(HealthCheckRequest(), timeout=30)
            assert next(said).status == SERVING
            with pytest.raises(Tampered):
                auditor.decision(first.decision.decision_id)
            assert next(said).status == NOT_SERVING
            said.cancel()
        with pytest.raises(Tampered, match="nothing is released"):
            client.evaluate("r-2", TBS, CONTEXT)
        with pytest.raises(Tampered, match="nothing is released"):
            client.evaluate_batch([("r-3", TBS, CONTEXT)])
        assert auditor.checkpoint()


class SlowLinters(TinyLinters):
    """Linters that wait until a test lets them go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = Event(), Event()

    def lint(self, *given: object) -> tuple[LinterReport, ...]:
        self.begun.set()
        assert self.go_on.wait(30)
        return ()


def slow(own: Served) -> SlowLinters:
    """Put slow linters into the gate."""
    linters = SlowLinters()
    own.gate._linters = linters
    return linters


def ask_until_refused(own: Served) -> None:
    """Ask new questions until the server takes none any more."""
    with own.client() as late, suppress(Unavailable):
        while late.checkpoint():
            pass


def test_stopping_finishes_what_was_begun(own: Served) -> None:
    linters, answers = slow(own), SimpleQueue[Answer]()
    with own.client() as client:
        asking = Thread(target=lambda: answers.put(client.evaluate("r-1", TBS, CONTEXT)))
        asking.start()
        assert linters.begun.wait(30)
        stopping = Thread(target=own.server.stop, args=(timedelta(seconds=30),))
        stopping.start()
        ask_until_refused(own)
        linters.go_on.set()
        asking.join()
        stopping.join()
    assert own.storage.by_id(answers.get_nowait().decision.decision_id) is not None


def test_more_calls_than_are_taken_at_once_are_refused_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, listener=Listener(concurrent_calls=1)) as own:
        linters, answers = slow(own), SimpleQueue[Answer]()
        with own.client() as client:
            asking = Thread(target=lambda: answers.put(client.evaluate("r-1", TBS, CONTEXT)))
            asking.start()
            assert linters.begun.wait(30)
            with pytest.raises(Overloaded):
                client.checkpoint()
            linters.go_on.set()
            asking.join()
        assert answers.get_nowait().release is None


def test_two_gates_do_not_share_a_port(served: Served, tmp_path: Path) -> None:
    taken = Listener(port=served.server.port)
    with (
        pytest.raises(ConfigError, match=f"cannot listen on `127.0.0.1:{taken.port}`"),
        serving(tmp_path, listener=taken),
    ):
        pass


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match="cannot listen on `no such host:0`"),
        serving(tmp_path, listener=Listener(host="no such host")),
    ):
        pass


def test_an_ipv6_address_is_written_with_brackets() -> None:
    assert Listener(host="::1", port=8443).address == "[::1]:8443"


@pytest.mark.parametrize(
    ("file", "content", "text"),
    [
        ("server.key", None, "cannot be read"),
        ("server.pem", None, "cannot be read"),
        ("ca.pem", None, "cannot be read"),
        ("server.key", b"", "no unencrypted private key"),
        ("server.pem", b"garbage", "no certificates in PEM"),
        ("ca.pem", b"", "no certificates in PEM"),
        ("server.key", Authority().issue().key, "not the key of the certificate"),
    ],
)
def test_tls_files_that_would_refuse_everyone_are_told_at_start(
    tmp_path: Path, file: str, content: bytes | None, text: str
) -> None:
    files = tls_files(tmp_path, Authority())
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(ConfigError, match=f"{file}.*{text}"):
        files.credentials()


def test_a_server_that_is_stopped_twice_stays_stopped(tmp_path: Path) -> None:
    with serving(tmp_path) as own:
        own.server.stop(timedelta())
        with own.client() as client, pytest.raises(Unavailable):
            client.evaluate("r-1", TBS, CONTEXT)


def test_health_is_not_serving_where_the_gate_cannot_say(own: Served) -> None:
    with own.channel("nobody") as channel:
        said = HealthStub(channel).Watch(HealthCheckRequest(), timeout=30)
        assert next(said).status == SERVING
        del own.linters.healthy
        assert next(said).status == NOT_SERVING
        said.cancel()


def test_connections_are_encrypted_on_loopback_too(served: Served) -> None:
    with grpc.insecure_channel(served.target) as channel, pytest.raises(grpc.RpcError) as caught:
        HealthStub(channel).Check(HealthCheckRequest(), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
