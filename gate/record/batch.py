"""One commit of the log: its entries all become leaves of the tree, or none does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.errors import Malformed
from gate.ports import LogState, LogTransaction, NewEntry, Tile
from gate.record.leaf import read_leaf
from gate.tlog import LogProof, Tree, inclusion_proof, leaf_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedEntry:
    """An entry with what can be computed before its turn comes."""

    entry: NewEntry
    leaf_hash: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an entry is; `repeated` says that an earlier one had claimed its request key."""

    index: int
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one commit did: where the tree stands after it, and what its proofs need."""

    tree: Tree
    state: LogState
    placements: tuple[Placement, ...]
    nodes: dict[tuple[int, int], bytes]

    def prove(self, index: int) -> str:
        """The C2SP tlog-proof of an entry that this batch added."""
        hashes = inclusion_proof(index, self.state.size, lambda *place: self.nodes[place])
        return LogProof(index=index, hashes=hashes, checkpoint=self.state.note.decode()).encode()


def prepare(entry: NewEntry) -> PreparedEntry:
    """Read an entry's leaf; raises ValueError where it must not get into any log."""
    try:
        leaf = read_leaf(entry.leaf)
    except Malformed as error:
        raise ValueError(f"`{entry.entry_id}` cannot be appended: {error}") from error
    if leaf.entry_id != entry.entry_id:
        raise ValueError(f"the leaf of `{entry.entry_id}` has the id `{leaf.entry_id}`")
    return PreparedEntry(entry=entry, leaf_hash=leaf_hash(entry.leaf), at=leaf.at)


def write_batch(
    transaction: LogTransaction,
    tree: Tree,
    state: LogState | None,
    entries: Sequence[PreparedEntry],
    *,
    at: datetime,
    sign: Callable[[Tree], bytes],
) -> Batch:
    """Write entries into an open transaction over the log that `tree` and `state` tell.

    `at` is the time now; the newest time of a log never goes back. `sign` gives the signed
    checkpoint of a tree. Where a request key is claimed already, in the log or earlier in
    the batch, nothing is written for the entry. `tree` stays as it was: the transaction may
    still fail.
    """
    fresh, placements = _place(transaction, tree.size, entries)
    if state and not fresh:
        return Batch(tree=tree, state=state, placements=placements, nodes={})
    grown = tree.copy()
    growth = grown.extend(each.leaf_hash for each in fresh)
    times = [at, *(each.at for each in fresh), *((state.newest,) if state else ())]
    after = LogState(size=grown.size, frontier=grown.frontier, note=sign(grown), newest=max(times))
    tiles = [
        Tile(level=level, number=number, hashes=hashes) for level, number, hashes in growth.tiles
    ]
    transaction.write([each.entry for each in fresh], tiles, after)
    return Batch(tree=grown, state=after, placements=placements, nodes=growth.nodes)


def _place(
    transaction: LogTransaction, size: int, entries: Sequence[PreparedEntry]
) -> tuple[list[PreparedEntry], tuple[Placement, ...]]:
    fresh: list[PreparedEntry] = []
    placements: list[Placement] = []
    claimed: dict[str, int] = {}
    for each in entries:
        key = each.entry.request_key
        if key and key not in claimed and (earlier := transaction.by_request(key)):
            claimed[key] = earlier.index
        if key in claimed:
            placements.append(Placement(index=claimed[key], repeated=True))
            continue
        index = size + len(fresh)
        if key:
            claimed[key] = index
        fresh.append(each)
        placements.append(Placement(index=index, repeated=False))
    return fresh, tuple(placements)
