"""Kinds that judge validations, on both sides of every limit and date."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.errors import ConfigError
from gate.model import Case
from tests.policy.bundles import POLICY, loaded
from tests.policy.judging import NOW, case, facts, messages, rule, validation

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
LIFE = timedelta(seconds=60)
"""How long a release of `case` could be used."""
SUNSET = datetime(2027, 3, 15, tzinfo=UTC)
SINGLE = ("3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6", "3.2.2.4.7, 3.2.2.4.16, 3.2.2.4.19, 3.2.2.5.6")


def resting(name: str, *, at: datetime = NOW, lasting: float = 60, **changes: Any) -> Case:
    """A case that rests on one validation."""
    relied_on = validation(**{"name": name, **changes})
    return case(identifiers=(facts(name, relied_on=relied_on),), at=at, lasting=lasting)


def test_identifiers_with_a_good_validation_pass() -> None:
    good = case("www.plovidba.hr", "*.plovidba.hr", "185.60.21.40")
    assert rule("validated").judge(good) == ()
    assert rule("age").judge(good) == ()


def test_why_a_validation_is_missing_is_told_plainly() -> None:
    missing = case(
        identifiers=(
            facts("a.hr", at=0),
            facts("b.hr", others=True, at=1),
            facts("c.hr", candidates=[validation("c.hr", method="3.2.2.4.8")], at=2),
            facts("d.hr", candidates=[validation("d.hr")], at=3),
            facts("e.hr", relied_on=validation("e.hr", method="3.2.2.4.8"), at=4),
        )
    )
    found = rule("validated").judge(missing)
    assert [(finding.code, finding.message) for finding in found] == [
        ("policy.identifiers_validated.never", "`dns a.hr` was never validated"),
        (
            "policy.identifiers_validated.other_applicant",
            "`dns b.hr` was validated only for other applicants, not for this one",
        ),
        (
            "policy.identifiers_validated",
            (
                "`dns c.hr` has no validation that can be relied on: of the newest, "
                "method `3.2.2.4.8` is not allowed"
            ),
        ),
        (
            "policy.identifiers_validated",
            "`dns d.hr` has no validation that can be relied on, for reasons other rules give",
        ),
        (
            "policy.identifiers_validated",
            (
                "`dns e.hr` rests on a validation that does not count: "
                "method `3.2.2.4.8` is not allowed"
            ),
        ),
    ]
    assert [finding.location for finding in found] == [f"subject_alt_name[{at}]" for at in range(5)]


def test_without_a_validation_there_is_no_age_to_be_good_enough() -> None:
    assert messages(rule("age"), case(identifiers=(facts("a.hr"),))) == [
        "`dns a.hr` was never validated"
    ]


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("www.plovidba.hr", {}, None),
        ("www.plovidba.hr", {"domain": "plovidba.hr"}, None),
        ("*.plovidba.hr", {}, None),
        ("www.plovidba.hr", {"method": "3.2.2.4.19"}, None),
        (
            "*.plovidba.hr",
            {"method": "3.2.2.4.19"},
            "method `3.2.2.4.19` cannot cover wildcard names",
        ),
        (
            "www.plovidba.hr",
            {"method": "3.2.2.4.19", "domain": "plovidba.hr"},
            "method `3.2.2.4.19` covers `plovidba.hr` alone, and no name below it",
        ),
        (
            "www.plovidba.hr",
            {"method": "3.2.2.5.6"},
            "method `3.2.2.5.6` is none for identifiers of type `dns`",
        ),
        (
            "185.60.21.40",
            {"method": "3.2.2.4.7"},
            "method `3.2.2.4.7` is none for identifiers of type `ip`",
        ),
        (
            "www.plovidba.hr",
            {"method": "by\nhand"},
            "method `by\\nhand` is none for identifiers of type `dns`",
        ),
        ("www.plovidba.hr", {"method": "3.2.2.4.4"}, "method `3.2.2.4.4` is not allowed"),
    ],
)
def test_a_validation_counts_if_its_method_reaches_the_identifier(
    name: str, changes: dict[str, Any], reason: str | None
) -> None:
    judged = rule("validated", *SINGLE)
    asked = resting(name, **changes)
    record = asked.identifiers[0].relied_on
    assert record is not None
    assert judged.refuses(record.evidence, asked.identifiers[0], asked) == reason
    assert bool(judged.judge(asked)) == bool(reason)


@pytest.mark.parametrize(
    ("at", "lasting", "allowed"),
    [
        (SUNSET - 61 * SECOND, 60, True),
        (SUNSET - 60 * SECOND, 60, False),
        (SUNSET - SECOND, 0, True),
        (SUNSET, 0, False),
    ],
)
def test_a_method_ends_with_the_last_moment_at_which_a_release_could_be_used(
    at: datetime, lasting: float, *, allowed: bool
) -> None:
    found = messages(
        rule("validated"), resting("a.hr", method="3.2.2.4.16", at=at, lasting=lasting)
    )
    reason = "method `3.2.2.4.16` is not allowed now"
    text = f"`dns a.hr` rests on a validation that does not count: {reason}"
    assert found == ([] if allowed else [text])


def test_before_the_first_date_nothing_is_shown_to_be_right() -> None:
    early = datetime(2026, 3, 15, tzinfo=UTC) - SECOND
    with pytest.raises(ConfigError, match="the schedule begins on 2026-03-15"):
        rule("validated").judge(resting("a.hr", at=early))


@pytest.mark.parametrize(
    ("age", "good"),
    [
        (timedelta(), True),
        (10 * DAY - LIFE, True),
        (10 * DAY - LIFE + SECOND, False),
        (-SECOND, False),
    ],
)
@pytest.mark.parametrize("clock", ["initiated_at", "oldest_datum_at"])
def test_a_validation_is_good_up_to_the_limit(clock: str, age: timedelta, *, good: bool) -> None:
    other = "oldest_datum_at" if clock == "initiated_at" else "initiated_at"
    moment = NOW - age
    moments: dict[str, Any] = {clock: moment, other: max(moment, NOW - SECOND)}
    asked = resting("a.hr", **moments)
    assert (rule("age").judge(asked) == ()) == good


def test_an_age_is_told_with_the_day_on_which_it_ended() -> None:
    old = resting("a.hr", initiated_at=datetime(2026, 11, 1, 8, tzinfo=UTC))
    coming = resting("a.hr", initiated_at=NOW + DAY, oldest_datum_at=NOW + DAY)
    prefix = "`dns a.hr` rests on a validation that does not count: it counts from"
    assert messages(rule("age"), old, coming) == [
        f"{prefix} 2026-11-01 08:00:00 UTC and ended on 2026-11-11 08:00:00 UTC",
        f"{prefix} 2026-11-24 12:00:00 UTC, which is still to come",
    ]


@pytest.mark.parametrize(
    ("at", "lasting", "good"),
    [
        (SUNSET - 61 * SECOND, 60, True),
        (SUNSET - 60 * SECOND, 60, False),
        (SUNSET, 60, False),
    ],
)
def test_the_shorter_limit_holds_where_a_release_reaches_its_date(
    at: datetime, lasting: float, *, good: bool
) -> None:
    dated = POLICY.replace("max_age: {days: 10}", "max_age: {schedule: validity}")
    dated = dated.replace("2029-03-15, days: 46", "2029-03-15, days: 10").replace(
        "days: 99", "days: 98"
    )
    stepped = next(rule for rule in loaded(policy=dated).rules if rule.rule_id == "age")
    begun = at - 99 * DAY
    asked = resting("a.hr", at=at, lasting=lasting, initiated_at=begun, oldest_datum_at=begun)
    assert (stepped.judge(asked) == ()) == good


def test_only_the_types_of_identifier_that_a_rule_names_are_judged() -> None:
    parts = POLICY.split("\n  - ")
    of_both = [part for part in parts if "[dns, ip]" in part]
    for_dns = [part.replace("[dns, ip]", "[dns]").replace(", 3.2.2.5.6", "") for part in of_both]
    for_ip = [
        part.replace("[dns, ip]", "[ip]")
        .replace("3.2.2.4.7, 3.2.2.4.16, ", "")
        .replace("3.2.2.4.7, ", "")
        .replace("\n", "-ip\n", 1)
        for part in of_both
    ]
    others = [part for part in parts if part not in of_both]
    rules = loaded(policy="\n  - ".join([*others, *for_dns, *for_ip]).rstrip() + "\n").rules
    unvalidated = case(identifiers=(facts("a.hr"), facts("1.2.3.4")))
    found = {
        rule.rule_id: messages(rule, unvalidated)
        for rule in rules
        if rule.rule_id[:3] in {"val", "age"}
    }
    del found["validity"]
    assert found == {
        "validated": ["`dns a.hr` was never validated"],
        "validated-ip": ["`ip 1.2.3.4` was never validated"],
        "age": ["`dns a.hr` was never validated"],
        "age-ip": ["`ip 1.2.3.4` was never validated"],
    }
    other_type = {
        rule.rule_id: rule.refuses(validation("1.2.3.4").evidence, facts("1.2.3.4"), unvalidated)
        for rule in rules
    }
    assert other_type["validated"] is None
    assert other_type["age"] is None


def test_other_kinds_refuse_no_validation() -> None:
    asked = case()
    record = validation(method="9.9")
    for rule_id in ("granted", "environment", "purpose", "addresses", "names", "linters"):
        assert rule(rule_id).refuses(record.evidence, asked.identifiers[0], asked) is None
