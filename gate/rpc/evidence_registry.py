"""EvidenceRegistryService: what the CA's other systems know, recorded under their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.errors import Malformed
from gate.model import Applicant, Evidence, EvidenceRevocation, Identifier, Order, Validation
from gate.rpc.convert_evidence import (
    applicant_from_message,
    identifier_from_message,
    order_from_message,
    revocation_from_message,
    validation_from_message,
)
from gate.rpc.convert_import import (
    approved_to_message,
    pending_to_message,
    records_from_message,
)
from gate.rpc.convert_record import listed_to_message, record_to_message
from gate.rpc.handlers import Method
from gate.rpc.page_token import read_page_token, write_page_token
from gate.rpc.reading import Reading, read
from gate.rpc.roles import EVIDENCE_REGISTRY, Peer, Role
from gate.rpc.status import NotFound
from gate.service import EvidenceRegistry
from gate.v1 import evidence_registry_pb2 as messages

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
PAGE_BYTES = 2 * 1024 * 1024
"""A page ends here too, so that it fits through a client's usual limit of 4 MiB."""

RECORDED_BY = {
    Order: f"{EVIDENCE_REGISTRY}/RecordOrder",
    Applicant: f"{EVIDENCE_REGISTRY}/RecordApplicant",
    Validation: f"{EVIDENCE_REGISTRY}/RecordValidation",
}
"""The call that records one of a kind: who may not make it may not import the kind either,
and revokes none of it unless it is an approver.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    account: str
    applicant: str
    identifier: Identifier | None
    after: int


@dataclass(frozen=True, slots=True)
class EvidenceRegistryServicer:
    """Answers the RPCs of gate.v1.EvidenceRegistryService."""

    registry: EvidenceRegistry

    @property
    def methods(self) -> Mapping[str, Method[Any]]:
        """Every RPC of the service."""
        return {
            "RecordOrder": Method(messages.RecordOrderRequest, self.record_order),
            "RecordApplicant": Method(messages.RecordApplicantRequest, self.record_applicant),
            "RecordValidation": Method(messages.RecordValidationRequest, self.record_validation),
            "RevokeEvidence": Method(messages.RevokeEvidenceRequest, self.revoke_evidence),
            "ImportEvidence": Method(messages.ImportEvidenceRequest, self.import_evidence),
            "ApproveImport": Method(messages.ApproveImportRequest, self.approve_import),
            "ListEvidence": Method(messages.ListEvidenceRequest, self.list_evidence),
        }

    def record_order(
        self, message: messages.RecordOrderRequest, peer: Peer
    ) -> messages.RecordOrderResponse:
        """Record an order."""
        order = read(lambda reading: order_from_message(message.order, reading.part("order")))
        peer.scope.require(order)
        record = self.registry.record_order(order, peer.identity)
        return messages.RecordOrderResponse(record=record_to_message(record))

    def record_applicant(
        self, message: messages.RecordApplicantRequest, peer: Peer
    ) -> messages.RecordApplicantResponse:
        """Record which applicant an account belongs to."""
        applicant = read(
            lambda reading: applicant_from_message(message.applicant, reading.part("applicant"))
        )
        peer.scope.require(applicant)
        record = self.registry.record_applicant(applicant, peer.identity)
        return messages.RecordApplicantResponse(record=record_to_message(record))

    def record_validation(
        self, message: messages.RecordValidationRequest, peer: Peer
    ) -> messages.RecordValidationResponse:
        """Record a completed validation."""
        validation = read(
            lambda reading: validation_from_message(message.validation, reading.part("validation"))
        )
        peer.scope.require(validation)
        record = self.registry.record_validation(validation, peer.identity)
        return messages.RecordValidationResponse(record=record_to_message(record))

    def revoke_evidence(
        self, message: messages.RevokeEvidenceRequest, peer: Peer
    ) -> messages.RevokeEvidenceResponse:
        """Record that an earlier record no longer holds."""
        wish = read(lambda reading: revocation_from_message(message, reading))
        if known := self.registry.ledger.find(wish.record_id):
            _require_to_revoke(known.recorded.evidence, peer)
        record = self.registry.revoke(wish.record_id, wish.reason, peer.identity)
        if record is None:
            raise NotFound(f"there is no record `{wish.record_id}`")
        return messages.RevokeEvidenceResponse(record=record_to_message(record))

    def import_evidence(
        self, message: messages.ImportEvidenceRequest, peer: Peer
    ) -> messages.ImportEvidenceResponse:
        """Record a batch that two approvers have to approve."""
        records, reason = read(
            lambda reading: (
                records_from_message(message, reading),
                reading.text("reason", message.reason, required=True),
            )
        )
        for record in records:
            peer.require(RECORDED_BY[type(record)])
            peer.scope.require(record)
        return pending_to_message(self.registry.import_evidence(records, reason, peer.identity))

    def approve_import(
        self, message: messages.ApproveImportRequest, peer: Peer
    ) -> messages.ApproveImportResponse:
        """Record an approval; the second one makes the import's records evidence."""
        import_id, digest = read(
            lambda reading: (
                reading.text("import_id", message.import_id, required=True),
                reading.digest("digest", message.digest),
            )
        )
        approved = self.registry.approve_import(import_id, digest, peer.identity)
        if approved is None:
            raise NotFound(f"there is no import `{import_id}`")
        return approved_to_message(approved)

    def list_evidence(
        self, message: messages.ListEvidenceRequest, peer: Peer
    ) -> messages.ListEvidenceResponse:
        """List a page of records."""
        asked = read(lambda reading: _listing(message, reading))
        if Role.AUDITOR not in peer.roles:
            peer.scope.require_account(asked.account)
        size = min(message.page_size or DEFAULT_PAGE, LARGEST_PAGE)
        # One more than the page holds tells whether another one follows.
        found = self.registry.listing(
            account=asked.account,
            applicant=asked.applicant,
            identifier=asked.identifier,
            after=asked.after,
            limit=size + 1,
        )
        page: list[messages.EvidenceRecord] = []
        room = PAGE_BYTES
        for record in map(listed_to_message, found[:size]):
            room -= record.ByteSize()
            if page and room < 0:
                break
            page.append(record)
        more = len(page) < len(found)
        return messages.ListEvidenceResponse(
            records=page,
            next_page_token=write_page_token(page[-1].log_index, message) if more else "",
        )


def _require_to_revoke(evidence: Evidence, peer: Peer) -> None:
    """Raise PermissionDenied unless the peer might record this now, or approves within limits."""
    if Role.APPROVER not in peer.roles and not isinstance(evidence, EvidenceRevocation):
        peer.require(RECORDED_BY[type(evidence)])
    peer.scope.require(evidence)


def _listing(message: messages.ListEvidenceRequest, reading: Reading) -> _Listing:
    identifier = None
    if message.HasField("identifier"):
        identifier = identifier_from_message(message.identifier, reading.part("identifier"))
    after = -1
    try:
        after = read_page_token(message.page_token, message)
    except Malformed as error:
        reading.fault("page_token", str(error))
    return _Listing(
        account=reading.text("account", message.account),
        applicant=reading.text("applicant", message.applicant),
        identifier=identifier,
        after=after,
    )
