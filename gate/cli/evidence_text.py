"""Records of evidence for people and programs: one line each, or the keys of a file."""

from typing import Any

from gate.cli.output import Colour, paint
from gate.cli.plain import plain_fields, rfc3339
from gate.model import (
    Applicant,
    Evidence,
    EvidenceRevocation,
    Order,
    Purpose,
    Recorded,
    Validation,
)


def record_line(record: Recorded[Evidence], *, revoked: bool) -> str:
    """What was recorded, when and by whom."""
    mark = f" {paint('REVOKED', Colour.RED)}" if revoked else ""
    at = rfc3339(record.recorded_at.replace(microsecond=0))
    return f"{record.record_id} {at} {gist(record.evidence)}, by {record.recorded_by}{mark}"


def record_plain(record: Recorded[Evidence]) -> dict[str, Any]:
    """The record; under `evidence`, the keys that a file of evidence has."""
    return plain_fields(record) | {"evidence": evidence_plain(record.evidence)}


def evidence_plain(evidence: Evidence) -> dict[str, Any]:
    """A piece of evidence with its type, as JSON lines have it; what is empty is left out."""
    kind = _KINDS[type(evidence)]
    return {"type": kind} | {
        key: each for key, each in plain_fields(evidence).items() if each != ""
    }


def gist(evidence: Evidence) -> str:
    """A piece of evidence in a few words."""
    match evidence:
        case Order():
            names = ", ".join(each.value for each in evidence.identifiers)
            test = "" if evidence.purpose is Purpose.SUBSCRIBER else f", {evidence.purpose.value}"
            return (
                f"order {evidence.order_id} of {evidence.account}: "
                f"{evidence.profile} for {names}{test}"
            )
        case Applicant():
            return f"account {evidence.account} belongs to {evidence.applicant}"
        case Validation():
            at = rfc3339(evidence.completed_at)
            return (
                f"validation of {evidence.identifier.value} for {evidence.applicant}, "
                f"by {evidence.method}, at {at}"
            )
        case EvidenceRevocation():
            return f"revocation of {evidence.record_id}: {evidence.reason}"


_KINDS: dict[type[Evidence], str] = {
    Order: "order",
    Applicant: "applicant",
    Validation: "validation",
    EvidenceRevocation: "revocation",
}
