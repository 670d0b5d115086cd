"""Decisions, reports and releases between the model and their messages."""

from collections.abc import Iterable

from gate.model import (
    Decision,
    Finding,
    LinterReport,
    PolicyRef,
    RecordedDecision,
    Release,
    RuleOutcome,
)
from gate.rpc.convert_time import time_to_message
from gate.rpc.reading import Reading
from gate.rpc.words import (
    BLOCK_CAUSES,
    LINTER_STATUSES,
    MODES,
    OUTCOMES,
    SEVERITIES,
    VERDICTS,
)
from gate.v1 import decision_pb2 as messages


def finding_to_message(finding: Finding) -> messages.Finding:
    """Write a finding."""
    return messages.Finding(
        code=finding.code,
        severity=SEVERITIES.number(finding.severity),
        message=finding.message,
        location=finding.location,
        source=finding.source,
    )


def finding_from_message(message: messages.Finding, reading: Reading) -> Finding:
    """Read a finding."""
    return Finding(
        code=message.code,
        severity=reading.word("severity", message.severity, SEVERITIES),
        message=message.message,
        location=message.location,
        source=message.source,
    )


def report_to_message(report: LinterReport) -> messages.LinterReport:
    """Write a linter's report."""
    return messages.LinterReport(
        name=report.name,
        version=report.version,
        status=LINTER_STATUSES.number(report.status),
        findings=map(finding_to_message, report.findings),
    )


def report_from_message(message: messages.LinterReport, reading: Reading) -> LinterReport:
    """Read a linter's report."""
    return LinterReport(
        name=message.name,
        version=message.version,
        status=reading.word("status", message.status, LINTER_STATUSES),
        findings=_findings(message.findings, reading),
    )


def reports_from_messages(
    reports: Iterable[messages.LinterReport], reading: Reading
) -> tuple[LinterReport, ...]:
    """Read the reports in the field `linters`."""
    return tuple(
        report_from_message(report, reading.part("linters", at))
        for at, report in enumerate(reports)
    )


def outcome_to_message(rule: RuleOutcome) -> messages.RuleOutcome:
    """Write what became of a rule."""
    return messages.RuleOutcome(
        rule_id=rule.rule_id,
        title=rule.title,
        kind=rule.kind,
        mode=MODES.number(rule.mode),
        outcome=OUTCOMES.number(rule.outcome),
        findings=map(finding_to_message, rule.findings),
        references=rule.references,
        requester_help=rule.requester_help,
        exception_id=rule.exception_id,
    )


def outcome_from_message(message: messages.RuleOutcome, reading: Reading) -> RuleOutcome:
    """Read what became of a rule."""
    return RuleOutcome(
        rule_id=message.rule_id,
        title=message.title,
        kind=message.kind,
        mode=reading.word("mode", message.mode, MODES),
        outcome=reading.word("outcome", message.outcome, OUTCOMES),
        findings=_findings(message.findings, reading),
        references=tuple(message.references),
        requester_help=message.requester_help,
        exception_id=message.exception_id,
    )


def policy_to_message(policy: PolicyRef) -> messages.PolicyRef:
    """Write which policy judged."""
    return messages.PolicyRef(name=policy.name, version=policy.version, digest=policy.digest)


def policy_from_message(message: messages.PolicyRef) -> PolicyRef:
    """Read which policy judged."""
    return PolicyRef(name=message.name, version=message.version, digest=message.digest)


def decision_to_message(recorded: RecordedDecision) -> messages.Decision:
    """Write a decision with its place in the log."""
    decision = recorded.decision
    return messages.Decision(
        decision_id=recorded.decision_id,
        verdict=VERDICTS.number(decision.verdict),
        policy_verdict=VERDICTS.number(decision.policy_verdict),
        cause=BLOCK_CAUSES.number(decision.cause),
        retryable=decision.retryable,
        environment=decision.environment,
        caller=decision.caller,
        findings=map(finding_to_message, decision.findings),
        rules=map(outcome_to_message, decision.rules),
        linters=map(report_to_message, decision.linters),
        policy=policy_to_message(decision.policy),
        tbs_sha256=decision.tbs_sha256,
        decided_at=time_to_message(decision.decided_at),
        log_index=recorded.log_index,
    )


def decision_from_message(message: messages.Decision, reading: Reading) -> RecordedDecision:
    """Read a decision with its place in the log."""
    decided_at = message.decided_at if message.HasField("decided_at") else None
    return RecordedDecision(
        decision_id=message.decision_id,
        log_index=message.log_index,
        decision=Decision(
            verdict=reading.word("verdict", message.verdict, VERDICTS),
            policy_verdict=reading.word("policy_verdict", message.policy_verdict, VERDICTS),
            cause=reading.word("cause", message.cause, BLOCK_CAUSES),
            retryable=message.retryable,
            environment=message.environment,
            caller=message.caller,
            findings=_findings(message.findings, reading),
            rules=tuple(
                outcome_from_message(rule, reading.part("rules", at))
                for at, rule in enumerate(message.rules)
            ),
            linters=reports_from_messages(message.linters, reading),
            policy=policy_from_message(message.policy),
            tbs_sha256=message.tbs_sha256,
            decided_at=reading.time("decided_at", decided_at),
        ),
    )


def release_to_message(release: Release) -> messages.Release:
    """Write a release."""
    return messages.Release(
        token=release.token,
        expires_at=time_to_message(release.expires_at),
        log_entry=release.log_entry,
        log_proof=release.log_proof,
    )


def release_from_message(message: messages.Release, reading: Reading) -> Release:
    """Read a release."""
    expires_at = message.expires_at if message.HasField("expires_at") else None
    return Release(
        token=message.token,
        expires_at=reading.time("expires_at", expires_at),
        log_entry=message.log_entry,
        log_proof=message.log_proof,
    )


def _findings(findings: Iterable[messages.Finding], reading: Reading) -> tuple[Finding, ...]:
    return tuple(
        finding_from_message(finding, reading.part("findings", at))
        for at, finding in enumerate(findings)
    )
