"""Laws of what the log keeps: every value that is recorded is read back equal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.model import (
    Applicant,
    Decision,
    Evidence,
    EvidenceRevocation,
    IssuanceContext,
    IssuanceRequest,
    Order,
    PolicyRef,
    Validation,
)
from gate.record import (
    MAX_LEAF_SIZE,
    EvidenceRef,
    decision_entry,
    decode_decision,
    decode_evidence,
    evidence_entry,
    open_decision,
    read_leaf,
    request_digest,
)
from tests.log import stored

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)
SALTS = st.binary(min_size=32, max_size=32)
REQUESTS = st.builds(
    IssuanceRequest,
    caller=st.text().map(lambda text: text.replace("\x00", "")),
    context=st.builds(IssuanceContext),
)
DECISIONS = st.builds(
    Decision,
    decided_at=MOMENTS,
    policy=st.builds(PolicyRef, version=st.integers(0, 2**53 - 1)),
)
EVIDENCE: st.SearchStrategy[Evidence] = st.one_of(
    st.builds(Order),
    st.builds(Applicant),
    st.builds(Validation, initiated_at=MOMENTS, oldest_datum_at=MOMENTS, completed_at=MOMENTS),
    st.builds(EvidenceRevocation),
)


@settings(max_examples=50, deadline=None)
@given(
    REQUESTS,
    DECISIONS,
    st.lists(st.builds(EvidenceRef), max_size=3).map(tuple),
    SALTS,
    st.text(),
)
def test_a_decision_is_read_back_as_it_was_recorded(
    request: IssuanceRequest,
    decision: Decision,
    evidence: tuple[EvidenceRef, ...],
    salt: bytes,
    decision_id: str,
) -> None:
    entry = decision_entry(
        decision_id=decision_id,
        request=request,
        decision=decision,
        certificate=Malformed("none"),
        issuer=None,
        profile_known=True,
        evidence=evidence,
        salt=salt,
    )
    document = open_decision(stored(entry))

    assert (document.request, document.decision, document.evidence) == (
        request,
        decision,
        evidence,
    )
    assert decode_decision(stored(entry)).decision_id == decision_id
    assert len(entry.leaf) <= MAX_LEAF_SIZE
    assert read_leaf(entry.leaf).at == decision.decided_at


@settings(max_examples=100, deadline=None)
@given(EVIDENCE, MOMENTS, st.text(max_size=100), st.text(max_size=100), SALTS)
def test_evidence_is_read_back_as_it_was_recorded(
    evidence: Evidence, at: datetime, record_id: str, recorder: str, salt: bytes
) -> None:
    entry = evidence_entry(
        record_id=record_id, recorded_at=at, recorded_by=recorder, evidence=evidence, salt=salt
    )
    found = decode_evidence(stored(entry))

    assert found.evidence == evidence
    assert (found.record_id, found.recorded_at, found.recorded_by) == (record_id, at, recorder)


@given(REQUESTS, REQUESTS)
def test_requests_have_one_digest_only_if_bytes_and_context_are_the_same(
    one: IssuanceRequest, other: IssuanceRequest
) -> None:
    same = (one.tbs_certificate, one.context) == (other.tbs_certificate, other.context)

    assert (request_digest(one) == request_digest(other)) is same
    assert request_digest(replace(one, request_id="other")) == request_digest(one)
