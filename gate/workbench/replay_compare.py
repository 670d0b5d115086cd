"""What differs between a decision on record and the one that is made of the same case now."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from gate.model import Decision, LinterReport, Outcome, RuleOutcome, Verdict
from gate.workbench.replay_report import ReplayReport

_FAILED = frozenset({Outcome.FAIL, Outcome.ERROR})


def compare(
    decision_id: str,
    then: Decision,
    now: Decision,
    accepted: AbstractSet[str],
    report: ReplayReport,
) -> None:
    """Count in the report what became of a recorded decision under another policy."""
    blocked, blocks = _blocking(then), _blocking(now)
    was, is_ = then.policy_verdict, now.policy_verdict
    if (was, is_) == (Verdict.RELEASE, Verdict.BLOCK):
        report.newly_blocked.add(decision_id)
        report.blocking.count_each(blocks, decision_id)
    elif (was, is_) == (Verdict.BLOCK, Verdict.RELEASE):
        report.newly_released.add(decision_id)
        report.releasing.count_each(blocked, decision_id)
        if decision_id not in accepted and not blocked <= accepted:
            report.unaccepted.add(decision_id)
    elif blocked != blocks:
        report.other_reasons.add(decision_id)
        report.blocking_too.count_each(blocks - blocked, decision_id)
        report.blocking_no_more.count_each(blocked - blocks, decision_id)
    report.failing.count_each(_failing(now) - _failing(then) - blocked, decision_id)


def rule_differences(then: Sequence[RuleOutcome], now: Sequence[RuleOutcome]) -> Iterator[str]:
    """Every rule and floor that came out otherwise, and how."""
    recorded = {rule.rule_id: rule for rule in then}
    again = {rule.rule_id: rule for rule in now}
    for rule_id in {**recorded, **again}:
        was, is_ = recorded.get(rule_id), again.get(rule_id)
        if was == is_:
            continue
        if was and is_ and _said(was) == _said(is_):
            yield f"{rule_id}: {_said(was)} with other findings or words"
        else:
            yield f"{rule_id}: {_said(was)} then, {_said(is_)} now"


def lint_changes(then: Sequence[LinterReport], now: Sequence[LinterReport]) -> Iterator[str]:
    """Every finding that a linter has now and had not, or had, and what else it answers now."""
    recorded = {report.name: report for report in then}
    again = {report.name: report for report in now}
    for name in {**recorded, **again}:
        was, is_ = recorded.get(name), again.get(name)
        if was is None or is_ is None:
            yield f"{name}: {'no answer then' if was is None else 'no answer now'}"
            continue
        if was.version != is_.version:
            yield f"{name}: version {was.version} then, {is_.version} now"
        if was.status is not is_.status:
            yield f"{name}: {was.status.value} then, {is_.status.value} now"
        found, finds = _found(was), _found(is_)
        yield from (f"{name}: {each} found now" for each in sorted(finds - found))
        yield from (f"{name}: {each} found no more" for each in sorted(found - finds))


def _blocking(decision: Decision) -> frozenset[str]:
    return frozenset(rule.rule_id for rule in decision.deciding)


def _failing(decision: Decision) -> frozenset[str]:
    """The rules that fail where they are not enforced."""
    return frozenset(
        rule.rule_id for rule in decision.rules if rule.outcome in _FAILED and not rule.blocks
    )


def _said(rule: RuleOutcome | None) -> str:
    return "not judged" if rule is None else f"{rule.outcome.value} ({rule.mode.value})"


def _found(report: LinterReport) -> frozenset[str]:
    return frozenset(f"{each.code} ({each.severity.name.lower()})" for each in report.findings)
