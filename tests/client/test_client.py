"""The client: values in and out, and no failure that could be taken for a release."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

import grpc
import pytest
from cryptography import x509
from google.protobuf.message import Message

from gate.client import (
    GateClient,
    PermissionDenied,
    TokenType,
    read_jwks,
    verify_release,
)
from gate.errors import GateError, Malformed, Refused, Tampered, Unavailable
from gate.release import jwks
from gate.rpc.server import LARGEST_REQUEST
from gate.v1 import decision_pb2
from gate.v1.issuance_gate_pb2 import EvaluateBatchResponse, EvaluateResponse
from tests import pki
from tests.rpc.authority import Authority, Credentials
from tests.rpc.served import CONTEXT, ORIGIN, TBS, Served

SPKI = pki.issuer().spki_sha256


@pytest.fixture(scope="module", autouse=True)
def evidence(served: Served) -> None:
    served.record_evidence()


def test_a_release_is_verified_with_its_proof_before_signing(served: Served) -> None:
    with served.client() as client:
        release = client.evaluate("verified", TBS, CONTEXT).release
    assert release is not None
    claims = verify_release(
        release.token,
        tbs_certificate=TBS,
        issuer_spki_sha256=SPKI,
        environment="production",
        keys=read_jwks(jwks([served.release_key])),
        now=pki.NOW,
        log_entry=release.log_entry,
        log_proof=release.log_proof,
        origin=ORIGIN,
        log_key=served.log_key,
    )
    assert claims.tbs_sha256 == sha256(TBS).digest()
    assert claims.expires_at == release.expires_at


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"tbs_certificate": TBS + b"\x00"}, Refused),
        ({"issuer_spki_sha256": bytes(32)}, Refused),
        ({"environment": "staging"}, Refused),
        ({"keys": {}}, Refused),
        ({"now": pki.NOW + timedelta(seconds=60)}, Refused),
        ({"now": pki.NOW - timedelta(minutes=1)}, Refused),
        ({"token_type": TokenType.DRY_RUN}, Refused),
        ({"origin": "another log"}, Refused),
        ({"log_key": bytes(range(32))}, Refused),
        ({"log_entry": b""}, Refused),
        ({"log_proof": ""}, Refused),
        ({"log_proof": None}, Malformed),
        ({"log_key": None}, Malformed),
        ({"origin": None, "log_key": None}, Malformed),
    ],
    ids=lambda change: "-".join(change) if isinstance(change, dict) else "",
)
def test_a_release_that_does_not_hold_is_never_verified(
    served: Served, change: dict[str, Any], error: type[GateError]
) -> None:
    with served.client() as client:
        release = client.evaluate("verified", TBS, CONTEXT).release
    assert release is not None
    right: dict[str, Any] = {
        "tbs_certificate": TBS,
        "issuer_spki_sha256": SPKI,
        "environment": "production",
        "keys": read_jwks(jwks([served.release_key])),
        "now": pki.NOW,
        "log_entry": release.log_entry,
        "log_proof": release.log_proof,
        "origin": ORIGIN,
        "log_key": served.log_key,
    }
    with pytest.raises(error):
        verify_release(release.token, **(right | change))


def test_the_log_is_looked_at_only_where_it_is_given(served: Served) -> None:
    with served.client() as client:
        release = client.evaluate("verified", TBS, CONTEXT).release
    assert release is not None
    keys = read_jwks(jwks([served.release_key]))
    claims = verify_release(
        release.token,
        tbs_certificate=TBS,
        issuer_spki_sha256=SPKI,
        environment="production",
        keys=keys,
        now=pki.NOW,
    )
    assert claims.tbs_sha256 == sha256(TBS).digest()


def test_a_proven_decision_and_a_checkpoint_can_be_read(served: Served) -> None:
    with served.client() as client:
        answer = client.evaluate("read", TBS, CONTEXT)
        proven = client.decision(answer.decision.decision_id)
        assert proven.decision == answer.decision
        assert answer.release is not None
        assert proven.leaf == answer.release.log_entry
        assert client.checkpoint().startswith(f"{ORIGIN}\n")


def test_a_role_that_is_missing_is_refused(served: Served) -> None:
    with served.client("registrar") as client, pytest.raises(PermissionDenied, match="requester"):
        client.evaluate("r", TBS, CONTEXT)


def test_a_gate_that_is_not_there_is_unavailable(served: Served) -> None:
    with served.client() as client:
        served_elsewhere = GateClient(
            "127.0.0.1:1",
            root_certificates=served.authority.pem,
            private_key=served.credentials("urn:test:requester").key,
            certificate_chain=served.credentials("urn:test:requester").chain,
        )
        assert client.checkpoint()
    with served_elsewhere, pytest.raises(Unavailable):
        served_elsewhere.evaluate("r", TBS, CONTEXT)


def test_a_gate_of_another_ca_is_not_asked(served: Served) -> None:
    mine = served.credentials("urn:test:requester")
    wrong = Credentials(key=mine.key, chain=mine.chain, ca=Authority("Another").pem)
    with served.client(wrong) as client, pytest.raises(Unavailable):
        client.checkpoint()


def test_a_request_that_is_too_large_is_not_sent(served: Served) -> None:
    with served.client() as client, pytest.raises(Malformed, match="takes 1048576 at most"):
        client.evaluate("r", bytes(LARGEST_REQUEST), CONTEXT)


@contextmanager
def pretending(response: Message, *, delay: bool = False) -> Iterator[GateClient]:
    """A client of a server that answers every call with this message, or never."""
    authority = Authority()
    mine = authority.issue(x509.UniformResourceIdentifier("urn:test:requester"))
    its = authority.issue(x509.IPAddress(ip_address("127.0.0.1")))

    class Handler(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
        def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
            return grpc.unary_unary_rpc_method_handler(self.answer)

        def answer(self, _data: bytes, context: grpc.ServicerContext) -> bytes:
            if delay:
                context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "too late")
            return response.SerializeToString()

    server = grpc.server(ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((Handler(),))
    credentials = grpc.ssl_server_credentials([(its.key, its.chain)])
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    with GateClient(
        f"127.0.0.1:{port}",
        root_certificates=authority.pem,
        private_key=mine.key,
        certificate_chain=mine.chain,
    ) as client:
        yield client
    server.stop(None).wait()


def released() -> EvaluateResponse:
    """An answer as a gate gives it, for TBS."""
    answer = EvaluateResponse()
    answer.decision.verdict = decision_pb2.VERDICT_RELEASE
    answer.decision.policy_verdict = decision_pb2.VERDICT_RELEASE
    answer.decision.tbs_sha256 = sha256(TBS).digest()
    answer.decision.decided_at.seconds = 1
    answer.release.token = "token"
    answer.release.expires_at.seconds = 1
    return answer


def test_an_answer_that_fits_is_an_answer() -> None:
    with pretending(released()) as client:
        assert client.evaluate("r", TBS, CONTEXT).release is not None


def test_an_answer_about_other_bytes_is_no_answer() -> None:
    with pretending(released()) as client, pytest.raises(Tampered, match="other bytes"):
        client.evaluate("r", TBS + b"\x00", CONTEXT)


def test_a_release_with_a_block_is_no_answer() -> None:
    answer = released()
    answer.decision.verdict = decision_pb2.VERDICT_BLOCK
    with pretending(answer) as client, pytest.raises(Malformed, match="came with a block"):
        client.evaluate("r", TBS, CONTEXT)


def test_a_verdict_that_is_not_known_here_is_no_answer() -> None:
    answer = released()
    answer.decision.verdict = 99  # type: ignore[assignment]  # what a newer gate may send
    with pretending(answer) as client, pytest.raises(Malformed, match="unknown number 99"):
        client.evaluate("r", TBS, CONTEXT)


def test_an_empty_answer_is_no_answer() -> None:
    with pretending(EvaluateResponse()) as client, pytest.raises(Malformed):
        client.evaluate("r", TBS, CONTEXT)


def test_a_batch_with_too_few_answers_is_no_answer() -> None:
    few = EvaluateBatchResponse(responses=[released()])
    with pretending(few) as client:
        assert len(client.evaluate_batch([("r", TBS, CONTEXT)])) == 1
        with pytest.raises(Malformed, match="1 answers to 2 requests"):
            client.evaluate_batch([("r", TBS, CONTEXT), ("s", TBS, CONTEXT)])


def test_a_deadline_that_passed_is_unavailable() -> None:
    with (
        pretending(EvaluateResponse(), delay=True) as client,
        pytest.raises(Unavailable, match="DEADLINE_EXCEEDED"),
    ):
        client.evaluate("r", TBS, CONTEXT)
