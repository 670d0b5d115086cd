"""The numbers and dates of the Baseline Requirements, at both sides of each step."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from gate.baseline import (
    MAX_VALIDATION_AGE,
    MAX_VALIDITY,
    METHODS,
    RESERVED_PREFIXES,
    limit_at,
    public_suffix,
)

SECOND = timedelta(seconds=1)
DAYS = {
    datetime(2026, 3, 15, tzinfo=UTC): (398, 200, 398, 200),
    datetime(2027, 3, 15, tzinfo=UTC): (200, 100, 200, 100),
    datetime(2029, 3, 15, tzinfo=UTC): (100, 47, 100, 10),
}


@pytest.mark.parametrize("date", DAYS)
def test_limits_change_at_midnight_utc(date: datetime) -> None:
    before, after, age_before, age_after = DAYS[date]

    assert limit_at(MAX_VALIDITY, date - SECOND, date - SECOND).days == before
    assert limit_at(MAX_VALIDITY, date, date).days == after
    assert limit_at(MAX_VALIDATION_AGE, date - SECOND, date - SECOND).days == age_before
    assert limit_at(MAX_VALIDATION_AGE, date, date).days == age_after


@pytest.mark.parametrize("date", DAYS)
def test_a_release_that_lives_into_a_step_is_under_the_stricter_limit(date: datetime) -> None:
    start = date - timedelta(seconds=30)

    assert limit_at(MAX_VALIDITY, start, date) == limit_at(MAX_VALIDITY, date, date)


@pytest.mark.parametrize(
    ("section", "last_day"),
    [
        ("3.2.2.4.8", "2026-03-14"),
        ("3.2.2.4.16", "2027-03-14"),
        ("3.2.2.4.17", "2027-03-14"),
        ("3.2.2.5.2", "2027-03-14"),
        ("3.2.2.5.3", "2027-03-14"),
        ("3.2.2.5.5", "2027-03-14"),
        ("3.2.2.4.4", "2028-03-14"),
        ("3.2.2.4.13", "2028-03-14"),
        ("3.2.2.4.14", "2028-03-14"),
    ],
)
def test_a_method_ends_with_its_last_day(section: str, last_day: str) -> None:
    end = datetime.fromisoformat(last_day).replace(tzinfo=UTC) + timedelta(days=1)

    assert METHODS[section].permitted(end - SECOND)
    assert not METHODS[section].permitted(end)


@pytest.mark.parametrize(
    "section", ["3.2.2.4.1", "3.2.2.4.2", "3.2.2.4.11", "3.2.2.4.15", "3.2.2.5.4"]
)
def test_a_retired_method_is_not_in_the_table(section: str) -> None:
    assert section not in METHODS


@pytest.mark.parametrize("section", ["3.2.2.4.8", "3.2.2.4.18", "3.2.2.4.19", "3.2.2.4.20"])
def test_methods_over_http_and_tls_reach_the_one_name_only(section: str) -> None:
    assert not METHODS[section].subdomains
    assert not METHODS[section].wildcards


def test_the_shipped_list_of_special_addresses_has_every_reserved_block() -> None:
    shipped = Path(__file__).resolve().parents[2] / "policies" / "webpki-production" / "lists"
    lines = (shipped / "special-purpose-addresses.txt").read_text().splitlines()
    listed = {line.split("#")[0].strip() for line in lines} - {""}

    assert set(RESERVED_PREFIXES) <= listed
    networks = [ip_network(prefix) for prefix in RESERVED_PREFIXES]
    for prefix in map(ip_network, listed):
        assert any(prefix.version == net.version and prefix.subnet_of(net) for net in networks)  # type: ignore[arg-type]  # of one version


@pytest.mark.parametrize("name", ["com", "hr", "co.uk", "com.hr", "nosuchtld"])
def test_a_public_suffix_is_told(name: str) -> None:
    assert public_suffix(name)


@pytest.mark.parametrize("name", ["example.com", "bbc.co.uk", "blogspot.com", "a.nosuchtld"])
def test_a_registered_name_is_no_public_suffix(name: str) -> None:
    assert not public_suffix(name)
