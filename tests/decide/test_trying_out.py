"""A rule that is tried out changes nothing, whatever it says; a stale list shows nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.decide import decide
from gate.model import BlockCause, Case, Decision, Finding, Mode, Outcome, Severity, Verdict
from gate.policy import Policy, Rule
from gate.policy.differences import Difference
from gate.policy.requirement import Requirement
from gate.policy.rule import AHEAD, When
from gate.policy.schedule import Dated
from tests.cases import case, validation
from tests.decide.judging import SECOND, SHIPPED
from tests.pki import NOW

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Refusing(Requirement):
    """Never met, or not even judged."""

    kind = "refusing"

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def judge(self, case: Case) -> tuple[Finding, ...]:
        if self._error:
            raise self._error
        return (Finding(code="policy.refusing", severity=Severity.FATAL, message="no"),)

    def in_words(self) -> str:
        raise NotImplementedError

    def differences(self, older: Requirement) -> tuple[Difference, ...]:
        raise NotImplementedError


def ruling(
    requirement: Requirement,
    *,
    starts: datetime | None = None,
    ladder: tuple[Dated[Mode], ...] = (Dated(LONG_AGO, Mode.ENFORCE),),
) -> Rule:
    return Rule(
        rule_id="added",
        title="added",
        requirement=requirement,
        when=When(),
        ladder=ladder,
        starts=starts,
        ends=None,
        references=(),
        requester_help="",
        exceptable=False,
    )


def with_rule(rule: Rule) -> Policy:
    return replace(SHIPPED, rules=(*SHIPPED.rules, rule))


def outcome(decision: Decision, rule_id: str = "added") -> tuple[Mode, Outcome]:
    (found,) = (rule for rule in decision.rules if rule.rule_id == rule_id)
    return found.mode, found.outcome


starts = st.integers(-40 * 86_400, 40 * 86_400).map(lambda seconds: NOW + seconds * SECOND)
near = st.integers(-70, 70).map(lambda seconds: NOW + seconds * SECOND)
edges = st.sampled_from([NOW + AHEAD + delta * SECOND for delta in (-1, 0, 1, 59, 60, 61)])


@settings(max_examples=100, deadline=None)
@given(starts | near | edges, st.booleans(), st.sampled_from([None, ValueError("broken")]))
def test_a_rule_that_is_to_come_never_changes_the_verdict(
    start: datetime,
    by_ladder: bool,  # noqa: FBT001 - drawn
    error: Exception | None,
) -> None:
    rule = (
        ruling(Refusing(error), ladder=(Dated(start, Mode.ENFORCE),))
        if by_ladder
        else ruling(Refusing(error), starts=start)
    )
    asked = case()
    without, decision = decide(asked, SHIPPED), decide(asked, with_rule(rule))
    mode, became = outcome(decision)
    failed = Outcome.ERROR if error else Outcome.FAIL
    assert without.verdict is Verdict.RELEASE
    if start <= asked.release_ends:
        assert (decision.verdict, mode, became) == (Verdict.BLOCK, Mode.ENFORCE, failed)
    else:
        assert (decision.verdict, decision.cause) == (Verdict.RELEASE, BlockCause.NONE)
        off = Outcome.NOT_APPLICABLE if by_ladder else Outcome.NOT_IN_FORCE
        tried_out = start <= asked.at + AHEAD
        assert (mode, became) == ((Mode.DRY_RUN, failed) if tried_out else (Mode.OFF, off))


@pytest.mark.parametrize("start", [None, NOW + timedelta(days=7)])
def test_what_is_tried_out_chooses_its_own_validation(start: datetime | None) -> None:
    dry = (Dated(LONG_AGO, Mode.DRY_RUN if start is None else Mode.ENFORCE),)
    asked = case(
        validations=[
            validation("www.plovidba.hr", age=timedelta(days=3)),
            validation("www.plovidba.hr", age=timedelta(days=20)),
        ]
    )
    ages: list[timedelta] = []

    class Watching(Requirement):
        kind = "watching"

        def judge(self, case: Case) -> tuple[Finding, ...]:
            relied_on = case.identifiers[0].relied_on
            assert relied_on is not None
            ages.append(case.at - relied_on.evidence.completed_at)
            return ()

        def in_words(self) -> str:
            raise NotImplementedError

        def differences(self, older: Requirement) -> tuple[Difference, ...]:
            raise NotImplementedError

    class Choosy(Watching):
        def refuses(self, validation: object, facts: object, case: Case) -> str | None:
            return "too new" if validation is newest else None

    newest = asked.identifiers[0].candidates[0].evidence
    choosy = ruling(Choosy(), starts=start, ladder=dry)
    watching = replace(ruling(Watching()), rule_id="watching")
    policy = replace(SHIPPED, rules=(*SHIPPED.rules, choosy, watching))
    assert decide(asked, policy).verdict is Verdict.RELEASE
    assert ages == [timedelta(days=20), timedelta(days=3)]


STALE = datetime(2028, 6, 1, tzinfo=UTC)


def of_rule(decision: Decision, rule_id: str) -> str:
    (found,) = (rule for rule in decision.rules if rule.rule_id == rule_id)
    return " ".join(finding.message for finding in found.findings)


def test_a_stale_list_blocks_as_a_failure_of_the_gate() -> None:
    decision = decide(case(at=STALE, fields={"days": 40}), SHIPPED)
    wrong = {
        rule.rule_id for rule in decision.rules if rule.outcome in {Outcome.ERROR, Outcome.FAIL}
    }
    assert wrong == {"no-special-purpose-address", "no-reserved-name"}
    assert (decision.verdict, decision.cause) == (Verdict.BLOCK, BlockCause.GATE_FAILURE)
    assert of_rule(decision, "no-reserved-name") == (
        "could not be judged: Refused: the list `reserved-names` is of 2026-11-01 and must not be "
        "older than 400 days: its owner, `the CA's compliance department`, has to renew it"
    )


@pytest.mark.parametrize("mode", [Mode.WARN, Mode.DRY_RUN])
def test_a_stale_list_blocks_nothing_where_its_rule_does_not(mode: Mode) -> None:
    rules = tuple(
        replace(rule, ladder=(Dated(LONG_AGO, mode),)) if rule.lists else rule
        for rule in SHIPPED.rules
    )
    decision = decide(case(at=STALE, fields={"days": 40}), replace(SHIPPED, rules=rules))
    assert decision.verdict is Verdict.RELEASE
    assert outcome(decision, "no-reserved-name") == (mode, Outcome.ERROR)
