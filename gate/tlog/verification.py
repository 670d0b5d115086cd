"""The checking of proofs; needs the proof and the roots, and nothing else."""

from collections.abc import Sequence

from gate.errors import Tampered
from gate.tlog.hashing import EMPTY_ROOT, node_hash


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash stands at `index` in the tree with this size and root.

    Raises Tampered where it does not. RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        raise Tampered(f"no leaf {index} can be in a tree of {size} leaves")
    node, at, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise Tampered("the inclusion proof is longer than the tree is high")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            at, last = _past_lone_nodes(at, last)
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Tampered("the inclusion proof is shorter than the tree is high")
    if node != root:
        raise Tampered(f"leaf {index} is not in the tree with this root")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree with the new size and root begins with the old one.

    Raises Tampered where it does not. RFC 9162 §2.1.4.2.
    """
    if not 0 <= old <= new:
        raise Tampered(f"a tree of {new} leaves did not grow out of one of {old}")
    if old in {0, new}:
        if proof or old_root != (new_root if old else EMPTY_ROOT):
            raise Tampered("the roots differ, or a proof stands where none is needed")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise Tampered("the consistency proof is empty")
    if _fold_consistency(old - 1, new - 1, path) != (old_root, new_root):
        raise Tampered(f"the tree of {new} leaves does not begin with that of {old}")


def _fold_consistency(at: int, last: int, path: list[bytes]) -> tuple[bytes, bytes]:
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Tampered("the consistency proof is longer than the tree is high")
        if at & 1 or at == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            at, last = _past_lone_nodes(at, last)
        else:
            newer = node_hash(newer, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Tampered("the consistency proof is shorter than the tree is high")
    return older, newer


def _past_lone_nodes(at: int, last: int) -> tuple[int, int]:
    """Pass the levels on which a rightmost node has no sibling and moves up as it is."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
