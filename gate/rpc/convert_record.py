"""Records of evidence between the model and their messages."""

from gate.model import Applicant, Evidence, EvidenceRevocation, Order, Recorded, Validation
from gate.rpc.convert_evidence import (
    applicant_from_message,
    applicant_to_message,
    order_from_message,
    order_to_message,
    revocation_from_message,
    revocation_to_message,
    validation_from_message,
    validation_to_message,
)
from gate.rpc.convert_time import time_to_message
from gate.rpc.reading import Reading
from gate.service import ListedEvidence
from gate.v1 import evidence_registry_pb2 as messages


def record_to_message(record: Recorded[Evidence]) -> messages.EvidenceRecord:
    """Write a record as it stands in the log."""
    message = messages.EvidenceRecord(
        record_id=record.record_id,
        recorded_at=time_to_message(record.recorded_at),
        recorded_by=record.recorded_by,
        log_index=record.log_index,
        import_id=record.import_id,
    )
    match record.evidence:
        case Order():
            message.order.CopyFrom(order_to_message(record.evidence))
        case Applicant():
            message.applicant.CopyFrom(applicant_to_message(record.evidence))
        case Validation():
            message.validation.CopyFrom(validation_to_message(record.evidence))
        case EvidenceRevocation():
            message.revocation.CopyFrom(revocation_to_message(record.evidence))
    return message


def record_from_message(message: messages.EvidenceRecord, reading: Reading) -> Recorded[Evidence]:
    """Read a record as it stands in the log."""
    recorded_at = message.recorded_at if message.HasField("recorded_at") else None
    return Recorded(
        record_id=message.record_id,
        recorded_at=reading.time("recorded_at", recorded_at),
        recorded_by=message.recorded_by,
        log_index=message.log_index,
        evidence=_evidence_from_message(message, reading),
        import_id=message.import_id,
    )


def listed_to_message(listed: ListedEvidence) -> messages.EvidenceRecord:
    """Write a record and whether a later one revokes it."""
    message = record_to_message(listed.recorded)
    message.revoked = listed.revoked
    return message


def listed_from_message(message: messages.EvidenceRecord, reading: Reading) -> ListedEvidence:
    """Read a record and whether a later one revokes it."""
    return ListedEvidence(recorded=record_from_message(message, reading), revoked=message.revoked)


def _evidence_from_message(message: messages.EvidenceRecord, reading: Reading) -> Evidence:
    match message.WhichOneof("evidence"):
        case "order":
            return order_from_message(message.order, reading.part("order"))
        case "applicant":
            return applicant_from_message(message.applicant, reading.part("applicant"))
        case "validation":
            return validation_from_message(message.validation, reading.part("validation"))
        case "revocation":
            return revocation_from_message(message.revocation, reading.part("revocation"))
        case None:
            reading.fault("evidence", "is of a kind that is not known here")
            return EvidenceRevocation(record_id="", reason="")
