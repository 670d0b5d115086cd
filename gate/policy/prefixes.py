"""Addresses looked up among prefixes, whatever form they come in."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_LOW_32_BITS = 0xFFFF_FFFF
_LONGEST_BITS = 128
_BITS = {4: 32, 6: _LONGEST_BITS}
_NETWORKS = {4: IPv4Network, 6: IPv6Network}


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
        return cls._with(frozenset(members))

    @classmethod
    def _with(cls, members: frozenset[tuple[int, int, int]]) -> "Prefixes":
        lengths = sorted({(version, shift) for version, shift, _ in members})
        return cls(tuple(lengths), members)

    def __contains__(self, address: Address) -> bool:
        number = int(address)
        return any(
            version == address.version and (version, shift, number >> shift) in self.members
            for version, shift in self.lengths
        )

    def __or__(self, other: "Prefixes") -> "Prefixes":
        return self._with(self.members | other.members)

    def covers(self, other: "Prefixes") -> bool:
        """Whether every address in the other set is in this one, however each is split up."""
        mine = _ranges(self.members)
        for version, first, last in _ranges(other.members):
            at = bisect_right(mine, (version, first, 1 << _LONGEST_BITS)) - 1
            if at < 0 or mine[at][0] != version or mine[at][2] < last:
                return False
        return True

    def shown(self) -> frozenset[str]:
        """The prefixes in CIDR form."""
        return frozenset(
            str(_NETWORKS[version]((number << shift, _BITS[version] - shift)))
            for version, shift, number in self.members
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


def _ranges(members: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Version, first and last address of each stretch without a gap, in order."""
    ranges: list[tuple[int, int, int]] = []
    for version, first, last in sorted(
        (version, number << shift, ((number + 1) << shift) - 1)
        for version, shift, number in members
    ):
        if ranges and ranges[-1][0] == version and first <= ranges[-1][2] + 1:
            ranges[-1] = (version, ranges[-1][1], max(last, ranges[-1][2]))
        else:
            ranges.append((version, first, last))
    return ranges
