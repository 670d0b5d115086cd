"""What the TLS Baseline Requirements fix by number and date; no policy can loosen it.

Floors judge by these tables, and the policy loader measures limits against them.
A bare date is 00:00:00 UTC (BR 1.6.4). The text read is BR 2.2.6.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gate.model import IdentifierType


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """From this moment on, this limit."""

    start: datetime
    limit: timedelta


EARLIEST = _day(1970, 1, 1)

MAX_VALIDITY = (
    Step(EARLIEST, timedelta(days=398)),
    Step(_day(2026, 3, 15), timedelta(days=200)),
    Step(_day(2027, 3, 15), timedelta(days=100)),
    Step(_day(2029, 3, 15), timedelta(days=47)),
)
"""BR 6.3.2; the time counts inclusively, so notAfter - notBefore is a second less."""

MAX_VALIDATION_AGE = (
    Step(EARLIEST, timedelta(days=398)),
    Step(_day(2026, 3, 15), timedelta(days=200)),
    Step(_day(2027, 3, 15), timedelta(days=100)),
    Step(_day(2029, 3, 15), timedelta(days=10)),
)
"""BR 4.2.1, for domain names and addresses."""

NOT_BEFORE_WINDOW = timedelta(hours=48)
"""BR 7.1.2.7: notBefore lies within this of the signing, before or after."""


def limit_at(steps: tuple[Step, ...], start: datetime, end: datetime) -> timedelta:
    """The strictest limit in force at any moment between `start` and `end`, both included."""
    in_force = [step for step in steps if step.start <= end]
    past = [step for step in in_force if step.start <= start]
    return min(step.limit for step in (past[-1], *in_force[len(past) :]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One validation method: for what, how far it reaches, and until when (exclusive).

    `subdomains`: the proof covers names below the validated one. `wildcards`: it covers
    wildcard names. `max_age` is a limit of the method's own.
    """

    section: str
    identifiers: IdentifierType
    subdomains: bool = False
    wildcards: bool = False
    until: datetime | None = None
    max_age: timedelta | None = None

    def permitted(self, at: datetime) -> bool:
        """Whether a certificate issued at this moment may rest on the method."""
        return self.until is None or at < self.until


def _dns(
    section: str, *, reach: bool, until: datetime | None = None, days: int | None = None
) -> Method:
    age = None if days is None else timedelta(days=days)
    return Method(
        section=section,
        identifiers=IdentifierType.DNS,
        subdomains=reach,
        wildcards=reach,
        until=until,
        max_age=age,
    )


def _ip(section: str, *, until: datetime | None = None, days: int | None = None) -> Method:
    age = None if days is None else timedelta(days=days)
    return Method(section=section, identifiers=IdentifierType.IP, until=until, max_age=age)


METHODS = {
    method.section: method
    for method in (
        _dns("3.2.2.4.4", reach=True, until=_day(2028, 3, 15)),
        _dns("3.2.2.4.7", reach=True),
        _dns("3.2.2.4.8", reach=False, until=_day(2026, 3, 15)),
        _dns("3.2.2.4.12", reach=True),
        _dns("3.2.2.4.13", reach=True, until=_day(2028, 3, 15)),
        _dns("3.2.2.4.14", reach=True, until=_day(2028, 3, 15)),
        _dns("3.2.2.4.16", reach=True, until=_day(2027, 3, 15)),
        _dns("3.2.2.4.17", reach=True, until=_day(2027, 3, 15)),
        _dns("3.2.2.4.18", reach=False),
        _dns("3.2.2.4.19", reach=False),
        _dns("3.2.2.4.20", reach=False),
        _dns("3.2.2.4.21", reach=True),
        _dns("3.2.2.4.22", reach=True, days=10),
        _ip("3.2.2.5.1"),
        _ip("3.2.2.5.2", until=_day(2027, 3, 15)),
        _ip("3.2.2.5.3", until=_day(2027, 3, 15)),
        _ip("3.2.2.5.5", until=_day(2027, 3, 15)),
        _ip("3.2.2.5.6"),
        _ip("3.2.2.5.7"),
        _ip("3.2.2.5.8", days=10),
    )
}
"""BR 3.2.2.4 and 3.2.2.5; a method that is not listed here was never, or is no longer, allowed.

3.2.2.4.2 and .15 ended on 2025-07-15 and are left out like the older ones: their
evidence died on that day.
"""

ACME_METHODS = {
    (IdentifierType.DNS, "dns-01"): "3.2.2.4.7",
    (IdentifierType.DNS, "http-01"): "3.2.2.4.19",
    (IdentifierType.DNS, "tls-alpn-01"): "3.2.2.4.20",
    (IdentifierType.DNS, "dns-account-01"): "3.2.2.4.21",
    (IdentifierType.DNS, "dns-persist-01"): "3.2.2.4.22",
    (IdentifierType.IP, "http-01"): "3.2.2.5.6",
    (IdentifierType.IP, "tls-alpn-01"): "3.2.2.5.7",
}
"""ACME's names of challenges, and the sections of the BR they fall under."""
