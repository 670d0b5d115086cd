"""Linters are asked for by name, or with the versions that may answer; others have not passed."""

# ruff: noqa: E501 - the lines under test are quoted whole

import pytest

from gate.model import LinterReport, LinterStatus
from gate.policy import Rule
from gate.policy.change import Change
from tests.policy.bundles import bundle, policy_with, problems
from tests.policy.judging import case, rule

LINTERS = "linters: [pkilint, badkeys]\n"
VERSIONS = "linters: {pkilint: {version: '>=0.13'}, badkeys: {}}\n"


def versioned(*versions: str) -> tuple[str, ...]:
    judged = rule("linters", LINTERS, VERSIONS)
    reports = (
        *(
            LinterReport(name="pkilint", version=version, status=LinterStatus.COMPLETED)
            for version in versions
        ),
        LinterReport(name="badkeys", version="?", status=LinterStatus.COMPLETED),
    )
    return tuple(finding.code for finding in judged.judge(case(linters=reports)))


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("0.13", True),
        ("0.13.3", True),
        ("0.14.0rc1", True),
        ("0.12.9", False),
        ("", False),
        ("new", False),
    ],
)
def test_a_report_of_another_version_has_not_passed(version: str, *, good: bool) -> None:
    codes = () if good else ("policy.linter_findings_below.version",)
    assert versioned(version) == codes


def test_each_report_is_of_a_version_that_may_answer() -> None:
    assert versioned("0.13", "0.12") == ("policy.linter_findings_below.version",)


@pytest.mark.parametrize(
    ("linters", "expected"),
    [
        (VERSIONS, ()),
        (
            "linters: {pkilint: {version: '>=0.13'}, badkeys: {}, zlint: {}}\n",
            ("18:54: linters > zlint: no rule has a threshold for `zlint`",),
        ),
        (
            "linters: {pkilint: {version: 0.13}, badkeys: {}}\n",
            (
                (
                    "18:30: linters > pkilint > version: `0.13` does not say which versions; "
                    "write `>=0.13` or `>=0.13, <0.15`"
                ),
            ),
        ),
        (
            "linters: {pkilint: {versions: '>=0.13'}, badkeys: {}}\n",
            (
                "18:21: linters > pkilint > versions: unknown key `versions`; did you mean `version`?",
            ),
        ),
        ("linters: {}\n", ("18:10: linters: must not be empty",)),
        (
            "linters: [pkilint, badkeys, pkilint]\n",
            ("18:10: linters: `pkilint` stands twice",),
        ),
    ],
)
def test_linters_are_names_or_each_with_its_versions(
    linters: str, expected: tuple[str, ...]
) -> None:
    told = problems(bundle(policy=policy_with(LINTERS, linters)))
    assert told == tuple(f"policy.yaml:{line}" for line in expected)


PLAIN, VERSIONED = rule("linters"), rule("linters", LINTERS, VERSIONS)
NEWER = rule("linters", LINTERS, VERSIONS.replace("0.13", "0.14"))


@pytest.mark.parametrize(
    ("new", "old", "change"),
    [
        (VERSIONED, VERSIONED, Change.SAME),
        (VERSIONED, PLAIN, Change.STRICTER),
        (PLAIN, VERSIONED, Change.LOOSER),
        (NEWER, VERSIONED, Change.UNCLEAR),
    ],
)
def test_a_change_of_versions_is_known_for_what_it_is(new: Rule, old: Rule, change: Change) -> None:
    assert new.requirement.compared(old.requirement) is change


def test_thresholds_and_versions_are_told_in_words() -> None:
    told = rule("linters", LINTERS, VERSIONS).requirement.in_words()
    assert told == (
        "Linter badkeys reports nothing of severity error or worse and linter pkilint >=0.13 "
        "reports nothing of severity error or worse."
    )
