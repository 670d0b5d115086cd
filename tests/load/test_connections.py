"""Connections that cost the gate something and bring nothing: it goes on answering."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from gate.model import Verdict
from gate.rpc import Listener
from gate.rpc.server import SPARE_CALLS_OF_ONE, WATCHERS_OF_ONE
from tests.rpc.authority import Credentials
from tests.rpc.served import CONTEXT, TBS, Served, serving

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = bytes.fromhex("000000040000000000")
HEADERS_BEGUN = bytes.fromhex("004000010000000001")
"""The head of a HEADERS frame of 16 KiB, of which nothing follows."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, listener=Listener(message_limit=timedelta(seconds=1))) as found:
        yield found


def tls_context(found: Credentials, folder: Path) -> ssl.SSLContext:
    """What a client's TLS needs, with HTTP/2."""
    for name, content in (("key", found.key), ("chain", found.chain), ("ca", found.ca)):
        (folder / name).write_bytes(content)
    context = ssl.create_default_context(cafile=str(folder / "ca"))
    # The tests' CA leaves out the key identifiers that newer Pythons insist on.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    context.load_cert_chain(folder / "chain", folder / "key")
    context.set_alpn_protocols(["h2"])
    return context


def silent(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def half_a_hello(port: int) -> socket.socket:
    """A handshake that was begun: the head of a ClientHello, and little of its body."""
    opened = silent(port)
    opened.sendall(bytes.fromhex("160301020001000200") + b"slow")
    return opened


def half_a_call(port: int, context: ssl.SSLContext) -> socket.socket:
    """HTTP/2 over TLS as far as the first bytes of a first call."""
    opened = context.wrap_socket(silent(port), server_hostname="localhost")
    opened.sendall(PREFACE + SETTINGS + HEADERS_BEGUN)
    return opened


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_thousand_idle_and_slow_connections_keep_nobody_waiting(
    own: Served, tmp_path: Path
) -> None:
    context = tls_context(own.credentials("urn:test:requester"), tmp_path)
    own.record_evidence()
    with own.client() as client, own.channel("nobody") as channel, ExitStack() as opened:
        assert client.evaluate("before", TBS, CONTEXT).decision.decision.verdict is Verdict.RELEASE
        memory, threads = resident(), threading.active_count()
        for _ in range(400):
            opened.enter_context(silent(own.server.port))
            opened.enter_context(half_a_hello(own.server.port))
        for _ in range(100):
            tls = context.wrap_socket(silent(own.server.port), server_hostname="localhost")
            opened.enter_context(tls)
            opened.enter_context(half_a_call(own.server.port, context))
        with own.client() as another:
            answer = another.evaluate("beside", TBS, CONTEXT)
        assert answer.decision.decision.verdict is Verdict.RELEASE
        assert client.evaluate("known", TBS, CONTEXT).release is not None
        health = HealthStub(channel).Check(HealthCheckRequest(), timeout=10)
        assert health.status == HealthCheckResponse.SERVING
        assert threading.active_count() <= threads + 8
        # Both ends of each connection are in this process.
        assert resident() - memory < 1000 * 256 * 1024


def test_connections_beyond_the_limit_are_closed_and_the_others_stay(tmp_path: Path) -> None:
    with (
        serving(tmp_path, listener=Listener(connections=20)) as own,
        own.client() as client,
        ExitStack() as opened,
    ):
        assert client.evaluate("before", TBS, CONTEXT).decision.decision_id
        silents = [opened.enter_context(silent(own.server.port)) for _ in range(40)]
        closed = 0
        for each in reversed(silents):
            each.settimeout(0.05)
            try:
                closed += each.recv(1) == b""
            except TimeoutError:
                pass
            except ConnectionError:
                closed += 1
        assert closed >= 20
        assert client.evaluate("after", TBS, CONTEXT).decision.decision_id


def test_an_idle_reflection_stream_is_ended(own: Served) -> None:
    go_on = threading.Event()

    def nothing() -> Iterator[ServerReflectionRequest]:
        go_on.wait(30)
        yield from ()

    with own.channel("nobody") as channel, own.channel("auditor") as other:
        reflection = ServerReflectionStub(channel).ServerReflectionInfo
        idle = [reflection(nothing(), timeout=60) for _ in range(SPARE_CALLS_OF_ONE)]
        # Others are answered meanwhile, and the idle ones are ended.
        ask = ServerReflectionRequest(list_services="")
        assert list(ServerReflectionStub(other).ServerReflectionInfo(iter([ask]), timeout=10))
        assert {call.code() for call in idle} == {grpc.StatusCode.CANCELLED}
        assert list(reflection(iter([ask]), timeout=10))
        go_on.set()


def test_one_peer_has_a_few_reflection_streams_at_once(own: Served) -> None:
    go_on = threading.Event()

    def asked() -> Iterator[ServerReflectionRequest]:
        yield ServerReflectionRequest(list_services="")
        go_on.wait(30)

    with own.channel("nobody") as channel:
        reflection = ServerReflectionStub(channel).ServerReflectionInfo
        streams = [reflection(asked(), timeout=60) for _ in range(SPARE_CALLS_OF_ONE)]
        for stream in streams:
            assert next(stream)
        with pytest.raises(grpc.RpcError) as caught:
            next(reflection(asked(), timeout=60))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        go_on.set()


def test_those_who_watch_its_health_are_bounded_and_hear_that_it_stops(own: Served) -> None:
    with own.channel("nobody") as channel, own.client() as client:
        watch = HealthStub(channel).Watch
        calls = [watch(HealthCheckRequest(), timeout=60) for _ in range(WATCHERS_OF_ONE)]
        assert {next(call).status for call in calls} == {HealthCheckResponse.SERVING}
        with pytest.raises(grpc.RpcError) as caught:
            next(watch(HealthCheckRequest(), timeout=60))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert client.evaluate("beside", TBS, CONTEXT).decision.decision_id
        own.server.stop(timedelta(seconds=30))
        assert [[said.status for said in call] for call in calls] == [
            [HealthCheckResponse.NOT_SERVING]
        ] * WATCHERS_OF_ONE
