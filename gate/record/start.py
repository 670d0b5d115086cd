"""The entry by which a log notes that a gate has started on it."""

from datetime import datetime

from gate import __version__
from gate.ports import NewEntry
from gate.record.leaf import build_leaf, commit_private

_NOTHING = b"{}"


def start_entry(*, record_id: str, at: datetime, size: int, salt: bytes) -> NewEntry:
    """Say that a gate of this version found a log of `size` entries, and found it sound."""
    leaf = build_leaf(
        "start",
        entry_id=record_id,
        at=at,
        commitment=commit_private(_NOTHING, salt),
        own={"gate": __version__, "size": size},
    )
    return NewEntry(entry_id=record_id, leaf=leaf, private=_NOTHING, salt=salt)
