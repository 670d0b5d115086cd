"""The hashes of a Merkle tree over log entries (RFC 6962 §2.1)."""

from collections.abc import Iterable
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(leaf: bytes) -> bytes:
    """The hash under which the exact bytes of an entry stand in the tree (RFC 6962 §2.1)."""
    return sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others (RFC 6962 §2.1)."""
    return sha256(_NODE + left + right).digest()


def complete_root(hashes: bytes) -> bytes:
    """The root over a power of two of concatenated hashes, one at least."""
    width = 2 * HASH_SIZE
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            sha256(_NODE + hashes[at : at + width]).digest() for at in range(0, len(hashes), width)
        )
    return hashes


def frontier_root(frontier: Iterable[bytes]) -> bytes:
    """The root of the tree whose complete subtrees these are, from the largest on."""
    subtrees = list(frontier)
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees.pop()
    while subtrees:
        root = node_hash(subtrees.pop(), root)
    return root
