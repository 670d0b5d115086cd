"""What the service answers, between its values and their messages."""

from gate.model import Verdict
from gate.rpc.convert_decision import (
    decision_from_message,
    decision_to_message,
    release_from_message,
    release_to_message,
)
from gate.rpc.reading import Reading
from gate.service import Answer
from gate.service.audit import ProvenDecision
from gate.v1.decision_log_pb2 import GetDecisionResponse
from gate.v1.issuance_gate_pb2 import EvaluateResponse


def answer_to_message(answer: Answer) -> EvaluateResponse:
    """Write a decision, and its release where there is one."""
    release = None if answer.release is None else release_to_message(answer.release)
    return EvaluateResponse(decision=decision_to_message(answer.decision), release=release)


def answer_from_message(message: EvaluateResponse, reading: Reading) -> Answer:
    """Read an answer; a release beside a block is a fault, not a release."""
    decision = decision_from_message(message.decision, reading.part("decision"))
    release = None
    if message.HasField("release"):
        release = release_from_message(message.release, reading.part("release"))
        if decision.decision.verdict is Verdict.BLOCK:
            reading.fault("release", "came with a block")
    return Answer(decision=decision, release=release)


def proven_to_message(proven: ProvenDecision) -> GetDecisionResponse:
    """Write a decision with the proof that the log holds it."""
    return GetDecisionResponse(
        decision=decision_to_message(proven.decision),
        log_entry=proven.leaf,
        log_proof=proven.proof,
    )


def proven_from_message(message: GetDecisionResponse, reading: Reading) -> ProvenDecision:
    """Read a decision with its proof."""
    return ProvenDecision(
        decision=decision_from_message(message.decision, reading.part("decision")),
        leaf=message.log_entry,
        proof=message.log_proof,
    )
