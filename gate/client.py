"""The public face for issuing systems: ask for a release, and verify it before signing.

    with GateClient("gate.example:8443", root_certificates=…, private_key=…,
                    certificate_chain=…) as gate:
        answer = gate.evaluate(request_id, tbs_certificate, context)
        if answer.release is not None:
            verify_release(answer.release.token, tbs_certificate=tbs_certificate, …)
            sign(tbs_certificate)

A block is an answer. Every status but OK is an exception, so that no failure can be taken
for a release.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import grpc

from gate.errors import Malformed, Tampered
from gate.model import (
    Applicant,
    EvidenceRevocation,
    Identifier,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    Order,
    PolicyRef,
    Recorded,
    Validation,
)
from gate.record import import_digest
from gate.release import ReleaseClaims, TokenType, read_jwks, verify_entry, verify_token
from gate.rollout import ShadowReport
from gate.rpc.convert_answer import answer_from_message, proven_from_message
from gate.rpc.convert_catalog import report_from_message
from gate.rpc.convert_decision import reports_from_messages
from gate.rpc.convert_evidence import (
    applicant_to_message,
    identifier_to_message,
    order_to_message,
    validation_to_message,
)
from gate.rpc.convert_import import (
    approved_from_message,
    import_to_message,
    pending_from_message,
)
from gate.rpc.convert_record import listed_from_message, record_from_message
from gate.rpc.convert_request import request_to_message
from gate.rpc.reading import read
from gate.rpc.server import LARGEST_REQUEST, LARGEST_RESPONSE
from gate.rpc.status import NotFound, PermissionDenied, Unauthenticated, error_of
from gate.service import Answer, ApprovedImport, Importable, ListedEvidence, PendingImport
from gate.service.audit import ProvenDecision
from gate.v1 import (
    decision_log_pb2,
    evidence_registry_pb2,
    issuance_gate_pb2,
    policy_catalog_pb2,
)
from gate.v1.decision_log_pb2_grpc import DecisionLogServiceStub
from gate.v1.evidence_registry_pb2_grpc import EvidenceRegistryServiceStub
from gate.v1.issuance_gate_pb2_grpc import IssuanceGateServiceStub
from gate.v1.policy_catalog_pb2_grpc import PolicyCatalogServiceStub

__all__ = [
    "Answer",
    "ApprovedImport",
    "GateClient",
    "NotFound",
    "PendingImport",
    "PermissionDenied",
    "ReleaseClaims",
    "TokenType",
    "Unauthenticated",
    "import_digest",
    "read_jwks",
    "verify_release",
]

DEADLINE = timedelta(seconds=30)
PAGE = 1000

OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_RESPONSE),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)

E = TypeVar("E", Order, Applicant, Validation, EvidenceRevocation)


class GateClient:
    """A connection to a gate under one identity; safe to share between threads.

    `target` is `host:port`, the other arguments are PEM. Every call raises Malformed where
    the gate refuses what was sent, Refused where it contradicts what stands (NotFound,
    PermissionDenied and Unauthenticated are kinds of it), Tampered where the gate's stored
    bytes contradict themselves, Unavailable for every other failure: the outcome may then
    be unknown, and a request for a release is repeated under the same `request_id`.
    """

    def __init__(
        self,
        target: str,
        *,
        root_certificates: bytes,
        private_key: bytes,
        certificate_chain: bytes,
        deadline: timedelta = DEADLINE,
    ) -> None:
        credentials = grpc.ssl_channel_credentials(
            root_certificates, private_key, certificate_chain
        )
        self._channel = grpc.secure_channel(target, credentials, options=OPTIONS)
        self._deadline = deadline.total_seconds()
        self._issuance = IssuanceGateServiceStub(self._channel)
        self._evidence = EvidenceRegistryServiceStub(self._channel)
        self._log = DecisionLogServiceStub(self._channel)
        self._policies = PolicyCatalogServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; calls that are under way fail."""
        self._channel.close()

    def evaluate(self, request_id: str, tbs_certificate: bytes, context: IssuanceContext) -> Answer:
        """Ask for a release of exactly these bytes.

        The release is None unless the gate released them (or runs dry outside production).
        """
        request = _request(request_id, tbs_certificate, context)
        response = self._call(self._issuance.Evaluate, request_to_message(request))
        return _fitting(read(lambda reading: answer_from_message(response, reading)), request)

    def evaluate_batch(
        self, requests: Sequence[tuple[str, bytes, IssuanceContext]]
    ) -> tuple[Answer, ...]:
        """Ask for up to 100 releases at once; one answer for each, in the same order."""
        asked = [_request(*request) for request in requests]
        message = issuance_gate_pb2.EvaluateBatchRequest(requests=map(request_to_message, asked))
        response = self._call(self._issuance.EvaluateBatch, message)
        if len(response.responses) != len(asked):
            raise Malformed(
                f"the gate gave {len(response.responses)} answers to {len(asked)} requests"
            )
        answers = read(
            lambda reading: [
                answer_from_message(answer, reading.part("responses", at))
                for at, answer in enumerate(response.responses)
            ]
        )
        return tuple(map(_fitting, answers, asked))

    def lint(self, der: bytes, profile: str, *, signed: bool = False) -> tuple[LinterReport, ...]:
        """Run the gate's linters on a TBSCertificate, or on a signed certificate."""
        message = issuance_gate_pb2.LintRequest(profile=profile)
        if signed:
            message.certificate = der
        else:
            message.tbs_certificate = der
        response = self._call(self._issuance.Lint, message)
        return read(lambda reading: reports_from_messages(response.linters, reading))

    def record_order(self, order: Order) -> Recorded[Order]:
        """Record an order."""
        message = evidence_registry_pb2.RecordOrderRequest(order=order_to_message(order))
        return _record(self._call(self._evidence.RecordOrder, message), Order)

    def record_applicant(self, applicant: Applicant) -> Recorded[Applicant]:
        """Record which applicant an account belongs to."""
        message = evidence_registry_pb2.RecordApplicantRequest(
            applicant=applicant_to_message(applicant)
        )
        return _record(self._call(self._evidence.RecordApplicant, message), Applicant)

    def record_validation(self, validation: Validation) -> Recorded[Validation]:
        """Record a completed validation."""
        message = evidence_registry_pb2.RecordValidationRequest(
            validation=validation_to_message(validation)
        )
        return _record(self._call(self._evidence.RecordValidation, message), Validation)

    def revoke_evidence(self, record_id: str, reason: str) -> Recorded[EvidenceRevocation]:
        """Record that an earlier record no longer holds; raises NotFound if there is none."""
        message = evidence_registry_pb2.RevokeEvidenceRequest(record_id=record_id, reason=reason)
        response = self._call(self._evidence.RevokeEvidence, message)
        return _record(response, EvidenceRevocation)

    def import_evidence(self, records: Sequence[Importable], reason: str) -> PendingImport:
        """Bring in up to 1000 records from before the gate's time, for two others to approve."""
        response = self._call(self._evidence.ImportEvidence, import_to_message(records, reason))
        return pending_from_message(response)

    def approve_import(self, import_id: str, digest: bytes) -> ApprovedImport:
        """Approve an import by the digest of its records; the second approval lets them count.

        Raises NotFound if there is no such import. `import_digest` computes the digest.
        """
        message = evidence_registry_pb2.ApproveImportRequest(import_id=import_id, digest=digest)
        return approved_from_message(self._call(self._evidence.ApproveImport, message), import_id)

    def list_evidence(
        self,
        *,
        account: str = "",
        applicant: str = "",
        identifier: Identifier | None = None,
    ) -> Iterator[ListedEvidence]:
        """Yield the records, oldest first, page after page; what is left empty does not narrow."""
        wanted = None if identifier is None else identifier_to_message(identifier)
        message = evidence_registry_pb2.ListEvidenceRequest(
            account=account, applicant=applicant, identifier=wanted, page_size=PAGE
        )
        while True:
            page = self._call(self._evidence.ListEvidence, message)
            yield from _listed(page)
            message.page_token = page.next_page_token
            if not message.page_token:
                return

    def decision(self, decision_id: str) -> ProvenDecision:
        """Read a decision with its proof; raises NotFound where there is none to read."""
        message = decision_log_pb2.GetDecisionRequest(decision_id=decision_id)
        response = self._call(self._log.GetDecision, message)
        return read(lambda reading: proven_from_message(response, reading))

    def checkpoint(self) -> str:
        """Read the log's newest signed checkpoint."""
        message = decision_log_pb2.GetCheckpointRequest()
        return str(self._call(self._log.GetCheckpoint, message).checkpoint)

    def shadow_report(self) -> tuple[PolicyRef, ShadowReport]:
        """Read which policy judges, and what the candidate beside it would decide otherwise.

        Raises NotFound where the gate has no candidate.
        """
        message = policy_catalog_pb2.GetShadowReportRequest()
        response = self._call(self._policies.GetShadowReport, message)
        return read(lambda reading: report_from_message(response, reading))

    def _call(self, rpc: Callable[..., Any], message: Any) -> Any:
        size = message.ByteSize()
        if size > LARGEST_REQUEST:
            raise Malformed(
                f"the request has {size} bytes: the gate takes {LARGEST_REQUEST} at most"
            )
        try:
            return rpc(message, timeout=self._deadline)
        except grpc.RpcError as error:
            raise error_of(error) from None


def verify_release(
    token: str,
    *,
    tbs_certificate: bytes,
    issuer_spki_sha256: bytes,
    environment: str,
    keys: Mapping[str, bytes],
    now: datetime,
    token_type: TokenType = TokenType.RELEASE,
    log_entry: bytes | None = None,
    log_proof: str | None = None,
    origin: str | None = None,
    log_key: bytes | None = None,
) -> ReleaseClaims:
    """Verify, offline and before signing, that the token releases exactly these bytes.

    `keys` are the gate's release keys (`read_jwks`). With the log's `origin` and 32-byte
    Ed25519 `log_key`, and the entry and proof that came with the release, verifies as well
    that the decision was recorded; these four come together or not at all. Raises Malformed
    where something cannot be read, Refused where it does not hold.
    """
    claims = verify_token(
        token,
        tbs_certificate=tbs_certificate,
        issuer_spki_sha256=issuer_spki_sha256,
        environment=environment,
        keys=keys,
        now=now,
        token_type=token_type,
    )
    if log_entry is None and log_proof is None and origin is None and log_key is None:
        return claims
    if log_entry is None or log_proof is None or origin is None or log_key is None:
        raise Malformed("`log_entry`, `log_proof`, `origin` and `log_key` come together")
    verify_entry(claims, log_entry=log_entry, log_proof=log_proof, origin=origin, log_key=log_key)
    return claims


def _request(request_id: str, tbs_certificate: bytes, context: IssuanceContext) -> IssuanceRequest:
    return IssuanceRequest(
        request_id=request_id, caller="", tbs_certificate=tbs_certificate, context=context
    )


def _fitting(answer: Answer, request: IssuanceRequest) -> Answer:
    """Refuse an answer about other bytes than those that were sent."""
    if answer.decision.decision.tbs_sha256 != sha256(request.tbs_certificate).digest():
        raise Tampered("the gate's answer is about other bytes than those sent")
    return answer


def _record(response: Any, kind: type[E]) -> Recorded[E]:
    record = read(lambda reading: record_from_message(response.record, reading.part("record")))
    if not isinstance(record.evidence, kind):
        raise Malformed(f"the gate answered with another kind of record than {kind.__name__}")
    return cast("Recorded[E]", record)


def _listed(page: evidence_registry_pb2.ListEvidenceResponse) -> tuple[ListedEvidence, ...]:
    return read(
        lambda reading: tuple(
            listed_from_message(record, reading.part("records", at))
            for at, record in enumerate(page.records)
        )
    )
