"""A list that is too old shows nothing: what uses it cannot be judged, by the gate's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from gate.errors import Refused
from gate.policy import Rule
from tests.policy.bundles import policy_with
from tests.policy.judging import case, rule

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
AGED = {
    "addresses": ("of: ip-prefix, at_least: 2}", "of: ip-prefix, greatest_age: {days: 30}}"),
    "names": ("of: dns-name}", "of: dns-name, greatest_age: {days: 30}}"),
    "words": ("of: word}", "of: word, greatest_age: {days: 30}}"),
}


def aged(rule_id: str) -> Rule:
    return rule(rule_id, *AGED[rule_id])


@pytest.mark.parametrize("rule_id", AGED)
def test_a_list_serves_while_no_release_outlives_its_age(rule_id: str) -> None:
    last = WRITTEN + 30 * DAY
    assert aged(rule_id).judge(case(at=last - 60 * SECOND, lasting=60)) == ()
    for at, lasting in ((last - 60 * SECOND, 61), (last + SECOND, 0), (last + 400 * DAY, 60)):
        with pytest.raises(Refused):
            aged(rule_id).judge(case(at=at, lasting=lasting))


def test_what_is_wrong_names_the_list_its_day_its_age_and_its_owner() -> None:
    with pytest.raises(Refused) as caught:
        aged("words").judge(case(at=datetime(2027, 1, 1, tzinfo=UTC)))
    assert str(caught.value) == (
        "the list `some-words` is of 2026-11-01 and must not be older than 30 days: its owner, "
        "`tests`, has to renew it"
    )


def test_a_list_without_a_greatest_age_never_goes_stale() -> None:
    assert rule("words").judge(case(at=datetime(2126, 1, 1, tzinfo=UTC))) == ()


def test_only_the_rules_that_use_a_list_go_by_its_age() -> None:
    assert policy_with(*AGED["words"])
    other = rule("names", *AGED["words"])
    assert other.judge(case(at=datetime(2027, 1, 1, tzinfo=UTC))) == ()
    assert [each.name for each in other.lists] == ["some-names"]
