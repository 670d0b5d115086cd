"""The methods of validation, how far each reaches, and how long it is allowed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gate.baseline.limits import day
from gate.model import IdentifierType


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One validation method: for what, how far it reaches, and until when (exclusive).

    `subdomains`: the proof covers names below the validated one. `wildcards`: it covers
    wildcard names. `cname`: the name may have been reached through a CNAME. `onion`: it
    is one for onion names. `max_age` is a limit of the method's own.
    """

    section: str
    identifiers: IdentifierType
    subdomains: bool = False
    wildcards: bool = False
    cname: bool = True
    onion: bool = False
    until: datetime | None = None
    max_age: timedelta | None = None

    def permitted(self, at: datetime) -> bool:
        """Whether a certificate issued at this moment may rest on the method."""
        return self.until is None or at < self.until


def _far(section: str, **more: Any) -> Method:
    """A method that reaches names below the validated one, and wildcards."""
    dns = IdentifierType.DNS
    return Method(section=section, identifiers=dns, subdomains=True, wildcards=True, **more)


def _near(section: str, **more: Any) -> Method:
    """A method that reaches the validated name only."""
    return Method(section=section, identifiers=IdentifierType.DNS, **more)


def _ip(section: str, **more: Any) -> Method:
    return Method(section=section, identifiers=IdentifierType.IP, **more)


_PERSISTENT = timedelta(days=10)


METHODS = {
    method.section: method
    for method in (
        _far("3.2.2.4.4", until=day(2028, 3, 15)),
        _far("3.2.2.4.7"),
        _near("3.2.2.4.8", until=day(2026, 3, 15)),
        _far("3.2.2.4.12"),
        _far("3.2.2.4.13", until=day(2028, 3, 15)),
        _far("3.2.2.4.14", until=day(2028, 3, 15)),
        _far("3.2.2.4.16", until=day(2027, 3, 15)),
        _far("3.2.2.4.17", until=day(2027, 3, 15)),
        _near("3.2.2.4.18", onion=True),
        _near("3.2.2.4.19", onion=True),
        _near("3.2.2.4.20", onion=True),
        _far("3.2.2.4.21"),
        _far("3.2.2.4.22", max_age=_PERSISTENT, cname=False),
        _ip("3.2.2.5.1"),
        _ip("3.2.2.5.2", until=day(2027, 3, 15)),
        _ip("3.2.2.5.3", until=day(2027, 3, 15)),
        _ip("3.2.2.5.5", until=day(2027, 3, 15)),
        _ip("3.2.2.5.6"),
        _ip("3.2.2.5.7"),
        _ip("3.2.2.5.8", max_age=_PERSISTENT),
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
