"""How a requirement's findings become an outcome with its cause."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

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


class Judged(NamedTuple):
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
    _quiet: dict[Outcome, RuleOutcome] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def told(self, became: Outcome, findings: tuple[Finding, ...] = ()) -> RuleOutcome:
        """What became of it; without findings the same value each time, made once."""
        told = None if findings else self._quiet.get(became)
        if told is None:
            told = RuleOutcome(
                rule_id=self.rule_id,
                title=self.title,
                kind="floor",
                mode=Mode.ENFORCE,
                outcome=became,
                findings=findings,
                references=self.references,
            )
            if not findings:
                self._quiet[became] = told
        return told


def judge_floor(floor: Floor, case: Case, policy: Policy) -> Judged:
    """Judge one floor; an exception in it blocks like a finding."""
    try:
        findings = tuple(floor.judge(case, policy)) if floor.applies(case) else None
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a floor, it is not a pass
        return _failed(floor.told, floor.rule_id, error)
    if not findings:
        return Judged(outcome=floor.told(_quiet(findings)), cause=floor.cause)
    return _found(floor.told, floor.cause, findings, source=floor.rule_id, fails_from=LEAST)


def judge_rule(rule: Rule, case: Case, tried_out: Case) -> Judged:
    """Judge one rule of the policy; an exception in it blocks where it is enforced.

    A rule that runs dry looks at the case `tried_out`.
    """
    mode = Mode.ENFORCE
    try:
        mode = rule.mode(case)
        if mode is Mode.OFF:
            became = Outcome.NOT_APPLICABLE if rule.in_force(case) else Outcome.NOT_IN_FORCE
            return Judged(outcome=rule.told(mode, became), cause=rule.cause)
        case = tried_out if mode is Mode.DRY_RUN else case
        findings = rule.judge(case) if rule.applies(case) else None
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, it is not a pass
        return _failed(partial(rule.told, mode), rule.rule_id, error)
    if not findings:
        return Judged(outcome=rule.told(mode, _quiet(findings)), cause=rule.cause)
    told = partial(rule.told, mode)
    return _found(told, rule.cause, findings, source=rule.rule_id, fails_from=FAILS_FROM)


def _quiet(findings: tuple[Finding, ...] | None) -> Outcome:
    """What became of something that found nothing, or was not asked."""
    return Outcome.NOT_APPLICABLE if findings is None else Outcome.PASS


def _found(
    told: Callable[[Outcome, tuple[Finding, ...]], RuleOutcome],
    cause: BlockCause,
    findings: tuple[Finding, ...],
    *,
    source: str,
    fails_from: Severity,
) -> Judged:
    kept = findings[:MOST_FINDINGS]
    if len(findings) > len(kept):
        kept = (*kept, _rest(findings[len(kept) :]))
    sourced = tuple(found if found.source else replace(found, source=source) for found in kept)
    failing = [found for found in sourced if found.severity >= fails_from]
    if failing and all(found.code in FAILURES for found in failing):
        cause = BlockCause.GATE_FAILURE
    became = Outcome.FAIL if failing else Outcome.PASS
    return Judged(outcome=told(became, sourced), cause=cause)


def _rest(findings: tuple[Finding, ...]) -> Finding:
    """One finding for many, so that no certificate can make an answer too large to send."""
    return Finding(
        code="gate.more_findings",
        severity=max(found.severity for found in findings),
        message=f"and {len(findings)} more",
    )


def _failed(
    told: Callable[[Outcome, tuple[Finding, ...]], RuleOutcome], source: str, error: Exception
) -> Judged:
    finding = Finding(
        code="gate.rule_failed",
        severity=Severity.FATAL,
        message=f"could not be judged: {type(error).__name__}: {error}",
        source=source,
    )
    return Judged(outcome=told(Outcome.ERROR, (finding,)), cause=BlockCause.GATE_FAILURE)
