"""Values go to messages and come back the same; what is no value is named, all at once."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.model import (
    ADNDerivation,
    Applicant,
    BlockCause,
    Decision,
    Evidence,
    EvidenceRevocation,
    Finding,
    Identifier,
    IdentifierType,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    Order,
    PolicyRef,
    Recorded,
    RecordedDecision,
    Release,
    RuleOutcome,
    Validation,
    Verdict,
)
from gate.rpc import words
from gate.rpc.convert_answer import answer_from_message, answer_to_message
from gate.rpc.convert_evidence import order_from_message, validation_from_message
from gate.rpc.convert_record import listed_from_message, listed_to_message
from gate.rpc.convert_request import request_from_message, request_to_message
from gate.rpc.convert_time import time_from_message, time_to_message
from gate.rpc.reading import LONGEST_TEXT, InvalidMessage, Reading, read
from gate.rpc.words import WordTable
from gate.service import Answer, ListedEvidence
from gate.v1 import decision_pb2, evidence_registry_pb2, issuance_gate_pb2

TABLES = [table for table in vars(words).values() if isinstance(table, WordTable)]

characters = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])
texts = st.text(characters, max_size=20)
some_texts = st.text(characters, min_size=1, max_size=20)
digests = st.binary(min_size=32, max_size=32)
times = st.datetimes(timezones=st.just(UTC))
indexes = st.integers(0, 2**63 - 1)
addresses = st.ip_addresses().map(lambda address: Identifier.parse(IdentifierType.IP, str(address)))
names = st.lists(st.from_regex(r"[a-z]{1,10}", fullmatch=True), min_size=2, max_size=4).map(
    lambda labels: Identifier(IdentifierType.DNS, ".".join(labels))
)
findings = st.builds(Finding, code=texts, message=texts, location=texts, source=texts)
reports = st.builds(
    LinterReport, name=texts, version=texts, findings=st.lists(findings, max_size=2).map(tuple)
)
rules = st.builds(
    RuleOutcome,
    rule_id=texts,
    title=texts,
    kind=texts,
    findings=st.lists(findings, max_size=2).map(tuple),
    references=st.lists(texts, max_size=2).map(tuple),
    requester_help=texts,
    exception_id=texts,
)
decisions = st.builds(
    RecordedDecision,
    decision_id=texts,
    log_index=indexes,
    decision=st.builds(
        Decision,
        verdict=st.sampled_from([Verdict.RELEASE, Verdict.DRY_RUN]),
        environment=texts,
        caller=texts,
        findings=st.lists(findings, max_size=2).map(tuple),
        rules=st.lists(rules, max_size=2).map(tuple),
        linters=st.lists(reports, max_size=2).map(tuple),
        policy=st.builds(PolicyRef, name=texts, version=st.integers(0, 2**32 - 1), digest=digests),
        tbs_sha256=digests,
        decided_at=times,
    ),
)
releases = st.builds(Release, token=texts, expires_at=times, log_entry=st.binary(), log_proof=texts)
requests = st.builds(
    IssuanceRequest,
    request_id=some_texts,
    caller=st.just("caller"),
    tbs_certificate=st.binary(),
    context=st.builds(
        IssuanceContext,
        order_id=texts,
        account=texts,
        issuer=texts,
        profile=texts,
        environment=texts,
        channel=texts,
        requested_by=texts,
        precertificate=st.binary(),
    ),
)
validations = st.builds(
    Validation,
    applicant=some_texts,
    identifier=names,
    authorization_domain=texts,
    method=some_texts,
    initiated_at=times,
    oldest_datum_at=times,
    completed_at=times,
    performed_by=some_texts,
    br_version=texts,
)
address_validations = st.builds(
    Validation,
    applicant=some_texts,
    identifier=addresses,
    authorization_domain=st.just(""),
    adn_derivation=st.just(ADNDerivation.EXACT),
    method=some_texts,
    initiated_at=times,
    oldest_datum_at=times,
    completed_at=times,
    performed_by=some_texts,
    br_version=texts,
)
orders = st.builds(
    Order,
    order_id=some_texts,
    account=some_texts,
    identifiers=st.lists(names | addresses, max_size=3).map(tuple),
    spki_sha256=st.just(b"") | digests,
    profile=some_texts,
    requested_by=texts,
)
evidence: st.SearchStrategy[Evidence] = st.one_of(
    orders,
    validations,
    address_validations,
    st.builds(Applicant, account=some_texts, applicant=some_texts, name=texts),
    st.builds(EvidenceRevocation, record_id=some_texts, reason=some_texts),
)


@st.composite
def records(draw: st.DrawFn) -> ListedEvidence:
    record = Recorded(
        record_id=draw(texts),
        recorded_at=draw(times),
        recorded_by=draw(texts),
        log_index=draw(indexes),
        evidence=draw(evidence),
    )
    return ListedEvidence(recorded=record, revoked=draw(st.booleans()))


def faults(caught: pytest.ExceptionInfo[InvalidMessage]) -> dict[str, str]:
    return {violation.field: violation.description for violation in caught.value.violations}


@given(requests)
def test_a_request_comes_back_from_its_message(request: IssuanceRequest) -> None:
    message = request_to_message(request)
    assert read(lambda reading: request_from_message(message, "caller", reading)) == request


@given(st.builds(Answer, decision=decisions, release=st.none() | releases))
def test_an_answer_comes_back_from_its_message(answer: Answer) -> None:
    message = answer_to_message(answer)
    assert read(lambda reading: answer_from_message(message, reading)) == answer


@given(records())
def test_a_record_comes_back_from_its_message(record: ListedEvidence) -> None:
    message = listed_to_message(record)
    assert read(lambda reading: listed_from_message(message, reading)) == record


@given(times)
def test_a_moment_comes_back_from_its_message(moment: datetime) -> None:
    assert time_from_message(time_to_message(moment)) == moment


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.any_member))
def test_every_word_has_its_own_number(table: WordTable[Any, Any]) -> None:
    kind: type[Enum] = type(table.any_member)
    members = list(kind)
    numbers = [table.number(member) for member in members]
    assert len(set(numbers)) == len(members)
    assert [table.member(number) for number in numbers] == members


def test_every_number_of_every_enum_is_a_word_but_zero() -> None:
    enums = [
        *decision_pb2.DESCRIPTOR.enum_types_by_name.values(),
        *evidence_registry_pb2.DESCRIPTOR.enum_types_by_name.values(),
    ]
    by_name = {type(table.any_member).__name__: table for table in TABLES}
    assert set(by_name) == {enum.name for enum in enums}
    for enum in enums:
        for value in enum.values:
            if value.number:
                assert by_name[enum.name].member(value.number) is not None, value.name


def test_silence_is_a_purpose_a_stage_and_no_cause_and_nothing_else() -> None:
    silent = {str(table.member(0)) for table in TABLES} - {"None"}
    assert silent == {"UNSPECIFIED", "NONE"}
    assert words.BLOCK_CAUSES.member(0) is BlockCause.NONE


@pytest.mark.parametrize(
    "stamp",
    [
        Timestamp(seconds=253402300800),
        Timestamp(seconds=-62135596801),
        Timestamp(seconds=2**63 - 1),
        Timestamp(seconds=-(2**63)),
        Timestamp(nanos=-1),
        Timestamp(nanos=1_000_000_000),
    ],
    ids=str,
)
def test_a_timestamp_outside_the_calendar_is_malformed(stamp: Timestamp) -> None:
    with pytest.raises(Malformed, match="is no time"):
        time_from_message(stamp)


def test_all_faults_of_a_batch_are_told_at_once_with_their_paths() -> None:
    context = issuance_gate_pb2.IssuanceContext(account="a\x00b", issuer="i" * 501)
    context.purpose = 99  # type: ignore[assignment]  # what a newer client may send
    context.stage = -1  # type: ignore[assignment]  # what a newer client may send
    message = issuance_gate_pb2.EvaluateBatchRequest()
    message.requests.add(request_id="fine")
    message.requests.add(context=context)

    def reader(reading: Reading) -> list[IssuanceRequest]:
        return [
            request_from_message(request, "caller", reading.part("requests", at))
            for at, request in enumerate(message.requests)
        ]

    with pytest.raises(InvalidMessage) as caught:
        read(reader)
    assert faults(caught) == {
        "requests[1].request_id": "is missing",
        "requests[1].context.account": "has control characters: write one line of plain text",
        "requests[1].context.issuer": f"has 501 characters; {LONGEST_TEXT} are the most",
        "requests[1].context.purpose": "has the unknown number 99",
        "requests[1].context.stage": "has the unknown number -1",
    }


@pytest.mark.parametrize(
    "character", ["\0", "\n", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066"]
)
def test_text_that_moves_a_cursor_or_turns_around_is_no_text(character: str) -> None:
    with pytest.raises(InvalidMessage, match="`name` has control characters"):
        read(lambda reading: reading.text("name", f"a{character}b"))


@pytest.mark.parametrize(
    "text", ["", "Plava Plovidba d.o.o.", "\u010cakovec", "\u05e2\u05d1\u05e8", "\U0001f512"]
)
def test_names_in_any_script_are_text(text: str) -> None:
    assert read(lambda reading: reading.text("name", text)) == text


def test_what_is_missing_from_a_validation_is_told() -> None:
    message = evidence_registry_pb2.Validation()
    with pytest.raises(InvalidMessage) as caught:
        read(lambda reading: validation_from_message(message, reading.part("validation")))
    assert set(faults(caught)) == {
        f"validation.{name}"
        for name in (
            "adn_derivation",
            "applicant",
            "completed_at",
            "identifier.type",
            "identifier.value",
            "initiated_at",
            "method",
            "oldest_datum_at",
            "performed_by",
        )
    }


def test_the_oldest_datum_is_the_beginning_where_nothing_is_said() -> None:
    message = evidence_registry_pb2.Validation(
        applicant="a",
        method="3.2.2.5.6",
        performed_by="p",
        identifier=evidence_registry_pb2.Identifier(
            type=evidence_registry_pb2.IDENTIFIER_TYPE_IP, value="1.1.1.1"
        ),
        initiated_at=Timestamp(seconds=5),
        completed_at=Timestamp(seconds=9),
    )
    validation = read(lambda reading: validation_from_message(message, reading))
    assert validation.oldest_datum_at == validation.initiated_at


def test_an_address_has_no_derivation() -> None:
    message = evidence_registry_pb2.Validation(
        identifier=evidence_registry_pb2.Identifier(
            type=evidence_registry_pb2.IDENTIFIER_TYPE_IP, value="1.1.1.1"
        ),
        adn_derivation=evidence_registry_pb2.ADN_DERIVATION_CNAME,
    )
    with pytest.raises(InvalidMessage) as caught:
        read(lambda reading: validation_from_message(message, reading))
    assert "leave it out" in faults(caught)["adn_derivation"]


def test_identifiers_and_digests_that_are_none_are_told_with_their_place() -> None:
    message = evidence_registry_pb2.Order(
        order_id="o", account="a", profile="p", spki_sha256=b"short"
    )
    message.identifiers.add(type=evidence_registry_pb2.IDENTIFIER_TYPE_DNS, value="a.example")
    message.identifiers.add(type=evidence_registry_pb2.IDENTIFIER_TYPE_DNS, value="a.example.")
    message.identifiers.add(value="1.1.1.1")
    message.identifiers.add(type=evidence_registry_pb2.IDENTIFIER_TYPE_IP, value="9" * 501)
    with pytest.raises(InvalidMessage) as caught:
        read(lambda reading: order_from_message(message, reading.part("order")))
    found = faults(caught)
    assert "write the name without it" in found.pop("order.identifiers[1].value")
    assert set(found) >= {
        "order.spki_sha256",
        "order.identifiers[2].type",
        "order.identifiers[3].value",
    }


def test_a_release_beside_a_block_is_no_answer() -> None:
    message = issuance_gate_pb2.EvaluateResponse()
    message.decision.verdict = decision_pb2.VERDICT_BLOCK
    message.decision.policy_verdict = decision_pb2.VERDICT_BLOCK
    message.decision.decided_at.seconds = 1
    message.release.token = "a token"
    message.release.expires_at.seconds = 1
    with pytest.raises(InvalidMessage, match="`release` came with a block"):
        read(lambda reading: answer_from_message(message, reading))


def test_an_answer_without_a_verdict_is_no_answer() -> None:
    message = issuance_gate_pb2.EvaluateResponse()
    with pytest.raises(InvalidMessage, match=r"`decision.verdict` is missing"):
        read(lambda reading: answer_from_message(message, reading))
