"""Identifiers: the DNS names and IP addresses that certificates and evidence speak of."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from gate.errors import Malformed
from gate.x509 import address_text

LONGEST_NAME = 255
"""RFC 1035 §2.3.4, with room for a wildcard's star."""

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class IdentifierType(StrEnum):
    """The two kinds of identifier the Baseline Requirements validate."""

    DNS = "dns"
    IP = "ip"


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A DNS name in lower case or an IP address in its shortest text form.

    Built directly it holds whatever a certificate says; `parse` is for identifiers
    that people and systems record and accepts only well-formed ones.
    """

    type: IdentifierType
    value: str

    @classmethod
    def parse(cls, type_: IdentifierType, text: str) -> "Identifier":
        """Read an identifier as it is recorded in evidence.

        Raises Malformed for names that are no host names (U-labels, trailing dots,
        empty labels, a single label) and for addresses that are not one address.
        """
        return cls(type_, _ip(text) if type_ is IdentifierType.IP else _dns(text))

    @classmethod
    def read(cls, text: str) -> "Identifier":
        """Read a name or an address, whichever it is: no text can be both.

        Raises Malformed where it is neither.
        """
        try:
            ipaddress.ip_address(text)
        except ValueError:
            return cls.parse(IdentifierType.DNS, text)
        return cls.parse(IdentifierType.IP, text)

    @property
    def wildcard(self) -> bool:
        """Whether this is a wildcard DNS name (BR 1.6.1, Wildcard Domain Name)."""
        return self.type is IdentifierType.DNS and self.value.startswith("*.")

    @property
    def fqdn(self) -> str:
        """The DNS name without a leading `*.`, or the address as it is."""
        return self.value[2:] if self.wildcard else self.value

    def __str__(self) -> str:
        return f"{self.type.value} {self.value}"


@lru_cache(maxsize=1024)
def ancestors(fqdn: str) -> tuple[str, ...]:
    """The name itself and every name above it down to one label, nearest first.

    What is too long for a name (RFC 1035 §2.3.4) has nothing above it, so that a hostile one
    costs no more than a good one. Every rule about names asks this of every name.
    """
    if len(fqdn) > LONGEST_NAME:
        return (fqdn,)
    labels = fqdn.split(".")
    return tuple(".".join(labels[at:]) for at in range(len(labels)))


def _ip(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise Malformed(f"`{text}` is not an IP address") from None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        raise Malformed(f"`{text}` names a zone: an address in a certificate has none")
    return address_text(address)


def _dns(text: str) -> str:
    name = text.lower()
    if not text.isascii():
        raise Malformed(f"`{text}` has characters outside ASCII: write the A-label (`xn--…`)")
    if name.endswith("."):
        raise Malformed(f"`{text}` ends with a dot: write the name without it")
    labels = name.removeprefix("*.").split(".")
    if len(labels) < 2:  # noqa: PLR2004 - a host name below a suffix has two labels at least
        raise Malformed(f"`{text}` has one label only: a whole domain name is needed")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - RFC 1035 §2.3.4
        raise Malformed(f"`{text}` is not a DNS name")
    if labels[-1].isdigit():
        raise Malformed(f"`{text}` looks like an address: record it with type IP")
    return name
