"""Evidence over the wire: recorded under the peer's name, listed in pages, revoked once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from gate.client import GateClient, NotFound, PermissionDenied, import_digest
from gate.errors import Malformed, Refused
from gate.model import EvidenceRevocation, Identifier, IdentifierType
from gate.v1 import evidence_registry_pb2 as messages
from tests import cases, pki
from tests.rpc.served import APPLICANT, NAME, ORDER, Served, serving
from tests.rpc.wire import send

LIST = "gate.v1.EvidenceRegistryService/ListEvidence"
IMPORT = "gate.v1.EvidenceRegistryService/ImportEvidence"
FEW = 7


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gate that knows a few orders of one account."""
    with serving(tmp_path_factory.mktemp("evidence")) as found:
        with found.client("registrar") as registrar:
            for number in range(FEW):
                registrar.record_order(replace(ORDER, order_id=f"few-{number}", account="few"))
        yield found


@pytest.fixture
def registrar(served: Served) -> Iterator[GateClient]:
    with served.client("registrar") as found:
        yield found


@pytest.fixture
def validator(served: Served) -> Iterator[GateClient]:
    with served.client("validator") as found:
        yield found


def page(served: Served, **fields: object) -> messages.ListEvidenceResponse:
    with served.channel("auditor") as channel:
        request = messages.ListEvidenceRequest(**fields)  # type: ignore[arg-type]  # any field
        answer = send(channel, LIST, request.SerializeToString())
    assert isinstance(answer, messages.ListEvidenceResponse)
    return answer


def test_records_carry_the_peers_identity(registrar: GateClient, validator: GateClient) -> None:
    order = registrar.record_order(ORDER)
    assert (order.evidence, order.recorded_by) == (ORDER, "urn:test:registrar")
    applicant = registrar.record_applicant(APPLICANT)
    assert applicant.evidence == APPLICANT
    validation = validator.record_validation(cases.validation(NAME, method="dns-01"))
    assert validation.evidence == cases.validation(NAME, method="3.2.2.4.7")
    assert validation.recorded_by == "urn:test:validator"
    address = validator.record_validation(cases.validation("2001:db8::1"))
    assert address.evidence == cases.validation("2001:db8::1")


def test_a_repeated_order_is_the_record_there_is(registrar: GateClient) -> None:
    order = replace(ORDER, order_id="twice")
    assert registrar.record_order(order) == registrar.record_order(order)
    with pytest.raises(Refused, match="other content"):
        registrar.record_order(replace(order, requested_by="someone else"))


def test_a_revoked_record_is_listed_as_revoked(served: Served, registrar: GateClient) -> None:
    record = registrar.record_order(replace(ORDER, order_id="revoked", account="revoking"))
    revocation = registrar.revoke_evidence(record.record_id, "a mistake")
    assert revocation.evidence == EvidenceRevocation(record_id=record.record_id, reason="a mistake")
    listed = list(registrar.list_evidence(account="revoking"))
    assert [(one.recorded, one.revoked) for one in listed] == [(record, True)]
    with pytest.raises(Refused, match="revoked already"):
        registrar.revoke_evidence(record.record_id, "again")
    with pytest.raises(Refused, match="cannot be revoked"):
        registrar.revoke_evidence(revocation.record_id, "no")


def test_what_is_not_there_cannot_be_revoked(registrar: GateClient) -> None:
    with pytest.raises(NotFound, match="no record `nothing`"):
        registrar.revoke_evidence("nothing", "because")
    with pytest.raises(Malformed, match="`reason` is missing"):
        registrar.revoke_evidence("nothing", "")


def test_nothing_to_record_is_malformed(served: Served) -> None:
    with served.channel("registrar") as channel, pytest.raises(grpc.RpcError) as caught:
        send(channel, "gate.v1.EvidenceRegistryService/RecordOrder", b"")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "`order.order_id` is missing" in str(caught.value.details())


def test_pages_follow_each_other_without_gap_or_repeat(served: Served) -> None:
    found: list[str] = []
    token, pages = "", 0
    while pages == 0 or token:
        answer = page(served, account="few", page_size=3, page_token=token)
        assert 0 < len(answer.records) <= 3
        found += [record.order.order_id for record in answer.records]
        token, pages = answer.next_page_token, pages + 1
    assert found == [f"few-{number}" for number in range(FEW)]
    assert pages == 3


def test_a_page_that_ends_with_the_last_record_is_the_last(served: Served) -> None:
    assert not page(served, account="few", page_size=FEW).next_page_token
    assert page(served, account="few", page_size=FEW - 1).next_page_token


def test_a_page_is_a_hundred_records_unless_asked_and_a_thousand_at_most(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as own:
        with own.client("registrar") as registrar:
            for number in range(1001):
                registrar.record_order(replace(ORDER, order_id=str(number)))
        assert len(page(own).records) == 100
        assert len(page(own, page_size=1000).records) == 1000
        assert len(page(own, page_size=2**32 - 1).records) == 1000
        with own.client("auditor") as auditor:
            orders = [one.recorded.evidence for one in auditor.list_evidence()]
    assert len(orders) == 1001


def test_a_page_ends_before_it_grows_too_large_for_a_client(tmp_path: Path) -> None:
    many = tuple(
        Identifier(IdentifierType.DNS, f"{number:05}.{'x' * 60}.example")
        for number in range(10_000)
    )
    with serving(tmp_path) as own:
        with own.client("registrar") as registrar:
            for number in range(4):
                registrar.record_order(replace(ORDER, order_id=str(number), identifiers=many))
        first = page(own)
        assert 0 < len(first.records) < 4
        assert first.ByteSize() < 4 * 1024 * 1024
        with own.client("auditor") as auditor:
            assert len(list(auditor.list_evidence())) == 4


@pytest.mark.parametrize("token", ["x", "AAAA", "A" * 22, "////", "é", "A" * 100_000, "\x00"])
def test_a_page_token_of_ones_own_making_is_malformed(served: Served, token: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        page(served, account="few", page_token=token)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "`page_token` is not from this listing" in str(caught.value.details())


def test_a_page_token_is_good_for_its_own_listing_only(served: Served) -> None:
    token = page(served, account="few", page_size=1).next_page_token
    assert page(served, account="few", page_size=2, page_token=token).records
    for other in ({}, {"applicant": "few"}, {"account": "fe"}):
        with pytest.raises(grpc.RpcError) as caught:
            page(served, page_token=token, **other)
        assert "`page_token`" in str(caught.value.details())


def test_a_listing_narrows_by_name(served: Served, validator: GateClient) -> None:
    below = Identifier(IdentifierType.DNS, "a.narrow.example")
    record = validator.record_validation(cases.validation("narrow.example"))
    validator.record_validation(cases.validation("broad.example"))
    found = list(validator.list_evidence(identifier=below))
    assert [one.recorded for one in found] == [record]


OLD = cases.validation("imported.example", age=timedelta(days=100))


@pytest.fixture
def approvers(served: Served) -> Iterator[tuple[GateClient, GateClient]]:
    with served.client("approver") as one, served.client("other-approver") as other:
        yield one, other


def test_what_was_long_ago_comes_in_by_an_import_that_two_approve(
    validator: GateClient, approvers: tuple[GateClient, GateClient]
) -> None:
    with pytest.raises(Malformed, match="`gate evidence import`"):
        validator.record_validation(OLD)
    pending = validator.import_evidence((OLD,), "from the old system")
    assert (pending.count, pending.digest) == (1, import_digest((OLD,), "from the old system"))

    first, second = (one.approve_import(pending.import_id, pending.digest) for one in approvers)

    assert (first.approved_by, first.in_effect) == (("urn:test:approver",), False)
    assert second.approved_by == ("urn:test:approver", "urn:test:other-approver")
    (listed,) = validator.list_evidence(identifier=OLD.identifier)
    assert (listed.recorded.evidence, listed.recorded.import_id) == (OLD, pending.import_id)
    assert listed.recorded.recorded_by == "urn:test:validator"
    assert second.record_ids == (listed.recorded.record_id,)


def test_who_may_not_record_a_kind_may_not_import_it(
    registrar: GateClient, validator: GateClient
) -> None:
    order = replace(ORDER, order_id="imported-1", account="imported")
    applicant = replace(APPLICANT, account="imported")
    assert registrar.import_evidence((order, applicant), "x").count == 2
    with pytest.raises(PermissionDenied, match="RecordValidation"):
        registrar.import_evidence((order, OLD), "x")
    for record in (order, applicant):
        with pytest.raises(PermissionDenied):
            validator.import_evidence((OLD, record), "x")


def test_an_import_is_refused_with_the_place_of_each_fault(
    served: Served, validator: GateClient
) -> None:
    ahead = replace(OLD, completed_at=pki.NOW + timedelta(days=1))
    with pytest.raises(Malformed, match=r"`records\[1\]`: .*in the future"):
        validator.import_evidence((OLD, ahead), "x")
    with pytest.raises(Malformed, match="`reason` is missing"):
        validator.import_evidence((OLD,), "")
    request = messages.ImportEvidenceRequest(
        records=[
            messages.ImportedRecord(),
            messages.ImportedRecord(validation=messages.Validation(applicant="a")),
        ],
        reason="x",
    )
    with served.channel("validator") as channel, pytest.raises(grpc.RpcError) as caught:
        send(channel, IMPORT, request.SerializeToString())
    told = str(caught.value.details())
    assert "`records[0].evidence` is missing" in told
    assert "`records[1].validation.method` is missing" in told


def test_an_approval_of_nothing_or_of_something_else_is_refused(
    validator: GateClient, approvers: tuple[GateClient, GateClient]
) -> None:
    approver, _ = approvers
    pending = validator.import_evidence((OLD,), "again")
    with pytest.raises(NotFound, match="no import `nothing`"):
        approver.approve_import("nothing", pending.digest)
    with pytest.raises(Refused, match="`digest`"):
        approver.approve_import(pending.import_id, bytes(32))
    with pytest.raises(Malformed, match="`digest` has 3 bytes"):
        approver.approve_import(pending.import_id, b"abc")
