"""Addresses looked up among prefixes, whatever form they come in."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_LOW_32_BITS = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Prefixes:
    """A set of prefixes that is asked by one look-up for each length that occurs in it."""

    lengths: tuple[tuple[int, int], ...]
    members: frozenset[tuple[int, int, int]]

    @classmethod
    def of(cls, prefixes: Iterable[str]) -> "Prefixes":
        """The set of these prefixes in CIDR form."""
        members = set()
        for prefix in prefixes:
            network = ip_network(prefix)
            shift = network.max_prefixlen - network.prefixlen
            members.add((network.version, shift, int(network.network_address) >> shift))
        lengths = sorted({(version, shift) for version, shift, _ in members})
        return cls(tuple(lengths), frozenset(members))

    def __contains__(self, address: Address) -> bool:
        number = int(address)
        return any(
            version == address.version and (version, shift, number >> shift) in self.members
            for version, shift in self.lengths
        )


def forms(text: str) -> tuple[Address, ...]:
    """The address, and the IPv4 addresses that an IPv6 address holds within it.

    Those are IPv4-mapped and IPv4-compatible ones (RFC 4291 §2.5.5), 6to4 (RFC 3056), the
    well-known prefix of NAT64 (RFC 6052 §2.1) and both ends of Teredo (RFC 4380 §4).
    Raises ValueError where the text is no address.
    """
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return (address,)
    held = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _COMPATIBLE:
        held.append(IPv4Address(int(address) & _LOW_32_BITS))
    return (address, *(each for each in held if each is not None))
