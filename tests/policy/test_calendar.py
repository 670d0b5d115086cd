"""The calendar has every date of a policy, and those of the floors."""

from datetime import UTC, datetime, timedelta

from gate.baseline import MAX_VALIDATION_AGE, MAX_VALIDITY, METHODS
from gate.policy import Policy
from gate.policy.calendar import Coming, calendar
from tests.policy.bundles import loaded, policy_with

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SMALL = loaded()


def told(policy: Policy, rule_id: str) -> list[tuple[str, str]]:
    coming = calendar(policy, since=NOW)
    return [(f"{each.at:%Y-%m-%d}", each.what) for each in coming if rule_id in each.rules]


def test_steps_of_schedules_and_methods_come_with_their_rules() -> None:
    assert told(SMALL, "validity") == [
        ("2027-03-15", "the validity period is at most 99 days, both ends counted"),
        ("2029-03-15", "the validity period is at most 46 days, both ends counted"),
    ]
    assert told(SMALL, "validated") == [
        ("2027-03-15", "validation methods no longer allowed: 3.2.2.4.16")
    ]


def test_rules_that_share_a_change_are_told_together() -> None:
    keys = "kind: validity_at_most, mode: enforce, max: {schedule: validity}"
    again = f"  - {{id: again, title: t, {keys}}}\n  - {{id: order,"
    policy = loaded(policy=policy_with("  - {id: order,", again))
    (first, *_) = [each for each in calendar(policy, since=NOW) if "again" in each.rules]

    assert first.rules == ("validity", "again")


def test_modes_starts_and_ends_come_with_their_trial() -> None:
    order = "{id: order, title: t, kind: order_matches, mode: enforce}"
    new = order.replace("enforce", "enforce, starts: 2027-01-31, ends: 2028-01-01")

    assert told(loaded(policy=policy_with(order, new)), "order") == [
        ("2027-01-01", "begins to be tried out as a dry run, 30 days before `enforce`"),
        ("2027-01-31", "mode becomes `enforce`, it was `off`"),
        ("2028-01-01", "mode becomes `off`, it was `enforce`"),
    ]


def test_a_list_that_grows_too_old_is_told() -> None:
    place = "lists/words.txt, of: word}"
    policy = loaded(policy=policy_with(place, f"{place[:-1]}, greatest_age: {{days: 60}}}}"))

    ((day, what),) = told(policy, "words")
    assert day == "2026-12-31"
    assert what.startswith("the list `some-words` of 2026-11-01 is too old")


def test_every_date_of_the_baseline_comes() -> None:
    dates = {each.at for each in calendar(SMALL, since=NOW) if not each.rules}
    steps = {step.start for step in (*MAX_VALIDITY, *MAX_VALIDATION_AGE)}
    ends = {method.until for method in METHODS.values() if method.until}

    assert dates == {date for date in steps | ends if date >= NOW}


def test_a_stretch_of_time_has_its_first_moment_and_not_its_last() -> None:
    day = datetime(2027, 3, 15, tzinfo=UTC)

    def dates(since: datetime, until: datetime) -> set[datetime]:
        return {each.at for each in calendar(SMALL, since=since, until=until)}

    assert dates(day, day + timedelta(seconds=1)) == {day}
    assert dates(day - timedelta(days=1), day) == set()
    assert dates(day + timedelta(seconds=1), day + timedelta(days=30)) == set()


def test_the_calendar_is_in_order() -> None:
    coming = calendar(SMALL, since=NOW)

    assert [each.at for each in coming] == sorted(each.at for each in coming)
    assert len(coming) == len(set(coming))
    assert all(isinstance(each, Coming) for each in coming)
