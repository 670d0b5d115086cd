"""How a requirement's findings become an outcome with its cause."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from gate.model import BlockCause, Case, Finding, Mode, Outcome, RuleOutcome, Severity
from gate.policy import Policy, Rule

FAILURES = frozenset(
    {
        "gate.evidence_unavailable",
        "gate.linter_incomplete",
        "gate.rule_failed",
        "policy.linter_findings_below.incomplete",
        "policy.linter_findings_below.missing",
    }
)
"""Codes of findings that tell of the gate's own failure, not of the certificate."""

MOST_FINDINGS = 100
"""How many findings an outcome tells one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An outcome together with why it would block."""

    outcome: RuleOutcome
    cause: BlockCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A requirement in code: `judge` yields what is wrong, `applies` says to which cases."""

    rule_id: str
    title: str
    cause: BlockCause
    references: tuple[str, ...]
    applies: Callable[[Case], bool]
    judge: Callable[[Case, Policy], Iterable[Finding]]


def judge_floor(floor: Floor, case: Case, policy: Policy) -> Judged:
    """Judge one floor; an exception in it blocks like a finding."""
    outcome = RuleOutcome(
        rule_id=floor.rule_id,
        title=floor.title,
        kind="floor",
        mode=Mode.ENFORCE,
        outcome=Outcome.NOT_APPLICABLE,
        references=floor.references,
    )
    return _judge(
        outcome,
        floor.cause,
        lambda: tuple(floor.judge(case, policy)) if floor.applies(case) else None,
    )


def judge_rule(rule: Rule, case: Case) -> Judged:
    """Judge one rule of the policy; an exception in it blocks where it is enforced."""
    outcome = RuleOutcome(
        rule_id=rule.rule_id,
        title=rule.title,
        kind=rule.kind,
        mode=Mode.ENFORCE,
        outcome=Outcome.NOT_APPLICABLE,
        references=rule.references,
        requester_help=rule.requester_help,
    )
    try:
        outcome = replace(outcome, mode=rule.mode(case))
        if not rule.in_force(case):
            outcome = replace(outcome, outcome=Outcome.NOT_IN_FORCE)
            return Judged(outcome=outcome, cause=rule.cause)
        applies = outcome.mode is not Mode.OFF and rule.applies(case)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, it is not a pass
        return _failed(outcome, error)
    return _judge(outcome, rule.cause, lambda: rule.judge(case) if applies else None)


def _judge(
    outcome: RuleOutcome, cause: BlockCause, judge: Callable[[], tuple[Finding, ...] | None]
) -> Judged:
    try:
        findings = judge()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, it is not a pass
        return _failed(outcome, error)
    if findings is None:
        return Judged(outcome=outcome, cause=cause)
    kept = findings[:MOST_FINDINGS]
    if len(findings) > len(kept):
        kept = (*kept, _rest(findings[len(kept) :]))
    sourced = tuple(replace(found, source=found.source or outcome.rule_id) for found in kept)
    if sourced and all(found.code in FAILURES for found in sourced):
        cause = BlockCause.GATE_FAILURE
    became = Outcome.FAIL if sourced else Outcome.PASS
    return Judged(outcome=replace(outcome, outcome=became, findings=sourced), cause=cause)


def _rest(findings: tuple[Finding, ...]) -> Finding:
    """One finding for many, so that no certificate can make an answer too large to send."""
    return Finding(
        code="gate.more_findings",
        severity=max(found.severity for found in findings),
        message=f"and {len(findings)} more",
    )


def _failed(outcome: RuleOutcome, error: Exception) -> Judged:
    finding = Finding(
        code="gate.rule_failed",
        severity=Severity.FATAL,
        message=f"could not be judged: {type(error).__name__}: {error}",
        source=outcome.rule_id,
    )
    failed = replace(outcome, outcome=Outcome.ERROR, findings=(finding,))
    return Judged(outcome=failed, cause=BlockCause.GATE_FAILURE)
