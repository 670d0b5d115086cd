"""The tree at one checkpoint: proofs, and leaf hashes that can be believed."""

from gate.errors import Refused, Tampered
from gate.ports import LogState, LogStorage, StoredEntry
from gate.record.recovery import open_note, read_tree
from gate.tlog import (
    TILE_HEIGHT,
    TILE_WIDTH,
    LogProof,
    Tree,
    complete_root,
    consistency_proof,
    frontier_root,
    inclusion_proof,
    leaf_hash,
    subtree_root,
    tile_node,
    tile_slot,
)

_MOST_TILES = 1024

TileCache = dict[tuple[int, int], bytes]
"""Full tiles that were found good, by (level, number); may be shared by views of one log."""


class TreeView:
    """A tree of fixed size under its signed checkpoint; usable from many threads.

    `edge` is what the partial tiles hold, checked before. Full tiles are read as needed, and
    each is checked against the one above it up to the edge, so that what comes out of here
    is what the log's key has signed, whatever somebody did to the tables.
    """

    def __init__(
        self,
        storage: LogStorage,
        state: LogState,
        edge: tuple[tuple[bytes, ...], ...],
        tiles: TileCache,
    ) -> None:
        self.state = state
        self._storage = storage
        self._edge = edge
        self.tiles = tiles

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return self.state.size

    @property
    def note(self) -> str:
        """The signed checkpoint."""
        return self.state.note.decode()

    def leaf_hash(self, index: int) -> bytes:
        """The hash under which the log holds an entry; raises Refused beyond the end."""
        self._check_index(index)
        return self._hash(0, index)

    def attest(self, entry: StoredEntry) -> None:
        """Raise Tampered unless this entry, at its index, is what the log holds."""
        if leaf_hash(entry.leaf) != self.leaf_hash(entry.index):
            raise Tampered(f"entry {entry.index} is not what the log's checkpoint covers")

    def prove(self, index: int) -> str:
        """The C2SP tlog-proof of an entry; raises Refused beyond the end."""
        self._check_index(index)
        hashes = inclusion_proof(index, self.size, self.node)
        return LogProof(index=index, hashes=hashes, checkpoint=self.note).encode()

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of `new` entries begins with that of `old` (RFC 6962 §2.1.2).

        Raises Refused where `old` is larger than `new`, or `new` than this tree.
        """
        if not 0 <= old <= new <= self.size:
            raise Refused(f"a log of {self.size} entries did not grow from {old} to {new}")
        return consistency_proof(old, new, self.node)

    def node(self, height: int, index: int) -> bytes:
        """The complete node at this place; height 0 are the leaf hashes."""
        level, rise = divmod(height, TILE_HEIGHT)
        number, first = divmod(index << rise, TILE_WIDTH)
        return tile_node(self._tile(level, number), first, rise)

    def _hash(self, level: int, index: int) -> bytes:
        number, offset = divmod(index, TILE_WIDTH)
        return tile_slot(self._tile(level, number), offset)

    def _tile(self, level: int, number: int) -> bytes:
        if number == self.size >> (TILE_HEIGHT * (level + 1)):
            return b"".join(self._edge[level])
        known = self.tiles.get((level, number))
        if known is not None:
            return known
        hashes = self._storage.tile(level, number)
        if hashes is None or complete_root(hashes) != self._hash(level + 1, number):
            raise Tampered(f"tile {number} of level {level} is not what the checkpoint covers")
        if len(self.tiles) >= _MOST_TILES:
            self.tiles.clear()
        self.tiles[level, number] = hashes
        return hashes

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.size:
            raise Refused(f"a log of {self.size} entries has no entry {index}")


def follow_log(
    storage: LogStorage,
    state: LogState,
    origin: str,
    public_key: bytes,
    seen: TreeView | None = None,
) -> tuple[Tree, TreeView]:
    """Check a state out of storage, and take the tree there as the log's.

    Raises Tampered where the stored entries do not lead to a root that the key has signed,
    or where the log that was `seen` before is not the beginning of this one.
    """
    tree = read_tree(storage, state, open_note(state, origin, public_key))
    view = TreeView(storage, state, tree.edge, {} if seen is None else seen.tiles)
    if seen is not None:
        if view.size < seen.size:
            raise Tampered(f"the log had {seen.size} entries and now has {view.size}")
        if subtree_root(0, seen.size, view.node) != frontier_root(seen.state.frontier):
            raise Tampered(f"the log has changed among its first {seen.size} entries")
    return tree, view


def open_view(storage: LogStorage, origin: str, public_key: bytes) -> TreeView:
    """A view of a stored log as it stands, for who only reads it.

    Raises Refused where the log is empty, Tampered as `follow_log` does.
    """
    state = storage.state()
    if state is None:
        raise Refused("the log is empty")
    return follow_log(storage, state, origin, public_key)[1]
