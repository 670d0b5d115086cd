"""Pieces of evidence as entries of the log, and the words that find them again."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from gate.errors import Malformed, Tampered
from gate.model import (
    Applicant,
    Evidence,
    EvidenceRevocation,
    Identifier,
    IdentifierType,
    Order,
    Recorded,
    Validation,
    ancestors,
)
from gate.ports import NewEntry, StoredEntry
from gate.record.canonical import JSON
from gate.record.document import EVIDENCE, EvidenceDocument
from gate.record.leaf import build_leaf, commit_private, open_private

EVIDENCE_TYPES: dict[type[Evidence], str] = {
    Order: "order",
    Applicant: "applicant",
    Validation: "validation",
    EvidenceRevocation: "revocation",
}
"""What leaves and lookup words call each type of evidence."""

EVIDENCE_KINDS = frozenset({"evidence", "imported"})
"""The kinds of leaf that a record may have."""


def evidence_entry(
    *,
    record_id: str,
    recorded_at: datetime,
    recorded_by: str,
    evidence: Evidence,
    salt: bytes,
    import_id: str = "",
) -> NewEntry:
    """The entry that records a piece of evidence; `recorded_by` is the peer's identity.

    With an `import_id` it is one that an import brought in.
    """
    type_ = EVIDENCE_TYPES[type(evidence)]
    private = EVIDENCE[type_].encode(
        EvidenceDocument(
            record_id=record_id,
            recorded_at=recorded_at,
            recorded_by=recorded_by,
            evidence=evidence,
            import_id=import_id,
        )
    )
    own: dict[str, JSON] = {"type": type_, "recorder": recorded_by}
    leaf = build_leaf(
        "imported" if import_id else "evidence",
        entry_id=record_id,
        at=recorded_at,
        commitment=commit_private(private, salt),
        own=own | {"import": import_id} if import_id else own,
    )
    return NewEntry(
        entry_id=record_id, leaf=leaf, private=private, salt=salt, lookups=lookup_words(evidence)
    )


def decode_evidence(entry: StoredEntry) -> Recorded[Evidence]:
    """The piece of evidence in an entry, with its recorder, its time and its place.

    Raises Tampered where the document is not the one that the leaf commits to, Refused where
    it has been erased.
    """
    leaf, private = open_private(entry)
    if leaf.kind not in EVIDENCE_KINDS:
        raise Tampered(f"entry {entry.index} is of kind `{leaf.kind}` and no evidence")
    codec = EVIDENCE.get(str(leaf.fields["type"]))
    if codec is None:
        raise Tampered(f"entry {entry.index} is evidence of a type that is not known here")
    try:
        document = codec.decode(private)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no evidence: {error}") from error
    stated = (document.record_id, document.recorded_at, document.recorded_by, document.import_id)
    fields = leaf.fields
    if stated != (leaf.entry_id, leaf.at, fields["recorder"], fields.get("import", "")):
        raise Tampered(f"the document of entry {entry.index} is not its leaf's")
    return Recorded(
        record_id=document.record_id,
        recorded_at=document.recorded_at,
        recorded_by=document.recorded_by,
        log_index=entry.index,
        evidence=document.evidence,
        import_id=document.import_id,
    )


def lookup_words(evidence: Evidence) -> tuple[str, ...]:
    """The words under which a piece of evidence is found.

    The first says what it is about, and is what judging looks for; the others serve listing.
    """
    listed = type_word(type(evidence))
    match evidence:
        case Order():
            return order_word(evidence.order_id), account_word(evidence.account), listed
        case Applicant():
            return (
                applicant_of_word(evidence.account),
                account_word(evidence.account),
                applicant_word(evidence.applicant),
                listed,
            )
        case Validation():
            scope = validation_word(evidence.identifier.type, evidence.scope)
            return scope, applicant_word(evidence.applicant), listed
        case EvidenceRevocation():
            return revocation_word(evidence.record_id), listed


def order_word(order_id: str) -> str:
    """Finds the records of one order."""
    return f"order:{order_id}"


def applicant_of_word(account: str) -> str:
    """Finds the records that say whose an account is."""
    return f"account:{account}"


def validation_word(type_: IdentifierType, scope: str) -> str:
    """Finds the validations of exactly this name or address."""
    return f"validation:{type_.value}:{scope}"


def covering_words(identifiers: Iterable[Identifier]) -> tuple[str, ...]:
    """Finds every validation whose scope is one of the identifiers or a name above it."""
    return tuple(dict.fromkeys(chain.from_iterable(map(_covering, identifiers))))


def revocation_word(record_id: str) -> str:
    """Finds the revocations of a record."""
    return f"revocation:{record_id}"


def account_word(account: str) -> str:
    """Finds everything about an account, for listing."""
    return f"list:account:{account}"


def applicant_word(applicant: str) -> str:
    """Finds everything about an applicant, for listing."""
    return f"list:applicant:{applicant}"


def type_word(type_: type[Evidence]) -> str:
    """Finds all evidence of a type, for listing."""
    return f"list:type:{EVIDENCE_TYPES[type_]}"


def _covering(identifier: Identifier) -> tuple[str, ...]:
    names = (
        ancestors(identifier.fqdn) if identifier.type is IdentifierType.DNS else (identifier.value,)
    )
    return tuple(validation_word(identifier.type, name) for name in names)
