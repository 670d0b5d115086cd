"""Exceptions as they are applied: to one rule that failed, and to nothing else."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.baseline import EARLIEST
from gate.decide import decide
from gate.model import (
    Case,
    Decision,
    Finding,
    LinterReport,
    LinterStatus,
    Mode,
    Outcome,
    RuleOutcome,
    Severity,
    Verdict,
)
from gate.policy import Policy, PolicyException
from gate.policy.approvals import Approval
from gate.policy.differences import Difference
from gate.policy.exceptions import ExceptionScope
from gate.policy.requirement import Requirement
from gate.policy.schedule import Dated
from tests import pki
from tests.cases import ACCOUNT, LINTERS, case, identifier, validation
from tests.decide.judging import SHIPPED as WHOLE

SHIPPED = replace(
    WHOLE, rules=tuple(each for each in WHOLE.rules if each.rule_id != "certificate-as-profile")
)
"""Without the rule that lets no organisation into the certificates that these cases are for."""

RULE = "no-placeholder-text"
NAME = "www.plovidba.hr"
DAY = timedelta(days=1)
APPROVALS = tuple(
    Approval(by=name, at=pki.NOW - 2 * DAY, signature=bytes(64)) for name in ("alice", "bob")
)
PLACEHOLDER: dict[str, Any] = {"subject": ((NameOID.ORGANIZATION_NAME, "Test"),)}


def exception(*names: str, rule: str = RULE, **changes: Any) -> PolicyException:
    """An exception in force for these names, or for one."""
    scope = ExceptionScope(identifiers=tuple(identifier(name) for name in names or (NAME,)))
    whole = PolicyException(
        exception_id="EXC-1",
        rule_id=rule,
        scope=scope,
        reason="a company is called so",
        ticket="COMP-1",
        starts=pki.NOW - DAY,
        expires=pki.NOW + DAY,
        requested_by="dana",
        approvals=APPROVALS,
    )
    return replace(whole, **changes)


def placeholder(*names: str) -> Case:
    """A case in which everything is right but the organisation's name."""
    return case(*(names or (NAME,)), fields=PLACEHOLDER)


def judged(what: Case, *exceptions: PolicyException, policy: Policy = SHIPPED) -> Decision:
    return decide(what, replace(policy, exceptions=exceptions))


def outcome(decision: Decision, rule: str = RULE) -> RuleOutcome:
    return next(each for each in decision.rules if each.rule_id == rule)


def test_an_exception_lets_the_failure_of_its_rule_pass_and_says_so() -> None:
    without, with_ = judged(placeholder()), judged(placeholder(), exception())

    assert outcome(without).outcome is Outcome.FAIL
    told = outcome(with_)
    assert (told.outcome, told.exception_id) == (Outcome.EXCEPTED, "EXC-1")
    assert told.findings == outcome(without).findings != ()
    assert not told.blocks


def test_with_it_the_certificate_is_released_and_without_it_not() -> None:
    assert judged(placeholder()).policy_verdict is Verdict.BLOCK
    assert judged(placeholder(), exception()).policy_verdict is Verdict.RELEASE


MISSING: dict[str, PolicyException] = {
    "the rule is another": exception(rule="no-high-risk-name"),
    "the name is another": exception("www.example.hr"),
    "the account is another": exception(
        scope=ExceptionScope(identifiers=(identifier(NAME),), accounts=("somebody",))
    ),
    "it has not begun": exception(starts=pki.NOW + timedelta(seconds=1)),
    "it has expired": exception(expires=pki.NOW),
    "it expires before a release would": exception(expires=pki.NOW + timedelta(seconds=60)),
    "one approval is missing": exception(approvals=APPROVALS[:1]),
    "no approval is there": exception(approvals=()),
    "the last approval is still to come": exception(
        approvals=(APPROVALS[0], replace(APPROVALS[1], at=pki.NOW + DAY))
    ),
}


@pytest.mark.parametrize("why", MISSING)
def test_it_does_nothing_where(why: str) -> None:
    assert judged(placeholder(), MISSING[why]) == judged(placeholder())


def test_it_does_nothing_for_a_rule_that_is_not_exceptable() -> None:
    rules = tuple(replace(rule, exceptable=False) for rule in SHIPPED.rules)
    strict = replace(SHIPPED, rules=rules)
    what = placeholder()
    assert judged(what, exception(), policy=strict) == judged(what, policy=strict)


def test_a_second_name_in_the_certificate_is_not_covered_by_the_first() -> None:
    what = placeholder(NAME, "shop.plovidba.hr")
    assert outcome(judged(what, exception())).outcome is Outcome.FAIL
    both = exception(NAME, "shop.plovidba.hr")
    assert outcome(judged(what, both)).outcome is Outcome.EXCEPTED


def test_a_name_that_only_the_common_name_says_must_be_in_the_scope_too() -> None:
    subject = (*PLACEHOLDER["subject"], (NameOID.COMMON_NAME, "other.plovidba.hr"))
    what = case(NAME, fields={"subject": subject})
    assert outcome(judged(what, exception())).outcome is Outcome.FAIL


def test_of_several_the_first_that_covers_the_case_is_named() -> None:
    expired = exception(exception_id="EXC-0", expires=pki.NOW)
    second = exception(exception_id="EXC-2")
    told = outcome(judged(placeholder(), expired, exception(), second))
    assert told.exception_id == "EXC-1"


@dataclass(frozen=True)
class Saying(Requirement):
    """A requirement that always says the same."""

    kind: ClassVar[str] = "text_absent"
    said: tuple[Finding, ...]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        del case
        if not self.said:
            raise ZeroDivisionError
        return self.said

    def in_words(self) -> str:
        raise NotImplementedError

    def differences(self, older: Requirement) -> tuple[Difference, ...]:
        raise NotImplementedError


def saying(*said: Finding) -> Policy:
    """The shipped policy, whose rule says this; without anything to say, it raises."""
    rules = (
        replace(rule, requirement=Saying(said)) if rule.rule_id == RULE else rule
        for rule in SHIPPED.rules
    )
    return replace(SHIPPED, rules=tuple(rules))


FOUND = Finding(code="policy.text_absent", severity=Severity.ERROR, message="no", source=RULE)
FAILURE = replace(FOUND, code="gate.evidence_unavailable")


@pytest.mark.parametrize(
    ("said", "became"), [((), Outcome.ERROR), ((FOUND, FAILURE), Outcome.FAIL)]
)
def test_what_could_not_be_judged_is_not_excepted(
    said: tuple[Finding, ...], became: Outcome
) -> None:
    told = outcome(judged(placeholder(), exception(), policy=saying(*said)))
    assert (told.outcome, told.exception_id) == (became, "")
    assert told.blocks


def test_an_exception_that_cannot_be_judged_gives_no_leave() -> None:
    unjudged = exception(starts=(pki.NOW - DAY).replace(tzinfo=None))
    assert judged(placeholder(), unjudged) == judged(placeholder())


@pytest.mark.parametrize("mode", [Mode.WARN, Mode.DRY_RUN])
def test_an_exception_counts_in_every_mode(mode: Mode) -> None:
    ladder = (Dated(EARLIEST, mode),)
    rules = tuple(replace(rule, ladder=ladder) for rule in SHIPPED.rules if rule.rule_id == RULE)
    told = outcome(judged(placeholder(), exception(), policy=replace(SHIPPED, rules=rules)))
    assert (told.mode, told.outcome) == (mode, Outcome.EXCEPTED)


@pytest.mark.parametrize("severity", Severity)
def test_what_is_less_than_a_warning_fails_no_rule_and_stays_in_the_decision(
    severity: Severity,
) -> None:
    said = replace(FOUND, severity=severity)
    told = outcome(judged(case(NAME), policy=saying(said)))
    fails = severity >= Severity.WARNING
    assert told.outcome is (Outcome.FAIL if fails else Outcome.PASS)
    assert told.findings == (said,)


@pytest.mark.parametrize("severity", Severity)
def test_of_a_floor_every_finding_is_a_failure(severity: Severity) -> None:
    failure = Finding(code="gate.evidence_unavailable", severity=severity, message="gone")
    decision = judged(replace(case(NAME), failures=(failure,)))
    assert outcome(decision, "floor.evidence").outcome is Outcome.FAIL


laws = settings(max_examples=150, deadline=None)
OPEN = replace(SHIPPED, rules=tuple(replace(rule, exceptable=True) for rule in SHIPPED.rules))
"""A policy that loads nowhere: each of its rules takes exceptions."""

NAMES = (NAME, "*.plovidba.hr", "185.60.21.40", "1.1.1.1", "google.com", "a.b.plovidba.hr")
IDS = sorted({each.rule_id for each in decide(case(NAME), SHIPPED).rules})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    incomplete = LinterReport(name="pkilint", version="1", status=LinterStatus.TIMED_OUT)
    return case(
        *names,
        validations=[validation(name) for name in names if draw(st.booleans())],
        linters=draw(st.sampled_from([LINTERS, LINTERS, (incomplete, *LINTERS[1:])])),
        fields=draw(st.sampled_from([{}, PLACEHOLDER, {"days": 300}])),
        known=draw(st.sampled_from([True, True, False])),
        account=draw(st.sampled_from([ACCOUNT, ACCOUNT, "nobody"])),
    )


@st.composite
def exceptions(draw: st.DrawFn) -> PolicyException:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    return exception(*names, rule=draw(st.sampled_from(IDS)))


@laws
@given(cases(), exceptions())
def test_an_exception_touches_its_own_rule_only_and_of_it_only_a_failure(
    what: Case, given_: PolicyException
) -> None:
    without, with_ = judged(what, policy=OPEN), judged(what, given_, policy=OPEN)

    for before, after in zip(without.rules, with_.rules, strict=True):
        if before == after:
            continue
        assert before.rule_id == given_.rule_id
        assert not before.rule_id.startswith("floor.")
        assert before.outcome is Outcome.FAIL
        assert given_.covers(what)
        assert after == replace(before, outcome=Outcome.EXCEPTED, exception_id=given_.exception_id)


@laws
@given(cases(), st.lists(exceptions(), max_size=4))
def test_no_exception_releases_what_a_floor_blocks(
    what: Case, given_: list[PolicyException]
) -> None:
    decision = judged(what, *given_, policy=OPEN)
    floors = [rule for rule in decision.deciding if rule.rule_id.startswith("floor.")]
    without = judged(what, policy=OPEN).deciding
    assert floors == [rule for rule in without if rule.rule_id.startswith("floor.")]
    assert not floors or decision.policy_verdict is Verdict.BLOCK
