"""Tests of policies are exact: what they do not expect must not come."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.baseline import EARLIEST
from gate.model import Mode, Outcome
from gate.policy import Rule
from gate.policy.schedule import Dated
from gate.workbench.suite import judge, prepare, run_suite
from gate.workbench.suite_files import read_suites
from gate.workbench.suite_files import tests_in as own_tests
from tests.workbench.suites import (
    HEAD,
    TOO_LONG,
    differing,
    entry,
    files,
    policy_of,
    prepared,
    report,
)

UNVALIDATED = "floor.validation, validated, age"
TOO_EARLY = (
    "ends in an error (could not be judged: ConfigError: the schedule begins on 2026-03-15 and "
    "was asked of before)"
)
TOO_LATE = (
    "fails in mode warn (notBefore is 2026-11-23T09:00:00Z, and issued now it must lie from "
    "2026-11-23T10:00:00Z to 2026-11-23T13:00:00Z)"
)
LONG = (
    "fails in mode enforce (the validity period is 17280000 seconds, both ends counted, and 199 "
    "days (17193600 seconds) are allowed)"
)
NEVER = "fails in mode enforce (`dns www.plovidba.hr`: never validated)"
IN_WORDS = entry("verdict: RELEASE, dry_run: [words]", name="2", certificate__subject__o="Test")


def test_a_test_that_expects_what_comes_passes() -> None:
    found = report(TOO_LONG)

    assert found.failures == ()
    assert [result.test.name for result in found.results] == ["the base", "too long"]
    assert found.policy.name == "small"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            entry(certificate__lasts="{days: 200}"),
            [
                "expected RELEASE, got BLOCK",
                f"`validity` {LONG}, and the test does not expect it",
            ],
        ),
        (
            entry("verdict: BLOCK, fails: [validity]", request__order="order-2"),
            ["expected BLOCK, got RELEASE", "`validity` passes, and the test has it in `fails`"],
        ),
        (
            entry("verdict: BLOCK, fails: [validated, age]", validations__0="null"),
            [f"`floor.validation` {NEVER}, and the test does not expect it"],
        ),
        (
            entry("verdict: BLOCK, fails: [floor.issuer]", request__order="order-2"),
            [
                "expected BLOCK, got RELEASE",
                "`floor.issuer` passes, and the test has it in `fails`",
            ],
        ),
        (
            entry("verdict: RELEASE", certificate__starts="{ago: {hours: 3}}"),
            [f"`window` {TOO_LATE}, and the test does not expect it"],
        ),
        (
            entry("verdict: RELEASE, dry_run: [window]", certificate__starts="{ago: {hours: 3}}"),
            [f"`window` {TOO_LATE}, and the test has it in `dry_run`"],
        ),
        (
            entry("verdict: RELEASE, warns: [words]", request__profile="tls-dv"),
            ["`words` does not apply, and the test has it in `warns`"],
        ),
        (
            entry("verdict: BLOCK, fails: [validity]", at="2026-03-14T12:00:00Z"),
            [
                f"`validated` {TOO_EARLY}, and the test does not expect it",
                f"`validity` {TOO_EARLY}, and the test has it in `fails`",
            ],
        ),
    ],
)
def test_what_differs_is_told_rule_by_rule(text: str, told: list[str]) -> None:
    assert differing(text) == told


@pytest.mark.parametrize(
    "text",
    [
        entry("verdict: RELEASE, warns: [window]", certificate__starts="{ahead: {hours: 2}}"),
        entry("verdict: RELEASE, dry_run: [words]", certificate__subject__o="Test"),
        entry("verdict: BLOCK, errors: [validated, validity]", at="2026-03-14T12:00:00Z"),
        entry(f"verdict: BLOCK, fails: [{UNVALIDATED}]", validations__0="null"),
    ],
)
def test_every_kind_of_outcome_can_be_expected(text: str) -> None:
    assert differing(text) == []


def test_a_base_that_is_not_released_fails() -> None:
    found = report(TOO_LONG, head=HEAD.replace("account: alice", "account: eve"))

    assert [result.test.name for result in found.failures] == ["the base", "too long"]
    assert found.failures[0].differences[0] == "expected RELEASE, got BLOCK"
    assert str(found.failures[0].test.where) == "tests/small.test.yaml:7:3: the base"


def test_a_base_with_a_warning_fails_too() -> None:
    late = HEAD.replace("{days: 90}", "{days: 90}\n    starts: {ago: {hours: 3}}")

    assert "the base" in [result.test.name for result in report(TOO_LONG, head=late).failures]


def test_rules_that_no_test_sees_fail_are_told_where_they_stand() -> None:
    found = report(TOO_LONG)

    assert not found.passed
    assert str(found.untested[0]) == ("policy.yaml:20:5: rules > granted: no test sees it fail")
    assert "validity" not in {problem.text.split()[2].strip(":") for problem in found.untested}


def test_a_rule_that_no_test_sees_pass_is_told() -> None:
    dv = HEAD.replace("profile: tls-ov", "profile: tls-dv")
    found = report(TOO_LONG, head=dv)

    told = [problem.text for problem in found.untested if "words" in problem.text]
    assert told == ["rules > words: no test sees it pass and none sees it fail"]


def test_an_error_is_neither_pass_nor_failure() -> None:
    early = entry("verdict: BLOCK, errors: [validated, validity]", at="2026-03-14T12:00:00Z")

    told = [problem.text for problem in report(early).untested]
    assert "rules > validity: no test sees it fail" in told


def test_each_makes_a_test_of_every_value() -> None:
    text = entry(
        f"verdict: BLOCK, fails: [{UNVALIDATED}]",
        more=["each: {validations.0.name: [a.hr, b.hr], }"],
    )

    assert [test.name for test in prepared(text)[1:]] == ["a test: a.hr", "a test: b.hr"]
    assert differing(text) == []


def test_lists_count_as_renewed_where_a_test_says_so() -> None:
    stale = entry("verdict: BLOCK, errors: [addresses]", at="2027-03-01")
    renewed = entry(name="renewed", at="2027-03-01", more=["lists: renewed"])
    given = files(stale, renewed)
    aged = given["policy.yaml"].replace(b"at_least: 2}", b"at_least: 2, greatest_age: {days: 99}}")
    given["policy.yaml"] = aged
    found = run_suite(given, policy_of(given), own_tests(given))

    assert [difference for each in found.failures for difference in each.differences] == []


def test_the_same_files_give_the_same_bytes_and_outcomes() -> None:
    first, second = prepared(TOO_LONG), prepared(TOO_LONG)

    assert first == second
    assert [test.case.request.tbs_certificate for test in first] == [
        test.case.request.tbs_certificate for test in second
    ]


def test_prepared_tests_are_judged_by_any_other_policy() -> None:
    given = files(IN_WORDS)
    policy = policy_of(given)
    tests = prepare(read_suites(own_tests(given)), policy)
    off = (Dated(EARLIEST, Mode.OFF),)
    lax = replace(
        policy,
        rules=tuple(
            replace(rule, ladder=off) if rule.rule_id == "words" else rule for rule in policy.rules
        ),
    )

    assert [result.passed for result in judge(tests, policy)] == [True, True]
    assert [result.passed for result in judge(tests, lax)] == [True, False]
    *_, changed = judge(tests, lax)
    assert changed.differences == ("`words` is off, and the test has it in `dry_run`",)


def test_a_rule_that_is_gone_is_a_difference() -> None:
    given = files(TOO_LONG)
    policy = policy_of(given)
    tests = prepare(read_suites(own_tests(given)), policy)
    without = replace(policy, rules=tuple(r for r in policy.rules if r.rule_id != "validity"))
    (changed,) = [result for result in judge(tests[1:], without) if not result.passed]

    assert "`validity` was not judged, and the test has it in `fails`" in changed.differences


TESTS = (
    TOO_LONG,
    entry("verdict: RELEASE, warns: [window]", name="1", certificate__starts="2026-11-23"),
    IN_WORDS,
    entry("verdict: BLOCK, errors: [validated, validity]", name="3", at="2026-03-14T12:00:00Z"),
    entry(f"verdict: BLOCK, fails: [{UNVALIDATED}]", name="4", validations__0="null"),
)
GIVEN = files(*TESTS)
POLICY = policy_of(GIVEN)
PREPARED = prepare(read_suites(own_tests(GIVEN)), POLICY)


@given(st.permutations(POLICY.rules))
def test_the_order_of_rules_changes_no_result(rules: list[Rule]) -> None:
    shuffled = replace(POLICY, rules=tuple(rules))

    results = tuple(judge(PREPARED, shuffled))

    assert [result.passed for result in results] == [True] * len(PREPARED)
    assert {rule.outcome for result in results for rule in result.decision.rules} >= {
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.ERROR,
    }
