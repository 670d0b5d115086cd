"""What an identity is kept to: one table for every RPC, and nothing is judged or recorded."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from gate.errors import ConfigError, Malformed, Refused
from gate.model import Environment, Identifier, IdentifierType, IssuanceRequest
from gate.rpc import Identities, Role, Scope
from gate.rpc.convert_evidence import (
    applicant_to_message,
    order_to_message,
    validation_to_message,
)
from gate.rpc.convert_import import import_to_message
from gate.rpc.convert_request import request_to_message
from gate.rpc.roles import LIMITED_BY
from gate.rpc.status import PermissionDenied
from gate.v1 import evidence_registry_pb2 as evidence
from gate.v1.issuance_gate_pb2 import EvaluateBatchRequest, EvaluateRequest
from tests import cases
from tests.rpc.served import APPLICANT, CONTEXT, NAME, ORDER, TBS, Served
from tests.rpc.wire import RPCS, status

FREE = {
    "Lint",
    "GetDecision",
    "GetCheckpoint",
    "GetActivePolicy",
    "ListRules",
    "GetShadowReport",
}
"""RPCs in which no limit means anything: they give nothing and record nothing."""

VALIDATION = cases.validation(NAME, method="3.2.2.4.7")


def evaluate(**context: Any) -> EvaluateRequest:
    request = IssuanceRequest(
        request_id="r-" + "-".join(context.values()),
        caller="",
        tbs_certificate=TBS,
        context=replace(CONTEXT, **context),
    )
    return request_to_message(request)


def batch(**context: Any) -> EvaluateBatchRequest:
    """A batch whose first request is fine."""
    return EvaluateBatchRequest(requests=[evaluate(channel="first"), evaluate(**context)])


def order(**fields: Any) -> evidence.RecordOrderRequest:
    return evidence.RecordOrderRequest(order=order_to_message(replace(ORDER, **fields)))


def applicant(**fields: Any) -> evidence.RecordApplicantRequest:
    found = replace(APPLICANT, **fields)
    return evidence.RecordApplicantRequest(applicant=applicant_to_message(found))


def validation(**fields: Any) -> evidence.RecordValidationRequest:
    found = replace(VALIDATION, **fields)
    return evidence.RecordValidationRequest(validation=validation_to_message(found))


def importing(method: str) -> evidence.ImportEvidenceRequest:
    records = [replace(VALIDATION, method=each) for each in ("3.2.2.4.7", method)]
    return import_to_message(records, "a reason")


def listing(**fields: Any) -> evidence.ListEvidenceRequest:
    return evidence.ListEvidenceRequest(**fields)


Table = dict[str, tuple[str, Callable[..., Message], dict[str, list[str]]]]

LIMITED: Table = {
    "Evaluate": (
        "limited-requester",
        evaluate,
        {
            "account": ["enterprise-9", ""],
            "issuer": ["test-r1", "nowhere"],
            "profile": ["tls-ov", ""],
        },
    ),
    "EvaluateBatch": (
        "limited-requester",
        batch,
        {"account": ["enterprise-9"], "issuer": ["test-r1"], "profile": ["tls-ov"]},
    ),
    "RecordOrder": (
        "limited-registrar",
        order,
        {"account": ["enterprise-9"], "profile": ["tls-ov"]},
    ),
    "RecordApplicant": ("limited-registrar", applicant, {"account": ["enterprise-9"]}),
    "RecordValidation": (
        "limited-validator",
        validation,
        {"method": ["3.2.2.4.19", "http-01", "3.2.2.4.07"]},
    ),
    "ListEvidence": ("limited-registrar", listing, {"account": ["enterprise-9", ""]}),
}
DENIED = grpc.StatusCode.PERMISSION_DENIED
ELSEWHERE = {"RevokeEvidence", "ImportEvidence", "ApproveImport"}
WITHIN = {"ListEvidence": {"account": cases.ACCOUNT}, "EvaluateBatch": {"channel": "second"}}


def full_name(rpc: str) -> str:
    (found,) = (name for name in RPCS if name.endswith(f"/{rpc}"))
    return found


def test_every_rpc_is_held_against_the_limits_or_known_to_be_free() -> None:
    named = {*LIMITED, *ELSEWHERE, *FREE}
    assert named == {rpc.rpartition("/")[2] for rpc in RPCS}


@pytest.mark.parametrize("rpc", LIMITED)
def test_what_lies_within_the_limits_is_served(served: Served, rpc: str) -> None:
    who, message, _ = LIMITED[rpc]
    sent = message(**WITHIN.get(rpc, {})).SerializeToString()
    with served.channel(who) as channel:
        assert status(channel, full_name(rpc), sent) is grpc.StatusCode.OK


@pytest.mark.parametrize(
    ("rpc", "field", "value"),
    [
        (rpc, field, value)
        for rpc, (_, _, outside) in LIMITED.items()
        for field, values in outside.items()
        for value in values
    ],
)
def test_what_lies_outside_is_denied_and_not_recorded(
    served: Served, rpc: str, field: str, value: str
) -> None:
    who, message, _ = LIMITED[rpc]
    before = served.storage.state()
    sent = message(**{field: value}).SerializeToString()
    with served.channel(who) as channel:
        found = status(channel, full_name(rpc), sent)
    assert found is grpc.StatusCode.PERMISSION_DENIED
    assert served.storage.state() == before


def test_an_import_is_held_against_the_limits_record_by_record(served: Served) -> None:
    before = served.storage.state()
    outside = importing("http-01").SerializeToString()
    with served.channel("limited-validator") as channel:
        assert status(channel, full_name("ImportEvidence"), outside) is DENIED
        assert served.storage.state() == before
        within = importing("dns-01").SerializeToString()
        assert status(channel, full_name("ImportEvidence"), within) is grpc.StatusCode.OK


def test_an_acme_name_is_held_against_its_section(served: Served) -> None:
    with served.client("limited-validator") as validator:
        validator.record_validation(replace(VALIDATION, method="dns-01"))
        address = replace(
            VALIDATION,
            identifier=Identifier(IdentifierType.IP, "192.0.2.7"),
            authorization_domain="",
            method="http-01",
        )
        # The same name is another section for an address, and that one is among the limits.
        validator.record_validation(address)


def test_only_what_one_might_record_may_one_revoke(served: Served) -> None:
    others = replace(ORDER, order_id="order-of-others", account="enterprise-9")
    own = replace(ORDER, order_id="order-of-ours")
    with served.client("registrar") as registrar, served.client("limited-registrar") as limited:
        theirs, ours = registrar.record_order(others), registrar.record_order(own)
        with pytest.raises(PermissionDenied, match="`enterprise-9` is not among them"):
            limited.revoke_evidence(theirs.record_id, "mistaken")
        limited.revoke_evidence(ours.record_id, "mistaken")
        registrar.revoke_evidence(theirs.record_id, "mistaken")


def test_a_role_revokes_what_it_records_and_an_approver_anything(served: Served) -> None:
    with (
        served.client("registrar") as registrar,
        served.client("validator") as validator,
        served.client("approver") as approver,
    ):
        for at in range(2):
            order = registrar.record_order(replace(ORDER, order_id=f"revoking-{at}")).record_id
            applicant = registrar.record_applicant(
                replace(APPLICANT, account=f"revoking-{at}")
            ).record_id
            validation = validator.record_validation(VALIDATION).record_id
            before = served.storage.state()
            for other, record in (
                (validator, order),
                (validator, applicant),
                (registrar, validation),
            ):
                with pytest.raises(PermissionDenied, match="the role it needs is"):
                    other.revoke_evidence(record, "mistaken")
            assert served.storage.state() == before
            for own, record in (
                (registrar if at else approver, order),
                (registrar if at else approver, applicant),
                (validator if at else approver, validation),
            ):
                own.revoke_evidence(record, "mistaken")


def test_a_limited_validator_revokes_by_its_methods_only(served: Served) -> None:
    with served.client("validator") as validator, served.client("limited-validator") as limited:
        other = validator.record_validation(replace(VALIDATION, method="3.2.2.4.19")).record_id
        own = validator.record_validation(VALIDATION).record_id
        with pytest.raises(PermissionDenied, match=r"`3\.2\.2\.4\.19` is not among them"):
            limited.revoke_evidence(other, "mistaken")
        limited.revoke_evidence(own, "mistaken")


def test_a_revocation_is_revoked_by_nobody(served: Served) -> None:
    with served.client("registrar") as registrar, served.client("validator") as validator:
        order = registrar.record_order(replace(ORDER, order_id="revoked")).record_id
        revocation = registrar.revoke_evidence(order, "mistaken").record_id
        for who in (registrar, validator):
            with pytest.raises((Refused, Malformed)):
                who.revoke_evidence(revocation, "mistaken")


def test_an_auditor_lists_everything_whatever_else_it_is(served: Served) -> None:
    with served.channel("limited-registrar-auditor") as channel:
        rpc = full_name("ListEvidence")
        assert status(channel, rpc, b"") is grpc.StatusCode.OK
        denied = order(account="enterprise-9").SerializeToString()
        rpc = full_name("RecordOrder")
        assert status(channel, rpc, denied) is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("limit", ["accounts", "issuers", "profiles", "methods"])
def test_a_limit_that_would_limit_nothing_is_refused(role: Role, limit: str) -> None:
    scope = Scope(**{limit: frozenset({"x"})})
    roles = {"urn:a": frozenset({role})}

    def made() -> Identities:
        return Identities(roles, environment=Environment.PRODUCTION, scopes={"urn:a": scope})

    if limit in LIMITED_BY.get(role, ()):
        assert made().scopes["urn:a"] == scope
    else:
        with pytest.raises(ConfigError, match=f"limited to some {limit}"):
            made()
