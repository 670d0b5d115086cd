"""Names stand for something, and no policy is looser than the Baseline Requirements."""

# ruff: noqa: E501 - the lines under test are quoted whole

import pytest

from gate.errors import ConfigError
from gate.policy import Site, load
from tests import pki
from tests.policy.bundles import GRANTS, ISSUERS, POLICY, bundle, policy_with, problems

FLOOR = "no policy can loosen it"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "max: {schedule: validity}",
            "max: {schedule: validty}",
            "55:85: rules > validity > max > schedule: no schedule is called `validty`; did you mean `validity`?",
        ),
        (
            "lists: [some-names]",
            "lists: [some-name]",
            "46:13: rules > names > lists > #1: no list is called `some-name`; did you mean `some-names`?",
        ),
        (
            "certificate_types: [ov]",
            "certificate_types: [ev]",
            "52:50: rules > words > when > certificate_types: no profile is left to which the rule applies",
        ),
        (
            "{id: order,",
            "{id: age,",
            "57:10: rules > age > id: the id `age` is already that of rule number 5",
        ),
        (
            "linters: [pkilint, badkeys]",
            "linters: [pkilint, badkeys, zlint]",
            "18:29: linters > #3: no rule has a threshold for `zlint`",
        ),
        (
            "at_least: 2",
            "at_least: 3",
            "10:72: lists > some-addresses > at_least: the list has 2 entries, at least 3 are required",
        ),
        (
            "linters: [pkilint, badkeys]",
            "  unused: [{from: 2026-01-01, days: 1}]\nlinters: [pkilint, badkeys]",
            "18:3: schedules > unused: no rule uses it",
        ),
        (
            "schedules:",
            "  unused: {file: lists/words.txt, of: word}\nschedules:",
            "13:3: lists > unused: no rule uses it",
        ),
        (
            "lists: [some-words]",
            "lists: [some-words]\n    words: [(null)]",
            "55:13: rules > words > words > #1: `(null)` must begin and end with a letter or digit",
        ),
    ],
)
def test_a_name_that_stands_for_nothing_is_told(old: str, new: str, expected: str) -> None:
    assert problems(bundle(policy=policy_with(old, new))) == (f"policy.yaml:{expected}",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("days: 199}", "days: 200}", None),
        (
            "days: 99}",
            "days: 101}",
            f"16:7: schedules > validity > #2: 101 days is more than BR 6.3.2 allows from 2027-03-15 on, which is 100 days: {FLOOR}",
        ),
        (
            "days: 46}",
            "hours: 1129}",
            f"17:7: schedules > validity > #3: 1129 hours is more than BR 6.3.2 allows from 2029-03-15 on, which is 47 days: {FLOOR}",
        ),
        (
            "days: 46}",
            "seconds: 4060801}",
            f"17:7: schedules > validity > #3: 4060801 seconds is more than BR 6.3.2 allows from 2029-03-15 on, which is 47 days: {FLOOR}",
        ),
        (
            "    - {from: 2029-03-15, days: 46}\n",
            "",
            f"16:7: schedules > validity > #2: 99 days is more than BR 6.3.2 allows from 2029-03-15 on, which is 47 days: {FLOOR}",
        ),
        ("from: 2026-03-15, days: 199", "from: 2020-01-01, days: 199", None),
        (
            "max_age: {days: 10}",
            "max_age: {days: 11}",
            f"36:14: rules > age > max_age: 11 days is more than BR 4.2.1 allows from 2029-03-15 on, which is 10 days: {FLOOR}",
        ),
        ("max_age: {days: 10}", "max_age: {hours: 240}", None),
        ("back: {hours: 2}", "back: {hours: 48}", None),
        (
            "ahead: {hours: 1}",
            "ahead: {days: 3}",
            f"56:90: rules > window > ahead: 3 days is more than the 48 hours of BR 7.1.2.7: {FLOOR}",
        ),
        (
            "3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6",
            "3.2.2.4.2, 3.2.2.5.6",
            "29:36: rules > validated > methods > #1 > allow > #1: the BR permit no method `3.2.2.4.2`; did you mean `3.2.2.4.22`?",
        ),
        (
            "{from: 2027-03-15, allow: [3.2.2.4.7, 3.2.2.5.6]}",
            "{from: 2027-03-16, allow: [3.2.2.4.7, 3.2.2.5.6]}",
            "29:47: rules > validated > methods > #1 > allow > #2: the BR permit `3.2.2.4.16` until 2027-03-15: add a step from 2027-03-15 without it",
        ),
        (
            "\n      - {from: 2027-03-15, allow: [3.2.2.4.7, 3.2.2.5.6]}",
            "",
            "29:47: rules > validated > methods > #1 > allow > #2: the BR permit `3.2.2.4.16` until 2027-03-15: add a step from 2027-03-15 without it",
        ),
        (
            "{from: 2027-03-15, allow: [3.2.2.4.7, 3.2.2.5.6]}",
            "{from: 2027-03-14, allow: [3.2.2.4.7, 3.2.2.5.6]}",
            None,
        ),
    ],
)
def test_no_policy_is_looser_than_the_baseline(old: str, new: str, expected: str | None) -> None:
    lines = () if expected is None else (f"policy.yaml:{expected}",)
    assert problems(bundle(policy=policy_with(old, new))) == lines


def test_a_method_is_refused_in_a_rule_that_does_not_judge_its_identifiers() -> None:
    only_dns = policy_with("identifiers: [dns, ip]\n    methods", "identifiers: [dns]\n    methods")
    assert problems(bundle(policy=only_dns))[1:] == (
        (
            "policy.yaml:29:59: rules > validated > methods > #1 > allow > #3: "
            "`3.2.2.5.6` is for type `ip`, which this rule does not judge"
        ),
        (
            "policy.yaml:30:47: rules > validated > methods > #2 > allow > #2: "
            "`3.2.2.5.6` is for type `ip`, which this rule does not judge"
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[SUBSCRIBER]",
            "[AUDIT_DEMO]",
            "3:86: grants > #1 > purposes > #1: `AUDIT_DEMO` can never be granted for the public issuer `public-r1`",
        ),
    ],
)
def test_grants_name_what_there_is(old: str, new: str, expected: str) -> None:
    assert GRANTS.count(old) == 1
    assert problems(bundle(grants=GRANTS.replace(old, new)))[0] == f"grants.yaml:{expected}"


def test_two_issuers_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError, match="two issuers are called `public-r1`"):
        load(bundle(), site=Site(issuers=(*ISSUERS, pki.issuer())))


def test_without_issuers_their_names_are_taken_as_they_are() -> None:
    elsewhere = GRANTS.replace("public-r1", "issuing-ca-3")
    assert problems(bundle(grants=elsewhere)) != ()
    assert load(bundle(grants=elsewhere), site=Site()).version == 7


def test_meanings_are_told_all_at_once_in_the_order_of_the_file() -> None:
    wrong = POLICY.replace("schedule: validity}", "schedule: vality}").replace(
        "days: 10}", "days: 11}"
    )
    told = problems(bundle(policy=wrong, words="test\n"))
    assert [line.split(":")[:2] for line in told] == [
        ["lists/words.txt", "1"],
        ["lists/words.txt", "1"],
        ["lists/words.txt", "1"],
        ["policy.yaml", "36"],
        ["policy.yaml", "55"],
    ]
