"""Imports: evidence from before the gate's time, which two people approve before it counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from pydantic import ConfigDict, TypeAdapter

from gate.errors import Malformed, Tampered
from gate.model import Validation
from gate.ports import NewEntry, StoredEntry
from gate.record.canonical import JSON, encode_canonical
from gate.record.document import APPROVALS, IMPORTS, ApprovalDocument, Importable, ImportDocument
from gate.record.evidence_records import EVIDENCE_TYPES, evidence_entry
from gate.record.leaf import build_leaf, commit_private, open_private

_BATCH = b"gate/import/v1\x00"
_PLAIN = TypeAdapter(tuple[Importable, ...], config=ConfigDict(ser_json_bytes="base64"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A batch of evidence as it will be kept; the digest is that of what was sent."""

    import_id: str
    imported_at: datetime
    imported_by: str
    reason: str
    digest: bytes
    records: tuple[Importable, ...]


def import_digest(records: Sequence[Importable], reason: str) -> bytes:
    """The SHA-256 by which an approver says what is approved: over all that was sent.

    It is the same whoever computes it, in whatever time zone. Raises Malformed where a text
    holds half a surrogate pair.
    """
    plain = _PLAIN.dump_python(tuple(map(_in_utc, records)), mode="json")
    named: list[JSON] = [
        {"type": EVIDENCE_TYPES[type(record)], "record": fields}
        for record, fields in zip(records, plain, strict=True)
    ]
    return sha256(_BATCH + encode_canonical({"reason": reason, "records": named})).digest()


def import_entry(brought: Import, *, salt: bytes) -> NewEntry:
    """The entry that records an import; by itself it is evidence of nothing."""
    private = IMPORTS.encode(
        ImportDocument(
            import_id=brought.import_id,
            reason=brought.reason,
            digest=brought.digest,
            records=brought.records,
        )
    )
    leaf = build_leaf(
        "import",
        entry_id=brought.import_id,
        at=brought.imported_at,
        commitment=commit_private(private, salt),
        own={"recorder": brought.imported_by, "records": len(brought.records)},
    )
    return NewEntry(entry_id=brought.import_id, leaf=leaf, private=private, salt=salt)


def approval_entry(
    *, approval_id: str, brought: Import, approver: str, at: datetime, salt: bytes
) -> NewEntry:
    """The entry that records one approval of an import."""
    private = APPROVALS.encode(ApprovalDocument(import_id=brought.import_id, digest=brought.digest))
    leaf = build_leaf(
        "import-approval",
        entry_id=approval_id,
        at=at,
        commitment=commit_private(private, salt),
        own={"import": brought.import_id, "approver": approver},
    )
    return NewEntry(entry_id=approval_id, leaf=leaf, private=private, salt=salt)


def imported_entries(brought: Import, *, at: datetime, salts: Iterable[bytes]) -> list[NewEntry]:
    """The entries that make an import's records evidence, under the importer's name."""
    return [
        evidence_entry(
            record_id=record_id,
            recorded_at=at,
            recorded_by=brought.imported_by,
            evidence=record,
            salt=salt,
            import_id=brought.import_id,
        )
        for record_id, record, salt in zip(
            record_ids(brought.import_id, len(brought.records)),
            brought.records,
            salts,
            strict=True,
        )
    ]


def record_ids(import_id: str, count: int) -> tuple[str, ...]:
    """The ids of an import's records, in their order."""
    return tuple(f"{import_id}-{number}" for number in range(count))


def decode_import(entry: StoredEntry) -> Import:
    """The import in an entry.

    Raises Tampered where the document is not the one that the leaf commits to, Refused where
    it has been erased.
    """
    leaf, private = open_private(entry)
    if leaf.kind != "import":
        raise Tampered(f"entry {entry.index} is of kind `{leaf.kind}` and no import")
    try:
        document = IMPORTS.decode(private)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no import: {error}") from error
    if (document.import_id, len(document.records)) != (leaf.entry_id, leaf.fields["records"]):
        raise Tampered(f"the document of entry {entry.index} is not its leaf's")
    return Import(
        import_id=leaf.entry_id,
        imported_at=leaf.at,
        imported_by=str(leaf.fields["recorder"]),
        reason=document.reason,
        digest=document.digest,
        records=document.records,
    )


def _in_utc(record: Importable) -> Importable:
    if not isinstance(record, Validation):
        return record
    return replace(
        record,
        initiated_at=record.initiated_at.astimezone(UTC),
        oldest_datum_at=record.oldest_datum_at.astimezone(UTC),
        completed_at=record.completed_at.astimezone(UTC),
    )
