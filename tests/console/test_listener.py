"""The HTTP listener: two pages, few connections, and nobody who can hold it up."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest

from gate.console import Console, open_console
from gate.console.listener import CONNECTIONS
from gate.errors import ConfigError
from tests.rpc.authority import Authority
from tests.rpc.served import tls_files


@pytest.fixture
def troubles() -> dict[str, str]:
    return {}


@pytest.fixture
def console(troubles: dict[str, str]) -> Iterator[Console]:
    found = open_console(
        "127.0.0.1", 0, metrics=lambda: b"gate_serving 1.0\n", troubles=lambda: troubles
    )
    yield found
    found.close()


def get(console: Console, path: str, method: str = "GET") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", console.port, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_prometheus_reads_the_figures(console: Console) -> None:
    assert get(console, "/metrics") == (200, "gate_serving 1.0\n")


def test_health_says_what_is_the_matter(console: Console, troubles: dict[str, str]) -> None:
    assert get(console, "/health") == (200, "serving\n")
    troubles["log"] = "the log takes no more entries"
    assert get(console, "/health") == (503, "log: the log takes no more entries\n")


def test_what_is_degraded_is_told_and_is_no_reason_for_another_status() -> None:
    troubles, degraded = dict[str, str](), {"policy": "policy.yaml:3:1: no"}
    console = open_console(
        "127.0.0.1", 0, metrics=bytes, troubles=lambda: troubles, degraded=lambda: degraded
    )
    line = "degraded: policy: policy.yaml:3:1: no\n"
    assert get(console, "/health") == (200, f"serving\n{line}")
    troubles["log"] = "away"
    assert get(console, "/health") == (503, f"log: away\n{line}")
    console.close()


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metrics?x", "//", "/../etc/passwd"])
def test_there_is_nothing_else(console: Console, path: str) -> None:
    assert get(console, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_nothing_can_be_changed(console: Console, method: str) -> None:
    assert get(console, "/metrics", method)[0] == 501


def test_silent_connections_are_few_and_their_places_come_back(console: Console) -> None:
    with ExitStack() as opened:
        for _ in range(CONNECTIONS):
            opened.enter_context(socket.create_connection(("127.0.0.1", console.port), 10))
        with socket.create_connection(("127.0.0.1", console.port), 10) as one_more:
            assert closed(one_more)
    assert until_answered(console) == 200


@pytest.mark.parametrize("secured", [False, True])
def test_connections_that_trickle_are_cut_off_at_one_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, secured: bool
) -> None:
    monkeypatch.setattr("gate.console.listener.PATIENCE", 1.0)
    tls = tls_files(tmp_path, Authority()).context() if secured else None
    # The head of a TLS record of 16 KiB, or a request line that has no end.
    start = bytes.fromhex("1603014000") if secured else b"GET /metr"
    console = open_console("127.0.0.1", 0, metrics=bytes, troubles=dict, tls=tls)
    try:
        with ExitStack() as opened:
            trickling = [
                opened.enter_context(socket.create_connection(("127.0.0.1", console.port), 10))
                for _ in range(CONNECTIONS)
            ]
            began = monotonic()
            for connection in trickling:
                connection.sendall(start)
            while trickling:
                assert monotonic() < began + 20, "they are still there"
                trickling = [each for each in trickling if trickles(each)]
                sleep(0.05)
            assert monotonic() > began + 0.5
            if not secured:
                assert until_answered(console) == 200
    finally:
        console.close()


def trickles(connection: socket.socket) -> bool:
    """Whether one more byte can be sent, and the other end has not hung up."""
    try:
        connection.sendall(b"x")
        connection.settimeout(0.01)
        return connection.recv(100) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False
    finally:
        connection.settimeout(10)


def closed(connection: socket.socket) -> bool:
    """Whether the other end closes it, where it would otherwise wait for a request."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def until_answered(console: Console) -> int:
    """The status, once a place is free again."""
    for _ in range(1000):
        try:
            return get(console, "/metrics")[0]
        except ConnectionError:
            continue
    raise AssertionError


def test_a_page_that_cannot_be_made_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> bytes:
        raise LookupError("no figures")

    console = open_console("127.0.0.1", 0, metrics=broken, troubles=dict)
    try:
        assert get(console, "/metrics")[0] == 500
        assert get(console, "/health")[0] == 200
    finally:
        console.close()
    assert [record.message for record in caplog.records] == ["/metrics could not be made"]


def test_two_listeners_do_not_share_a_port(console: Console) -> None:
    with pytest.raises(ConfigError, match=f"cannot listen on `127.0.0.1:{console.port}`"):
        open_console("127.0.0.1", console.port, metrics=bytes, troubles=dict)
