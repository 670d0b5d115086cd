"""Who may call what: by the certificate alone, and one table for every RPC."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from cryptography import x509

from gate.errors import ConfigError
from gate.model import Environment
from gate.rpc import Identities, Role
from gate.rpc.handlers import Method
from gate.rpc.roles import ALLOWED, Peer
from gate.rpc.status import PermissionDenied
from gate.v1.decision_log_pb2 import GetCheckpointRequest, GetCheckpointResponse
from tests.rpc.authority import Authority, Credentials
from tests.rpc.served import Served, entrance_for
from tests.rpc.wire import RPCS, status

MAY = {
    "Evaluate": "requester",
    "EvaluateBatch": "requester",
    "Lint": "requester auditor operator",
    "RecordOrder": "registrar",
    "RecordApplicant": "registrar",
    "RecordValidation": "validator",
    "RevokeEvidence": "registrar validator approver",
    "ImportEvidence": "registrar validator",
    "ApproveImport": "approver",
    "ListEvidence": "registrar validator approver auditor",
    "GetDecision": "requester auditor operator",
    "GetCheckpoint": "requester auditor operator",
    "GetActivePolicy": "requester auditor operator",
    "ListRules": "auditor operator",
    "GetShadowReport": "auditor operator",
}
REFUSED = {grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED}
CHECKPOINT = "gate.v1.DecisionLogService/GetCheckpoint"
URI = x509.UniformResourceIdentifier


def test_the_table_has_every_rpc_and_no_other() -> None:
    assert set(ALLOWED) == set(RPCS)
    assert {name.rpartition("/")[2] for name in RPCS} == set(MAY)


@pytest.mark.parametrize("role", [*Role, "nobody"])
def test_a_role_may_call_what_the_table_says_and_nothing_else(served: Served, role: str) -> None:
    with served.channel(role) as channel:
        found = {rpc: status(channel, rpc, b"") for rpc in RPCS}
    for rpc, code in found.items():
        allowed = role in MAY[rpc.rpartition("/")[2]].split()
        assert (code not in REFUSED) is allowed, (rpc, code)
        assert code is not grpc.StatusCode.UNIMPLEMENTED, rpc


def test_an_rpc_that_is_not_in_the_table_is_refused() -> None:
    peer = Peer(identity="urn:test:all", roles=frozenset(Role))
    with pytest.raises(PermissionDenied, match="none that exists"):
        peer.require("gate.v1.IssuanceGateService/Issue")


def test_an_rpc_that_is_not_there_is_unimplemented(served: Served) -> None:
    with served.channel("requester") as channel:
        call = channel.unary_unary(
            "/gate.v1.IssuanceGateService/Issue",
            request_serializer=bytes,
            response_deserializer=bytes,
        )
        with pytest.raises(grpc.RpcError) as caught:
            call(b"", timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([URI("urn:test:auditor")], grpc.StatusCode.OK),
        ([x509.DNSName("Audit.Example.com")], grpc.StatusCode.OK),
        ([URI("urn:other:thing"), URI("urn:test:auditor")], grpc.StatusCode.OK),
        # The common name of every test certificate is a requester's identity.
        ([], grpc.StatusCode.PERMISSION_DENIED),
        ([URI("urn:test:auditor"), URI("urn:test:operator")], grpc.StatusCode.PERMISSION_DENIED),
        # One kind of name cannot pose as the other.
        ([x509.DNSName("urn:test:auditor")], grpc.StatusCode.PERMISSION_DENIED),
        ([URI("audit.example.com")], grpc.StatusCode.PERMISSION_DENIED),
        ([x509.RFC822Name("audit.example.com")], grpc.StatusCode.PERMISSION_DENIED),
        ([URI("urn:test:auditor\x00")], grpc.StatusCode.PERMISSION_DENIED),
    ],
    ids=str,
)
def test_exactly_one_known_identity_must_be_in_the_certificate(
    served: Served, names: list[x509.GeneralName], code: grpc.StatusCode
) -> None:
    with served.channel(served.authority.issue(*names)) as channel:
        assert status(channel, CHECKPOINT, b"") is code


def test_a_certificate_of_another_ca_does_not_connect(served: Served) -> None:
    stranger = Authority("Another CA").issue(URI("urn:test:auditor"))
    posing = Credentials(key=stranger.key, chain=stranger.chain, ca=served.authority.pem)
    with served.channel(posing) as channel:
        assert status(channel, CHECKPOINT, b"") is grpc.StatusCode.UNAVAILABLE


def test_without_a_certificate_nobody_connects(served: Served) -> None:
    bare = grpc.ssl_channel_credentials(served.authority.pem)
    with grpc.secure_channel(served.target, bare) as channel:
        assert status(channel, CHECKPOINT, b"") is grpc.StatusCode.UNAVAILABLE


@pytest.fixture
def without_tls() -> Iterator[grpc.Channel]:
    """What `serve` never does: the same handlers behind a port without TLS."""
    entrance = entrance_for(Identities({}, environment=Environment.PRODUCTION))
    method = Method(GetCheckpointRequest, lambda _request, _peer: GetCheckpointResponse())
    server = grpc.server(ThreadPoolExecutor(1))
    service, name = CHECKPOINT.split("/")
    server.add_generic_rpc_handlers((entrance.service(service, {name: method}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    server.stop(None).wait()


def test_a_peer_without_a_certificate_is_unauthenticated(without_tls: grpc.Channel) -> None:
    assert status(without_tls, CHECKPOINT, b"") is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("first", ["requester", "registrar", "validator", "approver"])
def test_in_production_no_identity_holds_two_of_the_four_roles(first: str) -> None:
    for second in {"requester", "registrar", "validator", "approver"} - {first}:
        roles = {"urn:a": frozenset({Role(first), Role(second)})}
        with pytest.raises(ConfigError, match="`urn:a` has the roles"):
            Identities(roles, environment=Environment.PRODUCTION)
        assert Identities(roles, environment=Environment.DEVELOPMENT).roles == roles


def test_an_auditor_may_be_an_operator_and_a_requester() -> None:
    roles = {"urn:a": frozenset({Role.AUDITOR, Role.OPERATOR, Role.REQUESTER})}
    assert Identities(roles, environment=Environment.PRODUCTION).roles == roles


def test_every_wrong_identity_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Identities(
            {
                "Audit.example.com": frozenset({Role.AUDITOR}),
                "": frozenset({Role.AUDITOR}),
                "urn:both": frozenset({Role.REQUESTER, Role.APPROVER}),
            },
            environment=Environment.PRODUCTION,
        )
    assert len(caught.value.problems) == 3
