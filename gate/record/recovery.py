"""Finding out, from stored bytes and the log's key alone, where the tree stands."""

from gate.errors import Malformed, Tampered
from gate.ports import LogState, LogStorage
from gate.tlog import (
    TILE_SIZE,
    TILE_WIDTH,
    Checkpoint,
    Tree,
    complete_root,
    leaf_hash,
    open_checkpoint,
    tile_widths,
)


def open_note(state: LogState, origin: str, public_key: bytes) -> Checkpoint:
    """The checkpoint of a state; raises Tampered unless the log's key signed it."""
    try:
        checkpoint = open_checkpoint(state.note, origin, public_key)
    except Malformed as error:
        raise Tampered(f"the log's checkpoint does not read: {error}") from error
    if checkpoint.size != state.size:
        raise Tampered(f"the log says {state.size} entries, its checkpoint {checkpoint.size}")
    return checkpoint


def read_tree(storage: LogStorage, state: LogState, checkpoint: Checkpoint) -> Tree:
    """The right edge of the tree, out of the newest tiles and the entries after them.

    Reads no more than 255 entries and 255 tiles a level, whatever the log's size. Raises
    Tampered where this does not lead to the signed root.
    """
    size = state.size
    tail = [leaf_hash(each.leaf) for each in storage.entries(size - size % TILE_WIDTH, size)]
    edge = [tail]
    for level, width in enumerate(tile_widths(size)[1:]):
        full = size >> (8 * (level + 1))
        edge.append([_tile_root(storage, level, each) for each in range(full - width, full)])
    tree = Tree(edge)
    if tree.size != size or tree.root() != checkpoint.root or tree.frontier != state.frontier:
        raise Tampered(
            f"the stored entries do not lead to the root of the checkpoint of {size}: "
            "stop, keep the files, and run `gate log verify`"
        )
    return tree


def check_end(storage: LogStorage, state: LogState | None) -> None:
    """Raise Tampered where an entry stands beyond the state that was just read."""
    size = 0 if state is None else state.size
    if storage.entry(size) is not None and storage.state() == state:
        raise Tampered(f"entry {size} is stored, but no checkpoint counts it")


def _tile_root(storage: LogStorage, level: int, number: int) -> bytes:
    hashes = storage.tile(level, number)
    if hashes is None or len(hashes) != TILE_SIZE:
        raise Tampered(f"tile {number} of level {level} is not there")
    return complete_root(hashes)
