"""A log with a past: a policy, evidence, and the decisions that a real gate made of the demo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from gate.config import read_folder
from gate.demo.order import APPLICANTS, DemoOrder
from gate.demo.orders import ORDERS
from gate.model import (
    CertificateType,
    Environment,
    Finding,
    IssuanceRequest,
    LinterReport,
    Severity,
    Stage,
)
from gate.policy import Policy, Site, load
from gate.record import DecisionLog, EvidenceLedger, PolicyDocument, open_decision, policy_entry
from gate.service import Gate, Settings
from gate.storage import MemoryStorage
from gate.workbench.replay import Replay, Replayer
from gate.workbench.replay_report import ReplayReport
from tests import cases, pki
from tests.log import KEY, ORIGIN, SALT, recorded

ISSUERS = (pki.issuer(pki.PUBLIC), pki.issuer(pki.TEST))
FILES = read_folder(cases.POLICIES / "webpki-production")
VERSIONS = {"pkilint": "1"}
CERTIFICATES = {ca.name: ca.certificate for ca in (pki.PUBLIC, pki.TEST)}
OBJECTING = replace(
    cases.LINTERS[0],
    findings=(Finding(code="pkix.wrong", severity=Severity.ERROR, message="wrong"),),
)


@dataclass(slots=True)
class Linters:
    """Linters that object where `objects` says so."""

    objects: bool = False
    healthy: bool = True

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        return (OBJECTING, *cases.LINTERS[1:]) if self.objects else cases.LINTERS


def policy_of(files: Mapping[str, bytes] = FILES) -> Policy:
    """The policy of these files, for the test issuers."""
    return load(files, site=Site(issuers=ISSUERS))


def load_recorded(document: PolicyDocument) -> Policy:
    """A recorded policy, as it was loaded."""
    return load(document.files, site=Site(issuers=document.issuers))


def edited(*edits: tuple[str, str]) -> dict[str, bytes]:
    """The shipped files with some of the policy's text changed; each must stand there."""
    text = FILES["policy.yaml"].decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return {**FILES, "policy.yaml": text.encode()}


def weakened(*rule_ids: str, mode: str = "warn") -> dict[str, bytes]:
    """The shipped files with these rules in another mode."""
    text = FILES["policy.yaml"].decode()
    for rule_id in rule_ids:
        head, start, rest = text.partition(f"- id: {rule_id}\n")
        assert start, rule_id
        text = head + start + rest.replace("mode: enforce", f"mode: {mode}", 1)
    return {**FILES, "policy.yaml": text.encode()}


@dataclass(slots=True)
class Past:
    """A log that is written by a real gate, with linters that do not take time."""

    storage: Any = field(default_factory=MemoryStorage)
    now: datetime = pki.NOW
    dry_run: bool = False
    files: Mapping[str, bytes] = field(default_factory=lambda: FILES)
    log: DecisionLog = field(init=False)
    gate: Gate = field(init=False)
    linters: Linters = field(default_factory=Linters)

    def __post_init__(self) -> None:
        numbers = count()
        made: dict[str, Any] = {
            "clock": lambda: self.now,
            "new_id": lambda: f"id-{next(numbers)}",
            "new_salt": lambda: next(numbers).to_bytes(32),
        }
        self.log = DecisionLog.open(self.storage, KEY, ORIGIN, **made)
        self.gate = Gate(
            settings=Settings(
                environment=Environment.PRODUCTION,
                dry_run=self.dry_run,
                issuers={issuer.name: issuer for issuer in ISSUERS},
            ),
            policy=policy_of(self.files),
            linters=self.linters,
            evidence=EvidenceLedger(self.storage, self.log),
            log=self.log,
            minter=None,
            **made,
        )

    def record_policy(self, entry_id: str = "policy-1", **changes: Any) -> "Past":
        """Record the gate's policy."""
        self.log.append([recorded_policy(self.files, entry_id=entry_id, **changes)])
        return self

    def record_evidence(self, orders: Sequence[DemoOrder] = ORDERS) -> "Past":
        """Record what the demo's orders rest on."""
        evidence = [*APPLICANTS, *(each for one in orders for each in one.evidence(self.now))]
        entries = [recorded(f"record-{at}", each) for at, each in enumerate(evidence)]
        self.log.append(entries)
        return self

    def send(self, orders: Sequence[DemoOrder] = ORDERS) -> "Past":
        """Have the gate judge these orders."""
        for order in orders:
            self.linters.objects = order.linter_clean is False
            self.gate.evaluate(request_of(order, self.now))
        return self

    def replay(self, policy: Policy | None = None, **terms: Any) -> ReplayReport:
        """Replay the whole log."""
        how = {key: terms.pop(key) for key in ("lint", "versions") if key in terms}
        replay = Replay(policy=policy or policy_of(self.files), **terms)
        return replayer(self.storage, replay, **how).run(0, self.log.size)


def replayer(storage: Any, replay: Replay, **how: Any) -> Replayer:
    """A replayer that loads recorded policies as `policy_of` does."""
    return Replayer(storage, replay, **{"load": load_recorded, "versions": VERSIONS, **how})


def recorded_policy(
    files: Mapping[str, bytes], *, entry_id: str = "policy-1", **changes: Any
) -> Any:
    """The entry of a policy."""
    fields: dict[str, Any] = {
        "entry_id": entry_id,
        "at": pki.NOW,
        "files": files,
        "ref": policy_of(files).ref,
        "issuers": ISSUERS,
        "change": "first",
        "signers": (),
        "replaces": b"",
        "versions": VERSIONS,
        "salt": SALT,
    }
    return policy_entry(**{**fields, **changes})


def request_of(order: DemoOrder, at: datetime) -> IssuanceRequest:
    """What is sent for an order; its id is the order's key."""
    return IssuanceRequest(
        request_id=order.key,
        caller="requester",
        tbs_certificate=order.tbs_certificate(issuer=CERTIFICATES[order.issuer], now=at),
        context=order.context,
    )


def whole_past(storage: Any = None) -> Past:
    """The log of a gate that judged all of the demo's orders."""
    past = Past(storage=storage or MemoryStorage())
    return past.record_policy().record_evidence().send()


def key_of(past: Past, decision_id: str) -> str:
    """Which order of the demo a decision is on."""
    return open_decision(past.storage.by_id(decision_id)).request.request_id


def keys(past: Past, ids: list[str]) -> list[str]:
    return sorted(key_of(past, each) for each in ids)


def counts(report: ReplayReport, name: str) -> dict[str, int]:
    return {rule: tally.count for rule, tally in getattr(report, name).ranked()}
