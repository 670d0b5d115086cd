"""A repeat is answered with the same bytes, though the log has grown in between."""

from dataclasses import replace

from gate.model import IssuanceRequest
from gate.rpc.convert_request import request_to_message
from gate.v1.issuance_gate_pb2 import EvaluateRequest, EvaluateResponse
from tests.rpc.served import CONTEXT, TBS, Served
from tests.rpc.wire import send

EVALUATE = "gate.v1.IssuanceGateService/Evaluate"


def asked(request_id: str) -> EvaluateRequest:
    request = IssuanceRequest(
        request_id=request_id, caller="", tbs_certificate=TBS, context=replace(CONTEXT)
    )
    return request_to_message(request)


def test_a_repeat_has_the_same_bytes(served: Served) -> None:
    served.record_evidence()

    def answer(request_id: str) -> bytes:
        with served.channel("requester") as channel:
            response = send(channel, EVALUATE, asked(request_id).SerializeToString())
        assert isinstance(response, EvaluateResponse)
        assert response.release.token
        return response.SerializeToString(deterministic=True)

    first = answer("repeat")
    others = {answer(f"another-{number}") for number in range(5)}

    assert answer("repeat") == first
    assert len(others) == 5
