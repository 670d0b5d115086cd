"""Reports on a candidate policy as entries of the log: what it would have decided otherwise."""

from collections.abc import Iterator
from datetime import datetime

from gate import __version__
from gate.errors import Malformed, Tampered
from gate.model import PolicyRef
from gate.ports import LogStorage, NewEntry, StoredEntry
from gate.record.canonical import JSON
from gate.record.document import SHADOWS, ShadowDocument
from gate.record.leaf import (
    Leaf,
    build_leaf,
    commit_private,
    format_time,
    open_private,
    parse_time,
    shortened,
)
from gate.record.shadow_counts import ShadowCounts, Tally

_PAGE = 256
_TALLIES = ("differing", "newly_blocked", "newly_released", "errors", "timeouts")


def shadow_entry(*, entry_id: str, document: ShadowDocument, salt: bytes) -> NewEntry:
    """The entry that records what was counted of a candidate, made at the end of its period."""
    private = SHADOWS.encode(document)
    leaf = build_leaf(
        "shadow",
        entry_id=entry_id,
        at=document.until,
        commitment=commit_private(private, salt),
        own={"gate": __version__, **_fields(document)},
    )
    return NewEntry(
        entry_id=entry_id,
        leaf=leaf,
        private=private,
        salt=salt,
        lookups=(shadow_word(document.candidate.digest),),
    )


def shadow_word(digest: bytes) -> str:
    """The lookup word of the reports on one candidate."""
    return f"shadow:{digest.hex()}"


def open_shadow(entry: StoredEntry) -> ShadowDocument:
    """The report in an entry.

    Raises Refused where it has been erased, Tampered where it does not say what its leaf says.
    """
    leaf, private = open_private(entry)
    if leaf.kind != "shadow":
        raise Tampered(f"entry {entry.index} is of kind `{leaf.kind}` and no report on a shadow")
    try:
        document = SHADOWS.decode(private)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no report on a shadow: {error}") from error
    if any(leaf.fields[key] != value for key, value in _fields(document).items()):
        raise Tampered(f"the report of entry {entry.index} is not the one that its leaf sums up")
    return document


def counts_told(leaf: Leaf) -> tuple[datetime, ShadowCounts]:
    """Since when it was counted and how much, as the leaf alone tells: no rules, no examples.

    Raises Malformed where the leaf is none of a report.
    """
    told = {name: leaf.fields.get(name) for name in ("judged", "dropped", *_TALLIES)}
    numbers = {name: count for name, count in told.items() if type(count) is int and count >= 0}
    if leaf.kind != "shadow" or len(numbers) < len(told):
        raise Malformed("the leaf tells no counts of a shadow")
    counts = ShadowCounts(
        judged=numbers["judged"],
        differing=Tally(numbers["differing"]),
        newly_blocked=Tally(numbers["newly_blocked"]),
        newly_released=Tally(numbers["newly_released"]),
        errors=Tally(numbers["errors"]),
        timeouts=Tally(numbers["timeouts"]),
        dropped=numbers["dropped"],
    )
    return parse_time(str(leaf.fields["since"])), counts


def shadow_entries(storage: LogStorage, digest: bytes, *, after: int = -1) -> Iterator[StoredEntry]:
    """The reports on the candidate with this digest, behind the entry `after`, oldest first."""
    while page := storage.by_lookup([shadow_word(digest)], after=after, limit=_PAGE):
        yield from page
        after = page[-1].index


def digests_told(leaf: Leaf) -> tuple[bytes, bytes]:
    """The digests of the policy that was active and of the candidate, as the leaf tells them.

    Raises Malformed where the leaf is none of a report.
    """
    candidate = leaf.fields.get("candidate")
    digest = candidate.get("digest") if isinstance(candidate, dict) else None
    try:
        return bytes.fromhex(str(leaf.fields.get("active"))), bytes.fromhex(str(digest))
    except ValueError:
        raise Malformed("the leaf names no two policies") from None


def _fields(document: ShadowDocument) -> dict[str, JSON]:
    counts = document.counts
    return {
        "candidate": _ref(document.candidate),
        "active": document.active.digest.hex(),
        "since": format_time(document.since),
        "until": format_time(document.until),
        "judged": counts.judged,
        "dropped": counts.dropped,
        **{name: getattr(counts, name).count for name in _TALLIES},
    }


def _ref(policy: PolicyRef) -> JSON:
    return {
        "name": shortened(policy.name),
        "version": policy.version,
        "digest": policy.digest.hex(),
    }
