"""A server that is no gate: it gives the answers against which a client must guard itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import grpc

from gate.v1.decision_pb2 import Decision, Release, Verdict
from gate.v1.issuance_gate_pb2 import EvaluateRequest, EvaluateResponse

RELEASE = Release(token="a.b.c", log_entry=b"{}", log_proof="proof")

Liar = Callable[[EvaluateRequest], EvaluateResponse]


def saying(verdict: int, *, release: Release | None = RELEASE, about: bytes = b"") -> Liar:
    """One verdict on whatever is asked; `about` makes it one on other bytes."""

    def evaluate(request: EvaluateRequest) -> EvaluateResponse:
        decision = Decision(
            decision_id="d-1",
            verdict=Verdict.ValueType(verdict),
            policy_verdict=Verdict.VERDICT_RELEASE,
            tbs_sha256=sha256(about or request.tbs_certificate).digest(),
        )
        return EvaluateResponse(decision=decision, release=release)

    return evaluate


def saying_nothing(_: EvaluateRequest) -> EvaluateResponse:
    """Status OK, and nothing in it."""
    return EvaluateResponse()


@contextmanager
def answering(liar: Liar, identities: Path) -> Iterator[str]:
    """Serve under the real gate's own TLS identity, and give the address."""
    key, chain = (identities / "server.key").read_bytes(), (identities / "server.pem").read_bytes()
    evaluate = grpc.unary_unary_rpc_method_handler(
        lambda request, _: liar(request),
        request_deserializer=EvaluateRequest.FromString,
        response_serializer=EvaluateResponse.SerializeToString,
    )
    service = grpc.method_handlers_generic_handler(
        "gate.v1.IssuanceGateService", {"Evaluate": evaluate}
    )
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    server.add_generic_rpc_handlers((service,))
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, chain)]))
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
