"""The values whose entries the vectors hold; never to be changed, only added to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from gate.errors import Malformed
from gate.model import (
    Applicant,
    BlockCause,
    Decision,
    EvidenceRevocation,
    Finding,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    LinterStatus,
    Mode,
    Outcome,
    PolicyRef,
    Purpose,
    RuleOutcome,
    Severity,
    Stage,
    Verdict,
)
from gate.model.policy_digest import digest_of
from gate.ports import NewEntry
from gate.record import (
    EvidenceRef,
    Import,
    RuleDifference,
    ShadowCounts,
    ShadowDocument,
    Tally,
    approval_entry,
    decision_entry,
    evidence_entry,
    import_digest,
    import_entry,
    imported_entries,
    policy_entry,
    shadow_entry,
)
from gate.record.start import start_entry

AT = datetime(2026, 11, 23, 18, 40, 0, 123456, tzinfo=UTC)
SALT = bytes(range(32))

REQUEST = IssuanceRequest(
    request_id="2026-000001",
    caller="issuing-system",
    tbs_certificate=b"the bytes to be signed",
    context=IssuanceContext(
        order_id="order-1",
        account="account-1",
        issuer="r1",
        profile="tls-dv",
        environment="production",
        purpose=Purpose.SUBSCRIBER,
        stage=Stage.CERTIFICATE,
    ),
)
RELEASED = Decision(
    verdict=Verdict.RELEASE,
    policy_verdict=Verdict.RELEASE,
    cause=BlockCause.NONE,
    retryable=False,
    environment="production",
    caller="issuing-system",
    findings=(),
    rules=(
        RuleOutcome(
            rule_id="floor.max_validity",
            title="no longer than the BR allow",
            kind="floor",
            mode=Mode.ENFORCE,
            outcome=Outcome.PASS,
        ),
        RuleOutcome(
            rule_id="account.granted",
            title="the account may order this",
            kind="granted",
            mode=Mode.WARN,
            outcome=Outcome.FAIL,
        ),
    ),
    linters=(LinterReport(name="pkilint", version="0.13.3", status=LinterStatus.COMPLETED),),
    policy=PolicyRef(name="webpki-production", version=7, digest=sha256(b"policy").digest()),
    tbs_sha256=sha256(REQUEST.tbs_certificate).digest(),
    decided_at=AT,
)
BLOCKED = replace(
    RELEASED,
    verdict=Verdict.BLOCK,
    policy_verdict=Verdict.BLOCK,
    cause=BlockCause.MALFORMED,
    findings=(
        Finding(code="gate.tbs_malformed", severity=Severity.FATAL, message="no DER at byte 0"),
    ),
    rules=(),
)

APPLICANT = Applicant(account="account-2", applicant="applicant-2", name="Novak")
IMPORT = Import(
    import_id="import-1",
    imported_at=AT,
    imported_by="registrar",
    reason="from before the gate",
    digest=import_digest((APPLICANT,), "from before the gate"),
    records=(APPLICANT,),
)
SHADOW = ShadowDocument(
    candidate=PolicyRef(name="webpki-production", version=8, digest=b"\x08" * 32),
    active=PolicyRef(name="webpki-production", version=7, digest=b"\x07" * 32),
    since=AT - timedelta(minutes=5),
    until=AT,
    counts=ShadowCounts(
        judged=5,
        differing=Tally(3, ("decision-1", "decision-2", "decision-3")),
        newly_blocked=Tally(1, ("decision-1",)),
        newly_released=Tally(1, ("decision-2",)),
        errors=Tally.of("decision-4"),
        timeouts=Tally.of("decision-5"),
        dropped=6,
        rules=(
            RuleDifference(
                rule_id="new-rule",
                active=None,
                candidate=Mode.ENFORCE,
                newly_fails=Tally.of("decision-1"),
            ),
            RuleDifference(
                rule_id="validity-limit",
                active=Mode.ENFORCE,
                candidate=Mode.WARN,
                no_longer_fails=Tally.of("decision-2"),
                fails_otherwise=Tally.of("decision-3"),
            ),
        ),
    ),
)
POLICY_FILES = {"policy.yaml": b"name: webpki-production\n", "grants.yaml": b"grants: []\n"}


def entries() -> dict[str, NewEntry]:
    """Each vector's entry, by the vector's name."""
    return {
        "start": start_entry(record_id="start-1", at=AT, size=0, salt=SALT),
        "applicant": evidence_entry(
            record_id="record-1",
            recorded_at=AT,
            recorded_by="registrar",
            evidence=Applicant(account="account-1", applicant="applicant-1", name="Müller"),
            salt=SALT,
        ),
        "revocation": evidence_entry(
            record_id="record-2",
            recorded_at=AT,
            recorded_by="registrar",
            evidence=EvidenceRevocation(record_id="record-1", reason="recorded by mistake"),
            salt=SALT,
        ),
        "import": import_entry(IMPORT, salt=SALT),
        "import approval": approval_entry(
            approval_id="approval-1", brought=IMPORT, approver="approver-1", at=AT, salt=SALT
        ),
        "imported": imported_entries(IMPORT, at=AT, salts=[SALT])[0],
        "released decision": _decision("decision-1", RELEASED, precertificate="decision-0"),
        "blocked decision": _decision("decision-2", BLOCKED),
        "policy": policy_entry(
            entry_id="policy-1",
            at=AT,
            files=POLICY_FILES,
            ref=PolicyRef(name="webpki-production", version=7, digest=digest_of(POLICY_FILES, ())),
            issuers=(),
            change="first",
            signers=("Ana", "Ivo"),
            replaces=b"",
            versions={"pkilint": "0.13.3"},
            salt=SALT,
        ),
        "shadow": shadow_entry(entry_id="shadow-1", document=SHADOW, salt=SALT),
    }


def _decision(decision_id: str, decision: Decision, precertificate: str = "") -> NewEntry:
    return decision_entry(
        decision_id=decision_id,
        request=REQUEST,
        decision=decision,
        certificate=Malformed("the vectors have no certificate"),
        issuer=None,
        profile_known=decision is RELEASED,
        evidence=(EvidenceRef(record_id="record-1", leaf_hash=sha256(b"").digest()),),
        salt=SALT,
        precertificate_decision_id=precertificate,
    )
