"""What of one decision comes out otherwise under a candidate: the verdict, and rule by rule."""

from collections.abc import Iterator

from gate.model import Decision, Mode, Outcome, RuleOutcome, Verdict
from gate.record import RuleDifference, ShadowCounts, Tally
from gate.record.shadow_counts import NONE

_FAILED = frozenset({Outcome.FAIL, Outcome.ERROR})


def differences(decision_id: str, active: Decision, candidate: Decision) -> ShadowCounts:
    """The decision as the active policy made it, held against the candidate's of the same case."""
    one = Tally.of(decision_id)
    was, now = active.policy_verdict, candidate.policy_verdict
    rules = tuple(_rules(one, active, candidate))
    return ShadowCounts(
        judged=1,
        differing=one if was is not now or any(rule.differs for rule in rules) else NONE,
        newly_blocked=one if (was, now) == (Verdict.RELEASE, Verdict.BLOCK) else NONE,
        newly_released=one if (was, now) == (Verdict.BLOCK, Verdict.RELEASE) else NONE,
        rules=rules,
    )


def _rules(one: Tally, active: Decision, candidate: Decision) -> Iterator[RuleDifference]:
    """The rules and floors that differ, and those that only one of the policies has, by id."""
    then = {rule.rule_id: rule for rule in active.rules}
    now = {rule.rule_id: rule for rule in candidate.rules}
    for rule_id in sorted(then.keys() | now.keys()):
        before, after = then.get(rule_id), now.get(rule_id)
        failed, fails = _failing_mode(before), _failing_mode(after)
        if failed is fails and before is not None and after is not None:
            continue
        yield RuleDifference(
            rule_id=rule_id,
            active=before.mode if before else None,
            candidate=after.mode if after else None,
            newly_fails=one if fails and not failed else NONE,
            no_longer_fails=one if failed and not fails else NONE,
            fails_otherwise=one if failed and fails and failed is not fails else NONE,
        )


def _failing_mode(rule: RuleOutcome | None) -> Mode | None:
    """The mode in which a rule failed; None where it did not, or is not there."""
    return rule.mode if rule is not None and rule.outcome in _FAILED else None
