"""A log of as many decisions as wanted, made fast: each distinct case is judged once.

Of a hundred decisions 88 are on the good orders of the demo, 2 on a hundred names, and 10 on
the demo's bad orders: nine of ten are released, most of them for one name to three.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from gate.config import SHIPPED_POLICIES, read_folder
from gate.config.policies import gate_site
from gate.decide import decide
from gate.demo.order import CAFE, DemoOrder, PastValidation
from gate.demo.orders import ORDERS
from gate.errors import Malformed
from gate.facts import EvidenceFound, join
from gate.model import (
    Applicant,
    Case,
    Decision,
    Environment,
    Finding,
    IssuanceRequest,
    Issuer,
    LinterReport,
    LinterStatus,
    Order,
    Recorded,
    Severity,
    Validation,
    Verdict,
)
from gate.policy import load
from gate.ports import NewEntry
from gate.record import DecisionLog, EvidenceRef, decision_entry, policy_entry
from gate.rollout.rollout import versions_of
from gate.signers import FileKey
from gate.specimens.certificates import CertificateFields
from gate.specimens.issuers import make_throw_away_issuers
from gate.storage import SQLiteStorage
from gate.workbench.recorded_case import facts_of
from gate.x509 import TBSCertificate, read_tbs_certificate

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILES = read_folder(SHIPPED_POLICIES / "webpki-production")
ISSUERS = tuple(
    Issuer.read(
        name=ca.name, environment=ca.environment, trust=ca.trust, certificate=ca.certificate
    )
    for ca in make_throw_away_issuers(AT)
)
SITE = gate_site(ISSUERS)
POLICY = load(FILES, site=SITE)

MANY = tuple(f"n{at}.harbour-cafe.hr" for at in range(100))
HUNDRED = DemoOrder(
    key="hundred-names",
    title="a hundred names",
    account=CAFE,
    certificate=CertificateFields(names=MANY),
    validations=tuple(
        PastValidation(applicant=CAFE, name=name, method="3.2.2.4.7") for name in MANY
    ),
)
NOTICE = Finding(
    code="pkix.subject_key_identifier_method_1_identified",
    severity=Severity.NOTICE,
    message="the identifier is the one that RFC 5280 names first",
    location="certificate.tbsCertificate.extensions.3",
    source="pkilint@0.13.3",
)
MANY_NAMES = 1
"""Of fifty requests, which has a hundred names."""

WRONG = replace(NOTICE, code="cabf.serverauth.wrong", severity=Severity.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case, with what the shipped policy decides on it and the evidence that it names."""

    case: Case
    decision: Decision
    evidence: tuple[EvidenceRef, ...]


def write_log(database: Path, key: Path, decisions: int) -> None:
    """Write a new log: the shipped policy, and that many decisions by it."""
    storage = SQLiteStorage(database)
    numbers = iter(range(1 << 60))
    log = DecisionLog.open(
        storage,
        key=FileKey(key),
        origin="bench",
        clock=lambda: AT,
        new_id=lambda: f"start-{next(numbers)}",
        new_salt=lambda: next(numbers).to_bytes(32),
        patience=60.0,
    )
    log.append([_policy()])
    entries = _entries(decisions)
    while batch := list(islice(entries, 1000)):
        log.append(batch)
    log.close()
    storage.close()


def _policy() -> NewEntry:
    return policy_entry(
        entry_id="policy",
        at=AT,
        files=FILES,
        ref=POLICY.ref,
        issuers=ISSUERS,
        change="first",
        signers=(),
        replaces=b"",
        versions=versions_of(SITE),
        salt=bytes(32),
    )


def _entries(decisions: int) -> Iterator[NewEntry]:
    for number, judged in enumerate(islice(_mixture(), decisions)):
        yield decision_entry(
            decision_id=f"01a20aa6-0000-7000-8000-{number:012}",
            request=replace(judged.case.request, request_id=f"request-{number}"),
            decision=judged.decision,
            certificate=judged.case.certificate,
            issuer=judged.case.issuer,
            profile_known=True,
            evidence=judged.evidence,
            salt=sha256(str(number).encode()).digest(),
            facts=facts_of(judged.case),
        )


def _mixture() -> Iterator[Judged]:
    good = cycle([_judged(order) for order in ORDERS if order.expected is Verdict.RELEASE])
    bad = cycle([_judged(order) for order in ORDERS if order.expected is Verdict.BLOCK])
    many = _judged(HUNDRED)
    for at in count():
        if at % 50 == MANY_NAMES:
            yield many
        else:
            yield next(bad if at % 10 == 0 else good)


def _judged(order: DemoOrder) -> Judged:
    case = _case(order)
    records: list[Recorded[Any]] = [*([case.order] if case.order else [])]
    records += {one.record_id: one for each in case.identifiers for one in each.candidates}.values()
    return Judged(
        case=case,
        decision=decide(case, POLICY),
        evidence=tuple(
            EvidenceRef(
                record_id=each.record_id, leaf_hash=sha256(each.record_id.encode()).digest()
            )
            for each in records
        ),
    )


def _case(order: DemoOrder) -> Case:
    """The case of a demo order, as a gate would join it."""
    issuer = next(each for each in ISSUERS if each.name == order.issuer)
    der = order.tbs_certificate(issuer=issuer.certificate, now=AT)
    evidence = order.evidence(AT)
    applicant = Applicant(
        account=order.account.account, applicant=order.account.applicant, name=order.account.name
    )
    return join(
        request=IssuanceRequest(
            request_id="", caller="urn:ca:ra-1", tbs_certificate=der, context=order.context
        ),
        certificate=_read(der),
        issuer=issuer,
        evidence=EvidenceFound(
            applicant=_recorded(applicant),
            order=next((_recorded(each) for each in evidence if isinstance(each, Order)), None),
            validations=tuple(_recorded(each) for each in evidence if isinstance(each, Validation)),
        ),
        linters=_linted(order),
        environment=Environment.PRODUCTION,
        dry_run=False,
        at=AT,
        release_ends=AT + timedelta(seconds=60),
    )


def _recorded(evidence: Any) -> Recorded[Any]:
    record_id = f"01a20aa6-{sha256(repr(evidence).encode()).hexdigest()[:12]}"
    return Recorded(
        record_id=record_id,
        recorded_at=AT,
        recorded_by="urn:ca:validation-1",
        log_index=int(record_id[-6:], 16),
        evidence=evidence,
    )


def _linted(order: DemoOrder) -> tuple[LinterReport, ...]:
    """What linters say of most certificates; an error where the demo's order has one."""
    if order.linter_clean is None:
        return ()
    found = (NOTICE, NOTICE) if order.linter_clean else (NOTICE, WRONG)
    return (
        LinterReport(
            name="pkilint", version="0.13.3", status=LinterStatus.COMPLETED, findings=found
        ),
        LinterReport(name="badkeys", version="0.0.21", status=LinterStatus.COMPLETED),
    )


def _read(der: bytes) -> TBSCertificate | Malformed:
    try:
        return read_tbs_certificate(der)
    except Malformed as error:
        return error
