"""A whole gate on loopback: real TLS, the shipped policy, the log in memory, tiny linters."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import grpc
from cryptography import x509

from gate.client import GateClient
from gate.model import (
    Applicant,
    CertificateType,
    Environment,
    IssuanceContext,
    LinterReport,
    LinterStatus,
    Order,
    Purpose,
    Stage,
)
from gate.record import DecisionLog, EvidenceLedger
from gate.release import Minter, TokenType
from gate.rollout import Candidate, PolicyCatalog, Shadow, ShadowBook, Standing
from gate.rpc import (
    Identities,
    Listener,
    Metrics,
    Role,
    RunningServer,
    Scope,
    TLSFiles,
    serve,
)
from gate.rpc.admission import Admission
from gate.rpc.handlers import Entrance
from gate.rpc.patience import Patience
from gate.service import Audit, EvidenceRegistry, Gate, Settings
from gate.storage import MemoryStorage
from tests import cases, pki
from tests.rollout.bundles import SITE, surroundings
from tests.rpc.authority import Authority, Credentials
from tests.signing import SeededKey

ORIGIN = "test.example/decisions"
NAME = "www.plovidba.hr"

CONTEXT = IssuanceContext(
    order_id="order-1",
    account=cases.ACCOUNT,
    issuer=pki.PUBLIC.name,
    profile="tls-dv",
    environment="production",
    purpose=Purpose.SUBSCRIBER,
    stage=Stage.PRECERTIFICATE,
    requested_by="someone",
)
TBS = pki.precertificate(NAME)
ORDER = Order(
    order_id="order-1",
    account=cases.ACCOUNT,
    identifiers=(cases.identifier(NAME),),
    spki_sha256=b"",
    profile="tls-dv",
    purpose=Purpose.SUBSCRIBER,
    requested_by="someone",
)
APPLICANT = Applicant(account=cases.ACCOUNT, applicant=cases.APPLICANT, name="Plava Plovidba")

ROLES = {f"urn:test:{role}": frozenset({role}) for role in Role} | {
    "urn:test:other-requester": frozenset({Role.REQUESTER}),
    "urn:test:other-approver": frozenset({Role.APPROVER}),
    "audit.example.com": frozenset({Role.AUDITOR}),
    "urn:test:limited-requester": frozenset({Role.REQUESTER}),
    "urn:test:limited-registrar": frozenset({Role.REGISTRAR}),
    "urn:test:limited-validator": frozenset({Role.VALIDATOR}),
    "urn:test:limited-registrar-auditor": frozenset({Role.REGISTRAR, Role.AUDITOR}),
}
_ACCOUNT, _DV = frozenset({cases.ACCOUNT}), frozenset({"tls-dv"})
SCOPES = {
    "urn:test:limited-requester": Scope(
        accounts=_ACCOUNT, issuers=frozenset({pki.PUBLIC.name}), profiles=_DV
    ),
    "urn:test:limited-registrar": Scope(accounts=_ACCOUNT, profiles=_DV),
    "urn:test:limited-registrar-auditor": Scope(accounts=_ACCOUNT),
    "urn:test:limited-validator": Scope(methods=frozenset({"3.2.2.4.7", "3.2.2.5.6"})),
}


@dataclass(slots=True)
class TinyLinters:
    """CertificateLinters that find nothing, or fail as a test says."""

    healthy: bool = True
    failure: BaseException | None = None
    asked: list[bytes] = field(default_factory=list)

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        self.asked.append(certificate)
        if self.failure is not None:
            raise self.failure
        return tuple(
            LinterReport(name=name, version="1", status=LinterStatus.COMPLETED)
            for name in ("pkilint", "badkeys")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A gate and what it is built of."""

    gate: Gate
    registry: EvidenceRegistry
    audit: Audit
    storage: MemoryStorage
    log: DecisionLog
    linters: TinyLinters
    metrics: Metrics
    standing: Standing
    catalog: PolicyCatalog
    shadow: Shadow


RELEASE_KEY, LOG_KEY = SeededKey("release"), SeededKey("log")


def build(
    environment: Environment,
    clock: Callable[[], datetime] = lambda: pki.NOW,
    clock_trouble: Callable[[], str] = str,
    candidate: Mapping[str, bytes] | None = None,
) -> Parts:
    """A gate over memory, at a clock that stands still unless told otherwise.

    Whoever wants the `candidate` judged starts the shadow, and stops it.
    """
    numbers = count()
    storage, linters = MemoryStorage(), TinyLinters()
    made: dict[str, Any] = {
        "clock": clock,
        "new_id": lambda: f"id-{next(numbers):06}",
        "new_salt": lambda: bytes(32),
    }
    log = DecisionLog.open(storage, key=LOG_KEY, origin=ORIGIN, **made)
    ledger = EvidenceLedger(storage, log)
    issuers = (pki.issuer(), pki.issuer(pki.TEST))
    policy = cases.shipped()
    shadow = Shadow(
        candidate=Candidate(lambda: candidate or {}, surroundings()),
        book=ShadowBook(storage=storage, log=log, **made),
        active=policy.ref,
        interval=timedelta(seconds=0.05),
    )
    gate = Gate(
        settings=Settings(
            environment=environment,
            dry_run=False,
            issuers={issuer.name: issuer for issuer in issuers},
        ),
        policy=policy,
        linters=linters,
        evidence=ledger,
        log=log,
        minter=Minter(key=RELEASE_KEY, token_type=TokenType.RELEASE),
        clock_trouble=clock_trouble,
        listener=shadow.take,
        **made,
    )
    metrics, standing = Metrics(), Standing()
    metrics.watch_shadow(shadow)
    standing.activated(gate.policy, clock())
    metrics.watch_policy(standing)
    return Parts(
        gate=gate,
        registry=EvidenceRegistry(ledger=ledger, log=log, **made),
        audit=Audit(storage=storage, log=log),
        storage=storage,
        log=log,
        linters=linters,
        metrics=metrics,
        standing=standing,
        catalog=PolicyCatalog(
            gate=gate,
            standing=standing,
            storage=storage,
            log=log,
            site=SITE,
            clock=clock,
            shadow=shadow if candidate is not None else None,
        ),
        shadow=shadow,
    )


class Served:
    """A gate that is being served, with everything a test may look at."""

    def __init__(self, authority: Authority, server: RunningServer, parts: Parts) -> None:
        self.authority = authority
        self.server = server
        self.gate = parts.gate
        self.storage = parts.storage
        self.linters = parts.linters
        self.log = parts.log
        self.metrics = parts.metrics
        self.standing = parts.standing
        self.shadow = parts.shadow
        self.log_key = LOG_KEY.public_key
        self.release_key = RELEASE_KEY.public_key

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def credentials(self, identity: str) -> Credentials:
        """The credentials of an identity, known to the gate or not."""
        name = x509.UniformResourceIdentifier if ":" in identity else x509.DNSName
        return self.authority.issue(name(identity))

    def client(self, who: str | Credentials = "requester") -> GateClient:
        """A client with this role, or these credentials."""
        found = self.credentials(f"urn:test:{who}") if isinstance(who, str) else who
        return GateClient(
            self.target,
            root_certificates=found.ca,
            private_key=found.key,
            certificate_chain=found.chain,
        )

    def channel(self, who: str | Credentials = "requester") -> grpc.Channel:
        """A bare channel, for what no proper client sends."""
        found = self.credentials(f"urn:test:{who}") if isinstance(who, str) else who
        return grpc.secure_channel(
            self.target,
            found.channel,
            options=(("grpc.max_receive_message_length", -1),),
        )

    def count(self, sample: str, **labels: str) -> float:
        """One of the gate's figures, as Prometheus would read it."""
        return self.metrics.registry.get_sample_value(sample, labels) or 0

    def record_evidence(self) -> None:
        """Record what the good request needs."""
        with self.client("registrar") as registrar, self.client("validator") as validator:
            registrar.record_applicant(APPLICANT)
            registrar.record_order(ORDER)
            validator.record_validation(cases.validation(NAME))


def entrance_for(identities: Identities) -> Entrance:
    """What stands around every RPC, without a server."""
    return Entrance(
        identities=identities,
        tampered=Event(),
        admission=Admission(calls=2, per_caller=2),
        patience=Patience(timedelta(seconds=10)),
        metrics=Metrics(),
    )


@contextmanager
def serving(
    folder: Path,
    *,
    listener: Listener | None = None,
    parts: Parts | None = None,
    checks: Mapping[str, Callable[[], str]] | None = None,
) -> Iterator[Served]:
    """Serve a gate until the test is done with it."""
    authority, environment = Authority(), Environment.PRODUCTION
    parts = parts or build(environment)
    with closing(parts.log):
        server = serve(
            gate=parts.gate,
            registry=parts.registry,
            audit=parts.audit,
            catalog=parts.catalog,
            identities=Identities(ROLES, environment=environment, scopes=SCOPES),
            listener=listener or Listener(),
            tls=tls_files(folder, authority),
            metrics=parts.metrics,
            checks=checks,
        )
        try:
            yield Served(authority, server, parts)
        finally:
            server.stop(timedelta(seconds=5))


def tls_files(folder: Path, authority: Authority) -> TLSFiles:
    """The server's own files, made by this CA."""
    made = authority.issue(x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))
    files = TLSFiles(
        key=folder / "server.key",
        certificate=folder / "server.pem",
        client_ca=folder / "ca.pem",
    )
    files.key.write_bytes(made.key)
    files.certificate.write_bytes(made.chain)
    files.client_ca.write_bytes(made.ca)
    return files
