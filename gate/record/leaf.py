"""The leaf: the bytes of an entry that are hashed into the tree, in format version 1.

Every leaf is canonical JSON with the keys `v`, `kind`, `id`, `at` and `private`, and those of its
kind; docs/log.md tells them all. It holds no personal data: `private` is a commitment to the
document that does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import digest
from typing import Final

from gate.errors import Malformed, Refused, Tampered
from gate.ports import StoredEntry
from gate.record.canonical import JSON, decode_canonical, encode_canonical

MAX_LEAF_SIZE: Final = 65_535
"""What a length in two bytes can say (C2SP tlog-tiles, Log entries)."""

SALT_SIZE: Final = 32

LONGEST_NAME: Final = 128
"""How many characters of a name that people chose a leaf takes."""

_VERSION = 1
_COMMITMENT = b"gate/private/v1\x00"
_COMMON = frozenset({"v", "kind", "id", "at", "private"})
_OWN = {
    "decision": frozenset(
        {
            "gate",
            "environment",
            "stage",
            "purpose",
            "verdict",
            "policy_verdict",
            "cause",
            "retryable",
            "issuer",
            "profile",
            "policy",
            "tbs_sha256",
            "not_after",
            "rules",
            "rules_n",
            "rules_cut",
            "linters",
            "linters_cut",
            "precertificate_decision_id",
        }
    ),
    "evidence": frozenset({"type", "recorder"}),
    "import": frozenset({"recorder", "records"}),
    "import-approval": frozenset({"import", "approver"}),
    "imported": frozenset({"type", "recorder", "import"}),
    "policy": frozenset({"gate", "name", "version", "digest", "replaces", "change", "signers"}),
    "shadow": frozenset(
        {
            "gate",
            "candidate",
            "active",
            "since",
            "until",
            "judged",
            "differing",
            "newly_blocked",
            "newly_released",
            "errors",
            "timeouts",
            "dropped",
        }
    ),
    "start": frozenset({"gate", "size"}),
}

_KEYS = {kind: _COMMON | own for kind, own in _OWN.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What a leaf says: the common keys, and all of them in `fields`."""

    kind: str
    entry_id: str
    at: datetime
    private: str
    fields: dict[str, JSON]


def build_leaf(
    kind: str, *, entry_id: str, at: datetime, commitment: str, own: dict[str, JSON]
) -> bytes:
    """The leaf of an entry of this kind, with the keys that are the kind's own.

    Raises Malformed where the fields have no canonical JSON, ValueError where they are not
    those of the kind or the leaf becomes too large: a fault of whoever builds it.
    """
    if kind not in _OWN or own.keys() != _OWN[kind]:
        raise ValueError(f"these are not the fields of a leaf of kind `{kind}`")
    common: dict[str, JSON] = {
        "v": _VERSION,
        "kind": kind,
        "id": entry_id,
        "at": format_time(at),
        "private": commitment,
    }
    leaf = encode_canonical(common | own)
    if len(leaf) > MAX_LEAF_SIZE:
        raise ValueError(f"the leaf has {len(leaf)} bytes and may have {MAX_LEAF_SIZE}")
    return leaf


def read_leaf(data: bytes) -> Leaf:
    """Read a leaf; raises Malformed unless it is one of version 1.

    Kinds that this version does not know may stand in a log: of them the common keys are read.
    """
    if len(data) > MAX_LEAF_SIZE:
        raise Malformed(f"the leaf has {len(data)} bytes and may have {MAX_LEAF_SIZE}")
    fields = decode_canonical(data)
    if not isinstance(fields, dict) or fields.get("v") != _VERSION or fields["v"] is True:
        raise Malformed("the bytes are no leaf of version 1")
    kind, at = _text(fields, "kind"), _text(fields, "at")
    if kind in _KEYS and fields.keys() != _KEYS[kind]:
        raise Malformed(f"the leaf's keys are not those of the kind `{kind}`")
    return Leaf(
        kind=kind,
        entry_id=_text(fields, "id"),
        at=parse_time(at),
        private=_text(fields, "private"),
        fields=fields,
    )


def commit_private(private: bytes, salt: bytes) -> str:
    """The commitment to a private document: without salt and document nobody can open it."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"the salt has {len(salt)} bytes instead of {SALT_SIZE}")
    return digest(salt, _COMMITMENT + private, "sha256").hex()


def open_private(entry: StoredEntry) -> tuple[Leaf, bytes]:
    """The leaf of an entry and the private document that it commits to.

    Raises Refused where the document has been erased, Tampered where it is not the one that
    was recorded or the leaf is none.
    """
    try:
        leaf = read_leaf(entry.leaf)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no leaf: {error}") from error
    if leaf.entry_id != entry.entry_id:
        raise Tampered(f"entry {entry.index} is stored under an id that is not its leaf's")
    if entry.erased:
        raise Refused(f"the private document of entry {entry.index} has been erased")
    if len(entry.salt) != SALT_SIZE or commit_private(entry.private, entry.salt) != leaf.private:
        raise Tampered(f"the private document of entry {entry.index} is not what was recorded")
    return leaf, entry.private


def shortened(name: str) -> str:
    """A name that people chose, as leaves write it: cut where it is too long."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def format_time(moment: datetime) -> str:
    """A moment in UTC with microseconds, as leaves write it (RFC 3339)."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be recorded")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_time(text: str) -> datetime:
    """The moment that `format_time` writes like this; raises Malformed for other spellings."""
    try:
        moment = datetime.fromisoformat(text)
        if format_time(moment) == text:
            return moment
    except ValueError:
        pass
    raise Malformed(f"`{text[:80]}` is not a time like 2026-11-23T18:40:00.000000Z")


def _text(fields: dict[str, JSON], key: str) -> str:
    text = fields.get(key)
    if not isinstance(text, str):
        raise Malformed(f"the leaf has no text under `{key}`")
    return text
