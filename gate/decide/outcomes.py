"""How a requirement's findings become an outcome with its cause."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from gate.model import BlockCause, Case, Finding, Mode, Outcome, RuleOutcome, Severity
from gate.policy import Policy, Rule

FAILURES = frozenset(
    {
        "gate.evidence_unavailable",
        "gate.linter_incomplete",
        "gate.rule_failed",
        "policy.linter_findings_below.incomplete",
        "policy.linter_findings_below.missing",
        "policy.linter_findings_below.version",
    }
)
"""Codes of findings that tell of the gate's own failure, not of the certificate."""

FAILS_FROM = Severity.WARNING
"""From which severity on a finding of a rule is a failure; the rest tell of what was let pass.

Of a floor, every finding is a failure.
"""

LEAST = min(Severity)

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
    told = partial(
        RuleOutcome,
        rule_id=floor.rule_id,
        title=floor.title,
        kind="floor",
        mode=Mode.ENFORCE,
        references=floor.references,
    )
    return _judge(
        told,
        floor.cause,
        lambda: tuple(floor.judge(case, policy)) if floor.applies(case) else None,
        source=floor.rule_id,
        fails_from=LEAST,
    )


def judge_rule(rule: Rule, case: Case, tried_out: Case) -> Judged:
    """Judge one rule of the policy; an exception in it blocks where it is enforced.

    A rule that runs dry looks at the case `tried_out`.
    """
    told = partial(
        RuleOutcome,
        rule_id=rule.rule_id,
        title=rule.title,
        kind=rule.kind,
        references=rule.references,
        requester_help=rule.requester_help,
    )
    mode = Mode.ENFORCE
    try:
        mode = rule.mode(case)
        in_force = mode is not Mode.OFF or rule.in_force(case)
        case = tried_out if mode is Mode.DRY_RUN else case
        applies = mode is not Mode.OFF and rule.applies(case)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, it is not a pass
        return _failed(partial(told, mode=mode), rule.rule_id, error)
    if not in_force:
        return Judged(outcome=told(mode=mode, outcome=Outcome.NOT_IN_FORCE), cause=rule.cause)
    return _judge(
        partial(told, mode=mode),
        rule.cause,
        lambda: rule.judge(case) if applies else None,
        source=rule.rule_id,
        fails_from=FAILS_FROM,
    )


def _judge(
    told: Callable[..., RuleOutcome],
    cause: BlockCause,
    judge: Callable[[], tuple[Finding, ...] | None],
    *,
    source: str,
    fails_from: Severity,
) -> Judged:
    try:
        findings = judge()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, it is not a pass
        return _failed(told, source, error)
    if not findings:
        became = Outcome.NOT_APPLICABLE if findings is None else Outcome.PASS
        return Judged(outcome=told(outcome=became), cause=cause)
    kept = findings[:MOST_FINDINGS]
    if len(findings) > len(kept):
        kept = (*kept, _rest(findings[len(kept) :]))
    sourced = tuple(found if found.source else replace(found, source=source) for found in kept)
    failing = [found for found in sourced if found.severity >= fails_from]
    if failing and all(found.code in FAILURES for found in failing):
        cause = BlockCause.GATE_FAILURE
    became = Outcome.FAIL if failing else Outcome.PASS
    return Judged(outcome=told(outcome=became, findings=sourced), cause=cause)


def _rest(findings: tuple[Finding, ...]) -> Finding:
    """One finding for many, so that no certificate can make an answer too large to send."""
    return Finding(
        code="gate.more_findings",
        severity=max(found.severity for found in findings),
        message=f"and {len(findings)} more",
    )


def _failed(told: Callable[..., RuleOutcome], source: str, error: Exception) -> Judged:
    finding = Finding(
        code="gate.rule_failed",
        severity=Severity.FATAL,
        message=f"could not be judged: {type(error).__name__}: {error}",
        source=source,
    )
    outcome = told(outcome=Outcome.ERROR, findings=(finding,))
    return Judged(outcome=outcome, cause=BlockCause.GATE_FAILURE)
