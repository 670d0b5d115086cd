"""The gRPC server: the four services, health and reflection, over mutual TLS."""

import resource
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import grpc
from grpc_health.v1.health import SERVICE_NAME as HEALTH
from grpc_reflection.v1alpha.reflection import SERVICE_NAME as REFLECTION
from grpc_reflection.v1alpha.reflection import ReflectionServicer

from gate.errors import ConfigError
from gate.rollout import PolicyCatalog
from gate.rpc.admission import Admission
from gate.rpc.decision_log import DecisionLogServicer
from gate.rpc.evidence_registry import EvidenceRegistryServicer
from gate.rpc.handlers import STOPPED, Entrance
from gate.rpc.health import HealthWatch
from gate.rpc.issuance import IssuanceGateServicer
from gate.rpc.metrics import Metrics
from gate.rpc.open_services import OpenServices
from gate.rpc.patience import Patience
from gate.rpc.policy_catalog import PolicyCatalogServicer
from gate.rpc.roles import (
    DECISION_LOG,
    EVIDENCE_REGISTRY,
    ISSUANCE_GATE,
    POLICY_CATALOG,
    Identities,
)
from gate.rpc.tls import TLSFiles
from gate.service import Audit, EvidenceRegistry, Gate

SERVICES = (ISSUANCE_GATE, EVIDENCE_REGISTRY, DECISION_LOG, POLICY_CATALOG)

LARGEST_REQUEST = 1024 * 1024
LARGEST_RESPONSE = 32 * 1024 * 1024
"""A batch of 100 whose every rule has findings; clients must allow as much."""

GRACE = timedelta(seconds=10)

SPARE_CALLS, SPARE_CALLS_OF_ONE = 16, 4
"""Threads beside those that judge: for health, reflection, and to refuse what is too much."""

WATCHERS, WATCHERS_OF_ONE = 32, 16
"""Threads for those who wait for news of the gate's health; made when they are needed."""

SPARE_FILES = 256
"""Open files that connections leave to the database, the linters and the rest."""

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
    ("grpc.max_connection_idle_ms", 300_000),
    ("grpc.max_concurrent_streams", 128),
)

Check = Callable[[], str]
"""Says what is wrong with a part of the gate; an empty text where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the server listens (port 0 for any that is free) and how much it takes at once.

    Calls beyond `concurrent_calls`, and beyond `calls_per_identity` of one caller, are
    refused with RESOURCE_EXHAUSTED, and connections beyond `connections` are closed. A call
    that does not bring its message within `message_limit` is ended.
    """

    host: str = "127.0.0.1"
    port: int = 0
    concurrent_calls: int = 32
    calls_per_identity: int = 16
    connections: int = 2000
    message_limit: timedelta = timedelta(seconds=10)

    @property
    def address(self) -> str:
        """The address as gRPC writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class RunningServer:
    """A server that answers on `port` until it is stopped."""

    def __init__(
        self,
        *,
        server: grpc.Server,
        threads: ThreadPoolExecutor,
        health: HealthWatch,
        patience: Patience,
        port: int,
    ) -> None:
        self.port = port
        self._server = server
        self._threads = threads
        self._health = health
        self._patience = patience

    def troubles(self) -> Mapping[str, str]:
        """What keeps the gate from releasing anything now: each part in trouble, and why."""
        return self._health.troubles()

    def stop(self, grace: timedelta = GRACE) -> None:
        """Take no more calls, finish those begun within `grace`, cut off the rest."""
        self._health.stop()
        self._server.stop(grace.total_seconds()).wait()
        self._patience.stop()
        self._threads.shutdown(wait=False)


def serve(
    *,
    gate: Gate,
    registry: EvidenceRegistry,
    audit: Audit,
    catalog: PolicyCatalog,
    identities: Identities,
    listener: Listener,
    tls: TLSFiles,
    metrics: Metrics | None = None,
    checks: Mapping[str, Check] | None = None,
) -> RunningServer:
    """Start a server; raises ConfigError where it cannot listen or has no proper TLS files.

    `checks` are what else, by part, may keep the gate from being SERVING.
    """
    credentials = tls.credentials()
    # Every call that gRPC lets in has a thread at once: what waits is nowhere out of sight.
    most = listener.concurrent_calls + SPARE_CALLS + WATCHERS
    threads = ThreadPoolExecutor(most, thread_name_prefix="gate-rpc")
    room = ("grpc.max_allowed_incoming_connections", _room(listener.connections))
    server = grpc.server(threads, options=(*OPTIONS, room), maximum_concurrent_rpcs=most)
    tampered, patience = Event(), Patience(listener.message_limit)
    health = HealthWatch(lambda: _troubles(gate, tampered, checks or {}), SERVICES)
    entrance = Entrance(
        identities=identities,
        tampered=tampered,
        admission=Admission(
            calls=listener.concurrent_calls, per_caller=listener.calls_per_identity
        ),
        patience=patience,
        metrics=metrics or Metrics(),
    )
    server.add_generic_rpc_handlers(
        (
            entrance.service(ISSUANCE_GATE, IssuanceGateServicer(gate).methods),
            entrance.service(EVIDENCE_REGISTRY, EvidenceRegistryServicer(registry).methods),
            entrance.service(DECISION_LOG, DecisionLogServicer(audit).methods),
            entrance.service(POLICY_CATALOG, PolicyCatalogServicer(catalog).methods),
            *_open_services(health, patience).handlers,
        )
    )
    entrance.metrics.watch(gate, audit, health.troubles, entrance.admission)
    port = _bind(server, listener.address, credentials)
    for part in (health, patience, server):
        part.start()
    return RunningServer(
        server=server, threads=threads, health=health, patience=patience, port=port
    )


def _open_services(health: HealthWatch, patience: Patience) -> OpenServices:
    return OpenServices(
        health=health,
        reflection=ReflectionServicer((*SERVICES, HEALTH, REFLECTION)),
        calls=Admission(calls=SPARE_CALLS, per_caller=SPARE_CALLS_OF_ONE),
        watchers=Admission(calls=WATCHERS, per_caller=WATCHERS_OF_ONE),
        patience=patience,
    )


def _troubles(gate: Gate, tampered: Event, checks: Mapping[str, Check]) -> Mapping[str, str]:
    found = {"tampered": STOPPED} if tampered.is_set() else {}
    found |= gate.troubles()
    return found | {part: why for part, check in checks.items() if (why := check())}


def _room(connections: int) -> int:
    """How many connections this process may have, of those that were asked for.

    Each is an open file; where they took them all, a linter that died could not be replaced.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard == resource.RLIM_INFINITY:
        return connections
    return max(1, min(connections, hard - SPARE_FILES))


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
