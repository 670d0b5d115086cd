"""Proofs that a leaf is in the tree, and that a tree grew out of a smaller one."""

from collections.abc import Callable

from gate.tlog.hashing import frontier_root

NodeReader = Callable[[int, int], bytes]
"""Gives the complete node at (height, index); height 0 are the leaf hashes."""


def subtree_root(start: int, stop: int, node: NodeReader) -> bytes:
    """The Merkle Tree Hash over the leaves from `start` up to, not including, `stop`.

    `start` is where RFC 6962 §2.1 splits a tree: a multiple of the largest power of two
    that is not larger than the number of leaves.
    """
    subtrees = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        subtrees.append(node(height, start >> height))
        start += 1 << height
    return frontier_root(subtrees)


def inclusion_proof(index: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """The path from a leaf to the root of a tree of `size`, the leaf's sibling first.

    Raises ValueError where the tree has no such leaf. RFC 6962 §2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, stop = 0, size
    path = []
    while stop - start > 1:
        split = _split(start, stop)
        if index < split:
            path.append(subtree_root(split, stop, node))
            stop = split
        else:
            path.append(subtree_root(start, split, node))
            start = split
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, node: NodeReader) -> tuple[bytes, ...]:
    """The nodes that show a tree of `new` leaves to begin with the tree of `old` leaves.

    Empty where `old` is 0 or `new`. Raises ValueError where `old` is larger than `new`.
    RFC 6962 §2.1.2.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves did not grow out of one of {old}")
    if old in {0, new}:
        return ()
    start, stop = 0, new
    path = []
    while stop != old:
        split = _split(start, stop)
        if old <= split:
            path.append(subtree_root(split, stop, node))
            stop = split
        else:
            path.append(subtree_root(start, split, node))
            start = split
    # Whoever asks knows the old root already; only a part of the old tree must be told.
    if start:
        path.append(subtree_root(start, stop, node))
    return tuple(reversed(path))


def _split(start: int, stop: int) -> int:
    return start + (1 << ((stop - start - 1).bit_length() - 1))
