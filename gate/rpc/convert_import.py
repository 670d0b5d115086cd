"""Imports of evidence between the model and their messages."""

from collections.abc import Sequence

from gate.model import Applicant, Order, Validation
from gate.rpc.convert_evidence import (
    applicant_from_message,
    applicant_to_message,
    order_from_message,
    order_to_message,
    validation_from_message,
    validation_to_message,
)
from gate.rpc.reading import Reading
from gate.service import ApprovedImport, Importable, PendingImport
from gate.v1 import evidence_registry_pb2 as messages


def import_to_message(records: Sequence[Importable], reason: str) -> messages.ImportEvidenceRequest:
    """Write a batch and the reason for it."""
    return messages.ImportEvidenceRequest(records=map(_to_message, records), reason=reason)


def records_from_message(
    message: messages.ImportEvidenceRequest, reading: Reading
) -> tuple[Importable, ...]:
    """Read the records of a batch, with the faults of each under its place."""
    return tuple(
        record
        for at, each in enumerate(message.records)
        if (record := _from_message(each, reading.part("records", at))) is not None
    )


def pending_to_message(pending: PendingImport) -> messages.ImportEvidenceResponse:
    """Write what the approvers need to know."""
    return messages.ImportEvidenceResponse(
        import_id=pending.import_id, digest=pending.digest, count=pending.count
    )


def pending_from_message(message: messages.ImportEvidenceResponse) -> PendingImport:
    """Read what the approvers need to know."""
    return PendingImport(import_id=message.import_id, digest=message.digest, count=message.count)


def approved_to_message(approved: ApprovedImport) -> messages.ApproveImportResponse:
    """Write how an import stands."""
    return messages.ApproveImportResponse(
        approved_by=approved.approved_by,
        in_effect=approved.in_effect,
        record_ids=approved.record_ids,
    )


def approved_from_message(
    message: messages.ApproveImportResponse, import_id: str
) -> ApprovedImport:
    """Read how this import stands."""
    return ApprovedImport(
        import_id=import_id,
        approved_by=tuple(message.approved_by),
        in_effect=message.in_effect,
        record_ids=tuple(message.record_ids),
    )


def _to_message(record: Importable) -> messages.ImportedRecord:
    match record:
        case Order():
            return messages.ImportedRecord(order=order_to_message(record))
        case Applicant():
            return messages.ImportedRecord(applicant=applicant_to_message(record))
        case Validation():
            return messages.ImportedRecord(validation=validation_to_message(record))


def _from_message(message: messages.ImportedRecord, reading: Reading) -> Importable | None:
    match message.WhichOneof("evidence"):
        case "order":
            return order_from_message(message.order, reading.part("order"))
        case "applicant":
            return applicant_from_message(message.applicant, reading.part("applicant"))
        case "validation":
            return validation_from_message(message.validation, reading.part("validation"))
        case None:
            reading.fault("evidence", "is missing: name an order, an applicant or a validation")
            return None
