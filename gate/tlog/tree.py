"""A growing Merkle tree that holds nothing but its right edge."""

from collections.abc import Iterable
from dataclasses import dataclass

from gate.tlog.hashing import frontier_root, node_hash
from gate.tlog.tile import TILE_HEIGHT, TILE_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What came into being when leaves were added.

    `tiles` are the tiles that became full, as (level, number, concatenated hashes).
    `nodes` are, by (height, index), the complete nodes that the inclusion proofs of the
    new leaves need; height 0 are the leaves.
    """

    tiles: tuple[tuple[int, int, bytes], ...]
    nodes: dict[tuple[int, int], bytes]


class Tree:
    """The right edge of an RFC 6962 tree: enough to add leaves and to give the root.

    `edge` is, level by level, what the rightmost partial tiles hold, leaves first.
    """

    __slots__ = ("_complete", "_edge", "_size")

    def __init__(self, edge: Iterable[Iterable[bytes]] = ()) -> None:
        self._edge = [list(level) for level in edge]
        self._size = 0
        self._complete: list[bytes] = []
        for height, level in reversed(list(enumerate(self._edge))):
            if len(level) >= TILE_WIDTH:
                raise ValueError(f"level {height} of a tree's edge holds a full tile")
            self._complete += _fold_edge(level)
            self._size += len(level) << (TILE_HEIGHT * height)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def edge(self) -> tuple[tuple[bytes, ...], ...]:
        """What the partial tile of each level holds, leaves first."""
        return tuple(tuple(level) for level in self._edge)

    @property
    def frontier(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, from the largest to the smallest."""
        return tuple(self._complete)

    def copy(self) -> "Tree":
        """A tree of its own that stands where this one stands."""
        twin = Tree()
        twin._edge = [level.copy() for level in self._edge]
        twin._size = self._size
        twin._complete = self._complete.copy()
        return twin

    def root(self) -> bytes:
        """The Merkle Tree Hash over all leaves (RFC 6962 §2.1)."""
        return frontier_root(self._complete)

    def extend(self, leaf_hashes: Iterable[bytes]) -> Growth:
        """Add leaves by their hashes, in order."""
        nodes = self._complete_nodes()
        tiles: list[tuple[int, int, bytes]] = []
        for leaf in leaf_hashes:
            node, height, index = leaf, 0, self._size
            nodes[height, index] = node
            self._file(node, height, index, tiles)
            while index & 1:
                node, height, index = node_hash(self._complete.pop(), node), height + 1, index >> 1
                nodes[height, index] = node
                self._file(node, height, index, tiles)
            self._complete.append(node)
            self._size += 1
        return Growth(tiles=tuple(tiles), nodes=nodes)

    def _file(
        self, node: bytes, height: int, index: int, tiles: list[tuple[int, int, bytes]]
    ) -> None:
        level, rise = divmod(height, TILE_HEIGHT)
        if rise:
            return
        if level == len(self._edge):
            self._edge.append([])
        partial = self._edge[level]
        partial.append(node)
        if len(partial) == TILE_WIDTH:
            tiles.append((level, index // TILE_WIDTH, b"".join(partial)))
            partial.clear()

    def _complete_nodes(self) -> dict[tuple[int, int], bytes]:
        heights = [bit for bit in range(self._size.bit_length()) if self._size >> bit & 1]
        return {
            (height, (self._size >> height) - 1): node
            for height, node in zip(heights, reversed(self._complete), strict=True)
        }


def _fold_edge(level: list[bytes]) -> list[bytes]:
    subtrees: list[bytes] = []
    for index, node in enumerate(level):
        top, at = node, index
        while at & 1:
            top, at = node_hash(subtrees.pop(), top), at >> 1
        subtrees.append(top)
    return subtrees
