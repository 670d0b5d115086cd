"""A small HTTP listener for figures; it takes GET, and knows nothing of requests to sign."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6, SHUT_RDWR, socket
from ssl import SSLContext
from threading import BoundedSemaphore, Thread, Timer
from typing import Any

from gate.errors import ConfigError

CONNECTIONS = 8
"""Beyond as many at once, a connection is closed without an answer."""

PATIENCE = 5.0
"""Seconds that a connection lasts at most, from its handshake to its answer."""

INTERVAL = 0.1
"""Seconds after which it is noticed that the listener is closed."""

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


_log = logging.getLogger(__name__)


class Console:
    """Answers `/metrics` and `/health` on `port` until it is closed."""

    def __init__(self, server: "_Server") -> None:
        self.port = int(server.server_address[1])
        self._server = server
        self._thread = Thread(
            target=server.serve_forever, args=(INTERVAL,), name="gate-console", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def open_console(
    host: str,
    port: int,
    *,
    metrics: Callable[[], bytes],
    troubles: Callable[[], Mapping[str, str]],
    degraded: Callable[[], Mapping[str, str]] = dict,
    tls: SSLContext | None = None,
) -> Console:
    """Start to listen; port 0 is any that is free. Raises ConfigError where it cannot.

    Every gate gives `tls`, which wants a certificate of each peer; without it, HTTP is plain.
    `metrics` gives the counts in Prometheus' text format, `troubles` what keeps the gate from
    releasing, by part: `/health` is 200 where that is nothing, and otherwise 503. What
    `degraded` gives is told there too, and is no reason for another status.
    """
    try:
        pages = _Pages(metrics=metrics, troubles=troubles, degraded=degraded)
        return Console(_Server(host, port, pages, tls))
    except (OSError, OverflowError) as error:
        raise ConfigError(f"cannot listen on `{host}:{port}` for metrics: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """What the pages are made of."""

    metrics: Callable[[], bytes]
    troubles: Callable[[], Mapping[str, str]]
    degraded: Callable[[], Mapping[str, str]]

    def page(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for this path."""
        if path == "/metrics":
            return 200, PROMETHEUS, self.metrics()
        if path == "/health":
            found = self.troubles()
            lines = [f"{part}: {why}" for part, why in found.items()] or ["serving"]
            lines += [f"degraded: {part}: {why}" for part, why in self.degraded().items()]
            return 503 if found else 200, PLAIN, "\n".join([*lines, ""]).encode()
        return 404, PLAIN, b"there are /metrics and /health\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(
        self,
        host: str,
        port: int,
        pages: _Pages,
        tls: SSLContext | None,
    ) -> None:
        if ":" in host:
            self.address_family = AF_INET6
        self.pages = pages
        self._tls = tls
        self._places = BoundedSemaphore(CONNECTIONS)
        super().__init__((host, port), _Handler)

    def get_request(self) -> tuple[socket, Any]:
        """The next connection; its handshake is left to the thread that answers it."""
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def verify_request(self, _request: Any, _client_address: Any) -> bool:
        """Whether there is a thread for one more."""
        return self._places.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer within one deadline in all: a time limit on each read is no end to a trickle."""
        end = Timer(PATIENCE, _cut, (request,))
        end.daemon = True
        end.start()
        try:
            super().finish_request(request, client_address)
        finally:
            end.cancel()
            # The socket's number is somebody else's once it is closed: not before this is over.
            end.join()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """A peer that went away is nothing to tell of."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "gate"
    sys_version = ""
    connection: socket

    def do_GET(self) -> None:
        """Answer one of the two pages."""
        try:
            answer = self.server.pages.page(self.path)
        except Exception:  # noqa: BLE001 - whatever it is, the peer gets an answer
            _log.exception("%s could not be made", self.path)
            answer = 500, PLAIN, b"this could not be made: the gate's log says why\n"
        self._answer(*answer)

    def log_message(self, *_: object) -> None:
        """A scrape every few seconds is nothing to tell of."""

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def _cut(connection: socket) -> None:
    """End a connection under the thread that reads it, whatever TLS has begun."""
    with suppress(OSError):
        socket.shutdown(connection, SHUT_RDWR)
