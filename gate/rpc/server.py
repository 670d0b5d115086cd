"""The gRPC server: the three services, health and reflection, over mutual TLS."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import grpc
from grpc_health.v1.health import SERVICE_NAME as HEALTH
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha.reflection import SERVICE_NAME as REFLECTION
from grpc_reflection.v1alpha.reflection import enable_server_reflection

from gate.errors import ConfigError
from gate.rpc.decision_log import DecisionLogServicer
from gate.rpc.evidence_registry import EvidenceRegistryServicer
from gate.rpc.handlers import Entrance
from gate.rpc.health import HealthWatch
from gate.rpc.issuance import IssuanceGateServicer
from gate.rpc.roles import DECISION_LOG, EVIDENCE_REGISTRY, ISSUANCE_GATE, Identities
from gate.rpc.tls import TLSFiles
from gate.service import Audit, EvidenceRegistry, Gate

SERVICES = (ISSUANCE_GATE, EVIDENCE_REGISTRY, DECISION_LOG)

LARGEST_REQUEST = 1024 * 1024
LARGEST_RESPONSE = 32 * 1024 * 1024
"""A batch of 100 whose every rule has findings; clients must allow as much."""

GRACE = timedelta(seconds=10)

OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_REQUEST),
    ("grpc.max_send_message_length", LARGEST_RESPONSE),
    # A second gate on the same port must fail to start, not take half of the connections.
    ("grpc.so_reuseport", 0),
    # Peers that went away are noticed, and those that ask too often are let go.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
    ("grpc.server_handshake_timeout_ms", 10_000),
    # A certificate is looked at when its peer connects: an hour later it is again.
    ("grpc.max_connection_age_ms", 3_600_000),
    ("grpc.max_connection_age_grace_ms", 60_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the server listens (port 0 for any that is free) and how much it takes at once.

    Calls beyond `concurrent_calls` are refused with RESOURCE_EXHAUSTED; those beyond
    `threads` wait for one of them.
    """

    host: str = "127.0.0.1"
    port: int = 0
    threads: int = 16
    concurrent_calls: int = 32

    @property
    def address(self) -> str:
        """The address as gRPC writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class RunningServer:
    """A server that answers on `port` until it is stopped."""

    def __init__(
        self, server: grpc.Server, threads: ThreadPoolExecutor, health: HealthWatch, port: int
    ) -> None:
        self.port = port
        self._server = server
        self._threads = threads
        self._health = health

    def stop(self, grace: timedelta = GRACE) -> None:
        """Take no more calls, finish those begun within `grace`, cut off the rest."""
        self._health.stop()
        self._server.stop(grace.total_seconds()).wait()
        self._threads.shutdown(wait=False)


def serve(
    *,
    gate: Gate,
    registry: EvidenceRegistry,
    audit: Audit,
    identities: Identities,
    listener: Listener,
    tls: TLSFiles,
) -> RunningServer:
    """Start a server; raises ConfigError where it cannot listen or has no proper TLS files."""
    credentials = tls.credentials()
    threads = ThreadPoolExecutor(listener.threads, thread_name_prefix="gate-rpc")
    server = grpc.server(
        threads, options=OPTIONS, maximum_concurrent_rpcs=listener.concurrent_calls
    )
    tampered = Event()
    entrance = Entrance(identities=identities, tampered=tampered)
    server.add_generic_rpc_handlers(
        (
            entrance.service(ISSUANCE_GATE, IssuanceGateServicer(gate).methods),
            entrance.service(EVIDENCE_REGISTRY, EvidenceRegistryServicer(registry).methods),
            entrance.service(DECISION_LOG, DecisionLogServicer(audit).methods),
        )
    )
    health = HealthWatch(gate=gate, tampered=tampered, services=SERVICES)
    add_HealthServicer_to_server(health.servicer, server)
    enable_server_reflection((*SERVICES, HEALTH, REFLECTION), server)
    port = _bind(server, listener.address, credentials)
    health.start()
    server.start()
    return RunningServer(server, threads, health, port)


def _bind(server: grpc.Server, address: str, credentials: grpc.ServerCredentials) -> int:
    try:
        port = server.add_secure_port(address, credentials)
    except RuntimeError:
        port = 0
    if not port:
        raise ConfigError(
            f"cannot listen on `{address}`: is the address right, and the port free and allowed?"
        )
    return port
