"""Tiles: 256 neighbouring hashes of the tree kept as one piece (C2SP tlog-tiles)."""

from gate.tlog.hashing import HASH_SIZE, complete_root

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_SIZE = TILE_WIDTH * HASH_SIZE


def tile_widths(size: int) -> tuple[int, ...]:
    """How many hashes the rightmost, partial tile of each level holds in a tree of `size`.

    Level 0 comes first; the last is the highest level that has any hash at all, full or not.
    A width of 0 says that every tile of that level is full.
    """
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return tuple(widths)


def tile_slot(hashes: bytes, offset: int) -> bytes:
    """The hash at `offset` in a tile's concatenated hashes; empty beyond its end."""
    return hashes[HASH_SIZE * offset : HASH_SIZE * (offset + 1)]


def tile_node(hashes: bytes, first: int, rise: int) -> bytes:
    """The node `rise` levels above the tile's hashes, over those that begin at `first`.

    Raises IndexError where the tile does not hold them all.
    """
    covered = hashes[HASH_SIZE * first : HASH_SIZE * (first + (1 << rise))]
    if len(covered) != HASH_SIZE << rise:
        raise IndexError(f"tile holds no complete node over {1 << rise} hashes from {first}")
    return complete_root(covered)


def tile_path(level: int, number: int) -> str:
    """Where a full tile is served, below the log's prefix (C2SP tlog-tiles, Merkle Tree)."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return f"tile/{level}/" + "/".join(reversed(groups))
