"""The decisions that stand in a part of a log."""

from collections.abc import Iterator
from datetime import datetime

from gate.errors import Malformed, Tampered
from gate.ports import LogStorage, StoredEntry
from gate.record import Leaf, read_leaf

# In canonical JSON no text can hold these bytes: a quotation mark in a text is escaped.
_DECISION = b'"kind":"decision"'


def past_decisions(
    storage: LogStorage,
    start: int,
    stop: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[StoredEntry]:
    """The decisions among these entries that were made from `since` on and before `until`."""
    if since is None and until is None:
        entries = storage.entries(start, stop)
        yield from (entry for entry in entries if _DECISION in entry.leaf)
        return
    # The leaves are small, and most of a long log may be too old.
    wanted = {
        index
        for index, leaf in storage.leaves(start, stop)
        if _DECISION in leaf and _within(leaf_of(index, leaf).at, since, until)
    }
    if wanted:
        entries = storage.entries(min(wanted), max(wanted) + 1)
        yield from (entry for entry in entries if entry.index in wanted)


def leaf_of(index: int, data: bytes) -> Leaf:
    """The leaf of the entry at this index; raises Tampered where it is none."""
    try:
        return read_leaf(data)
    except Malformed as error:
        raise Tampered(f"entry {index} holds no leaf: {error}") from error


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)
