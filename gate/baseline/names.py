"""Names and addresses that no certificate of a public issuer may have."""

from functools import cache

from publicsuffixlist import PublicSuffixList

REVERSE_ZONES = ("in-addr.arpa", "ip6.arpa")
"""BR 7.1.2.7.12, since 2026-03-15."""

ONION = "onion"

REQUIRED_LINTERS = frozenset({"pkilint", "badkeys"})
"""The linters without whose answer nothing is released by a public issuer (BR 4.3.1.2, 6.1.1.3)."""

RESERVED_PREFIXES = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)
"""Every block of the IANA special-purpose registries (BR 1.6.1), and multicast.

Blocks that lie within another one are left out. An IPv4-mapped address is reserved as such,
whatever address it holds.
"""


def reverse_zone(fqdn: str) -> bool:
    """Whether a name lies in the zones that addresses are looked up in."""
    return any(fqdn == zone or fqdn.endswith(f".{zone}") for zone in REVERSE_ZONES)


def onion(fqdn: str) -> bool:
    """Whether a name is one of Tor's (BR appendix B)."""
    return fqdn == ONION or fqdn.endswith(f".{ONION}")


def public_suffix(fqdn: str) -> bool:
    """Whether registrations are made directly below a name, so that it is nobody's alone.

    Judged by the ICANN section of the public suffix list that is installed (BR 3.2.2.6); a
    last label that the list does not know counts as one.
    """
    return _suffixes().is_public(fqdn)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)
