"""The Merkle tree as RFC 6962 §2.1 defines it: recursive, slow and obvious."""

from collections.abc import Sequence
from hashlib import sha256


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]) of RFC 6962 §2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = _largest_power_below(len(leaves))
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def inclusion(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    split = _largest_power_below(len(leaves))
    if index < split:
        return [*inclusion(index, leaves[:split]), root(leaves[split:])]
    return [*inclusion(index - split, leaves[split:]), root(leaves[:split])]


def consistency(old: int, leaves: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2."""
    if old == len(leaves):
        return [] if known else [root(leaves)]
    split = _largest_power_below(len(leaves))
    if old <= split:
        return [*consistency(old, leaves[:split], known=known), root(leaves[split:])]
    return [*consistency(old - split, leaves[split:], known=False), root(leaves[:split])]


def _largest_power_below(number: int) -> int:
    power = 1
    while power * 2 < number:
        power *= 2
    return power
