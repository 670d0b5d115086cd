"""Requests for a release between the model and their messages."""

from gate.model import IssuanceContext, IssuanceRequest
from gate.rpc.reading import Reading
from gate.rpc.words import PURPOSES, STAGES
from gate.v1.issuance_gate_pb2 import EvaluateRequest
from gate.v1.issuance_gate_pb2 import IssuanceContext as ContextMessage


def context_to_message(context: IssuanceContext) -> ContextMessage:
    """Write the circumstances of a request."""
    return ContextMessage(
        order_id=context.order_id,
        account=context.account,
        issuer=context.issuer,
        profile=context.profile,
        environment=context.environment,
        purpose=PURPOSES.number(context.purpose),
        stage=STAGES.number(context.stage),
        channel=context.channel,
        requested_by=context.requested_by,
        precertificate=context.precertificate,
    )


def context_from_message(message: ContextMessage, reading: Reading) -> IssuanceContext:
    """Read the circumstances of a request; what they leave out is judged, not refused."""
    return IssuanceContext(
        order_id=reading.text("order_id", message.order_id),
        account=reading.text("account", message.account),
        issuer=reading.text("issuer", message.issuer),
        profile=reading.text("profile", message.profile),
        environment=reading.text("environment", message.environment),
        purpose=reading.word("purpose", message.purpose, PURPOSES),
        stage=reading.word("stage", message.stage, STAGES),
        channel=reading.text("channel", message.channel),
        requested_by=reading.text("requested_by", message.requested_by),
        precertificate=message.precertificate,
    )


def request_to_message(request: IssuanceRequest) -> EvaluateRequest:
    """Write a request; the caller is no field, the gate takes it from the certificate."""
    return EvaluateRequest(
        request_id=request.request_id,
        tbs_certificate=request.tbs_certificate,
        context=context_to_message(request.context),
    )


def request_from_message(
    message: EvaluateRequest, caller: str, reading: Reading
) -> IssuanceRequest:
    """Read the request of this caller."""
    return IssuanceRequest(
        request_id=reading.text("request_id", message.request_id, required=True),
        caller=caller,
        tbs_certificate=message.tbs_certificate,
        context=context_from_message(message.context, reading.part("context")),
    )
