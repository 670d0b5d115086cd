"""What of a decision comes out otherwise, rule by rule."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model import Decision, Mode, Outcome, RuleOutcome, Verdict
from gate.record import RuleDifference, ShadowCounts, Tally
from gate.rollout.differences import differences
from tests.log import decision, request

ONE = Tally.of("decision-1")
OTHER_VERDICT = {Verdict.RELEASE: Verdict.BLOCK, Verdict.BLOCK: Verdict.RELEASE}
MODES = st.sampled_from([Mode.ENFORCE, Mode.WARN, Mode.DRY_RUN, Mode.OFF])


def rule(mode: Mode, outcome: Outcome, rule_id: str = "a") -> RuleOutcome:
    return RuleOutcome(rule_id=rule_id, title="t", kind="k", mode=mode, outcome=outcome)


def decided(*rules: RuleOutcome, verdict: Verdict = Verdict.RELEASE) -> Decision:
    made = decision(request())
    return replace(made, rules=rules, policy_verdict=verdict, verdict=verdict)


def compared(was: RuleOutcome | None, now: RuleOutcome | None) -> RuleDifference | None:
    then = decided(*([was] if was else []))
    after = decided(*([now] if now else []))
    rules = differences("decision-1", then, after).rules
    return rules[0] if rules else None


@pytest.mark.parametrize("failed", [Outcome.FAIL, Outcome.ERROR])
@pytest.mark.parametrize(
    "passed", [Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.NOT_IN_FORCE, Outcome.EXCEPTED]
)
def test_failing_is_new_or_over_whatever_the_mode(failed: Outcome, passed: Outcome) -> None:
    for mode in (Mode.ENFORCE, Mode.WARN, Mode.DRY_RUN):
        newly = compared(rule(mode, passed), rule(mode, failed))
        assert newly == RuleDifference(rule_id="a", active=mode, candidate=mode, newly_fails=ONE)
        over = compared(rule(mode, failed), rule(mode, passed))
        assert over == RuleDifference(rule_id="a", active=mode, candidate=mode, no_longer_fails=ONE)
        assert compared(rule(mode, failed), rule(mode, failed)) is None


def test_failing_in_another_mode_is_a_difference() -> None:
    found = compared(rule(Mode.WARN, Outcome.FAIL), rule(Mode.ENFORCE, Outcome.FAIL))
    assert found is not None
    assert (found.fails_otherwise, found.newly_fails) == (ONE, Tally())
    assert (found.active, found.candidate, found.differs) == (Mode.WARN, Mode.ENFORCE, True)


def test_passing_in_another_mode_or_for_another_reason_is_none() -> None:
    assert compared(rule(Mode.WARN, Outcome.PASS), rule(Mode.ENFORCE, Outcome.PASS)) is None
    found = compared(rule(Mode.OFF, Outcome.NOT_IN_FORCE), rule(Mode.ENFORCE, Outcome.EXCEPTED))
    assert found is None


def test_a_rule_that_one_policy_lacks_is_told_also_where_it_passes() -> None:
    new = compared(None, rule(Mode.WARN, Outcome.PASS))
    assert new == RuleDifference(rule_id="a", active=None, candidate=Mode.WARN)
    assert not new.differs
    gone = compared(rule(Mode.ENFORCE, Outcome.FAIL), None)
    assert gone is not None
    assert (gone.candidate, gone.no_longer_fails) == (None, ONE)


RULES = st.lists(
    st.builds(rule, MODES, st.sampled_from(Outcome), st.sampled_from("abcd")),
    unique_by=lambda each: each.rule_id,
)
DECISIONS = st.builds(
    lambda rules, verdict: decided(*rules, verdict=verdict),
    RULES,
    st.sampled_from([Verdict.RELEASE, Verdict.BLOCK]),
)


@given(DECISIONS, DECISIONS)
def test_turned_around_what_is_new_is_over(then: Decision, now: Decision) -> None:
    there = differences("decision-1", then, now)
    back = differences("decision-1", now, then)
    assert (there.newly_blocked, there.newly_released) == (
        back.newly_released,
        back.newly_blocked,
    )
    assert there.differing == back.differing
    for one, other in zip(there.rules, back.rules, strict=True):
        assert (one.active, one.candidate) == (other.candidate, other.active)
        assert one.newly_fails == other.no_longer_fails
        assert one.fails_otherwise == other.fails_otherwise


@given(DECISIONS)
def test_a_decision_does_not_differ_from_itself(made: Decision) -> None:
    same = replace(made, tbs_sha256=sha256(b"another").digest())
    assert differences("decision-1", made, same) == ShadowCounts(judged=1)


@given(DECISIONS)
def test_another_verdict_alone_is_a_difference(made: Decision) -> None:
    other = replace(made, policy_verdict=OTHER_VERDICT[made.policy_verdict])
    counts = differences("decision-1", made, other)
    assert (counts.differing, counts.rules, counts.fine) == (ONE, (), False)
