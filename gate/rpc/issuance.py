"""IssuanceGateService: requests in, decisions and releases out."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from gate.errors import Malformed
from gate.rpc.admission import Limit, Shed
from gate.rpc.call import CURRENT
from gate.rpc.convert_answer import answer_to_message
from gate.rpc.convert_decision import report_to_message
from gate.rpc.convert_request import request_from_message
from gate.rpc.handlers import Method
from gate.rpc.reading import InvalidMessage, Reading, Violation, read
from gate.rpc.roles import Peer
from gate.rpc.telling import answer_told
from gate.service import Answer, Gate
from gate.service.gate import BATCH_LIMIT
from gate.v1.issuance_gate_pb2 import (
    EvaluateBatchRequest,
    EvaluateBatchResponse,
    EvaluateRequest,
    EvaluateResponse,
    LintRequest,
    LintResponse,
)
from gate.x509 import read_certificate, read_tbs_certificate

LINTS = 1
"""Lint calls at once: each holds one linter worker, and the rest are left to Evaluate."""

LINT_NAMES = 1000
"""Most names in a certificate that is only linted: more would hold a worker for too long."""


@dataclass(frozen=True, slots=True)
class IssuanceGateServicer:
    """Answers the RPCs of gate.v1.IssuanceGateService."""

    gate: Gate
    _linting: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(LINTS), init=False, repr=False, compare=False
    )

    @property
    def methods(self) -> Mapping[str, Method[Any]]:
        """Every RPC of the service."""
        return {
            "Evaluate": Method(EvaluateRequest, self.evaluate, releases=True),
            "EvaluateBatch": Method(EvaluateBatchRequest, self.evaluate_batch, releases=True),
            "Lint": Method(LintRequest, self.lint),
        }

    def evaluate(self, message: EvaluateRequest, peer: Peer) -> EvaluateResponse:
        """Judge, record and perhaps release one certificate."""
        request = read(lambda reading: request_from_message(message, peer.identity, reading))
        peer.scope.require(request.context)
        answer = self.gate.evaluate(request)
        _note((answer,))
        return answer_to_message(answer_told(answer))

    def evaluate_batch(self, message: EvaluateBatchRequest, peer: Peer) -> EvaluateBatchResponse:
        """Judge a batch; one faulty request refuses it whole, before anything is judged."""
        count = len(message.requests)
        if not 0 < count <= BATCH_LIMIT:
            raise InvalidMessage(
                Violation(field="requests", description=f"are {count}: send 1 to {BATCH_LIMIT}")
            )
        requests = read(
            lambda reading: tuple(
                request_from_message(request, peer.identity, reading.part("requests", at))
                for at, request in enumerate(message.requests)
            )
        )
        for request in requests:
            peer.scope.require(request.context)
        answers = self.gate.evaluate_batch(requests)
        _note(answers)
        told = map(answer_told, answers)
        return EvaluateBatchResponse(responses=map(answer_to_message, told))

    def lint(self, message: LintRequest, _peer: Peer) -> LintResponse:
        """Run the linters on a certificate; nothing is recorded.

        Raises Shed while another call lints: what only asks must not hold up what is issued.
        """
        profile = read(lambda reading: _linted_profile(message, reading))
        signed = message.WhichOneof("input") == "certificate"
        der = message.certificate if signed else message.tbs_certificate
        with self._place_to_lint():
            _require_few_names(der, signed=signed)
            reports = self.gate.lint_bytes(der, profile, signed=signed)
        return LintResponse(linters=map(report_to_message, reports))

    @contextmanager
    def _place_to_lint(self) -> Iterator[None]:
        # Who waited here would keep one of the places that all calls share.
        if not self._linting.acquire(blocking=False):
            raise Shed("another Lint call is under way: ask again", limit=Limit.LINT)
        try:
            yield
        finally:
            self._linting.release()


def _note(answers: Iterable[Answer]) -> None:
    """Have the call that is answered tell the operators what was decided."""
    if call := CURRENT.get():
        call.answers.extend(answers)


def _linted_profile(message: LintRequest, reading: Reading) -> str:
    if message.WhichOneof("input") is None:
        reading.fault("input", "is missing: send a tbs_certificate or a certificate")
    return reading.text("profile", message.profile, required=True)


def _require_few_names(der: bytes, *, signed: bool) -> None:
    certificate = read_certificate(der).tbs if signed else read_tbs_certificate(der)
    count = len(certificate.subject_alt_name)
    if count > LINT_NAMES:
        raise Malformed(
            f"the certificate has {count} names, and Lint takes up to {LINT_NAMES}: "
            "lint one with fewer"
        )
