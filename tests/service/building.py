"""A gate over memory, with a clock that tests turn by hand."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from gate.errors import Tampered, Unavailable
from gate.model import (
    Applicant,
    CertificateType,
    Environment,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    Order,
    Purpose,
    Stage,
)
from gate.ports import LogStorage
from gate.record import DecisionLog, EvidenceLedger
from gate.release import Minter, TokenType
from gate.service import EvidenceRegistry, Gate, Settings
from gate.storage import MemoryStorage
from tests import cases, pki
from tests.signing import SeededKey

ORIGIN = "test.example/log"
NAME = "www.plovidba.hr"
RELEASE_KEY, LOG_KEY = SeededKey("release"), SeededKey("log")


@dataclass(slots=True)
class Linters:
    """Linters that find nothing, at once."""

    reports: tuple[LinterReport, ...] = cases.LINTERS
    healthy: bool = True

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        return self.reports


class DeafLedger(EvidenceLedger):
    """A ledger that cannot be read."""

    def applicant_of(self, account: str) -> Any:
        raise Unavailable("the evidence is away")


class ForgedLedger(EvidenceLedger):
    """A ledger whose rows somebody changed."""

    def applicant_of(self, account: str) -> Any:
        raise Tampered("the record is not the one in the log")


@dataclass(slots=True)
class Workbench:
    """A gate with all its parts within reach."""

    environment: Environment = Environment.PRODUCTION
    dry_run: bool = False
    now: datetime = pki.NOW
    ledger: type[EvidenceLedger] = EvidenceLedger
    # In memory, unless a test brings another.
    storage: Any = field(default_factory=MemoryStorage)
    linters: Linters = field(default_factory=Linters)
    log: DecisionLog = field(init=False)
    gate: Gate = field(init=False)
    registry: EvidenceRegistry = field(init=False)

    def __post_init__(self) -> None:
        state = self.storage.state()
        # No id is given out twice, also after a restart.
        numbers = count(1000 * state.size if state else 0)
        made: dict[str, Any] = {
            "clock": lambda: self.now,
            "new_id": lambda: f"id-{next(numbers)}",
            "new_salt": lambda: next(numbers).to_bytes(32),
        }
        self.log = DecisionLog.open(self.storage, LOG_KEY, ORIGIN, **made)
        ledger = self.ledger(self.storage, self.log)
        issuers = {ca.name: pki.issuer(ca) for ca in (pki.PUBLIC, pki.TEST)}
        if self.environment is Environment.DEVELOPMENT:
            test = replace(issuers[pki.TEST.name], environment=self.environment)
            issuers[test.name] = test
        production = self.environment is Environment.PRODUCTION
        self.gate = Gate(
            settings=Settings(environment=self.environment, dry_run=self.dry_run, issuers=issuers),
            policy=cases.shipped("webpki-production" if production else "webpki-staging"),
            linters=self.linters,
            evidence=ledger,
            log=self.log,
            minter=Minter(
                key=RELEASE_KEY,
                token_type=TokenType.DRY_RUN if self.dry_run else TokenType.RELEASE,
            ),
            **made,
        )
        self.registry = EvidenceRegistry(ledger=ledger, log=self.log, **made)

    @property
    def request(self) -> IssuanceRequest:
        """A request that is released once `record` was called."""
        production = self.environment is Environment.PRODUCTION
        ca = pki.PUBLIC if production else pki.TEST
        return IssuanceRequest(
            request_id="request-1",
            caller="requester",
            tbs_certificate=pki.precertificate(NAME, ca=ca),
            context=IssuanceContext(
                order_id="order-1",
                account=self.account,
                issuer=ca.name,
                profile="tls-dv",
                environment=self.environment.value,
                purpose=Purpose.SUBSCRIBER,
                stage=Stage.PRECERTIFICATE,
                requested_by="someone",
            ),
        )

    @property
    def account(self) -> str:
        """An account that the policy's grants know."""
        return cases.ACCOUNT if self.environment is Environment.PRODUCTION else "ci-staging"

    def record(self) -> "Workbench":
        """Record what the request needs."""
        name = cases.identifier(NAME)
        self.registry.record_applicant(
            Applicant(account=self.account, applicant=cases.APPLICANT, name="A"), "registrar"
        )
        self.registry.record_order(
            Order(
                order_id="order-1",
                account=self.account,
                identifiers=(name,),
                spki_sha256=b"",
                profile="tls-dv",
                purpose=Purpose.SUBSCRIBER,
                requested_by="someone",
            ),
            "registrar",
        )
        self.registry.record_validation(cases.validation(NAME), "validator")
        return self

    def restart(self, storage: LogStorage | None = None) -> "Workbench":
        """Another gate on what was made durable, at the same time."""
        return Workbench(
            environment=self.environment,
            dry_run=self.dry_run,
            now=self.now,
            storage=storage or self.storage.reopen(),
        )

    def later(self, **time: float) -> None:
        """Turn the clock on."""
        self.now += timedelta(**time)

    def ask(self, **changes: Any) -> IssuanceRequest:
        """The request with some of its fields changed."""
        return replace(self.request, **changes)
