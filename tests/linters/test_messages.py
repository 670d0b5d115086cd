"""What a worker can say, and what the gate takes from it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.linters.library import MAX_CODE, MAX_FINDINGS, MAX_LOCATION, MAX_MESSAGE, bounded
from gate.linters.messages import (
    MAX_ANSWER,
    Job,
    LinterName,
    Setup,
    decode_job,
    decode_ready,
    decode_report,
    decode_setup,
    encode_job,
    encode_ready,
    encode_report,
    encode_setup,
    encode_unready,
)
from gate.model import CertificateType, Finding, LinterReport, LinterStatus, Severity, Stage

LINTER = LinterName(name="some", version="1.0")
FINDINGS = st.builds(
    Finding,
    code=st.text(),
    severity=st.sampled_from(Severity),
    message=st.text(),
    location=st.text(),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)
ROWS = st.lists(st.lists(st.text() | st.integers() | st.booleans(), max_size=5))


def answer(**fields: object) -> bytes:
    return json.dumps({"job": 1, "status": "COMPLETED", "findings": [], **fields}).encode()


@given(st.lists(FINDINGS, max_size=20))
def test_a_report_arrives_as_it_was_sent(findings: list[Finding]) -> None:
    report = LinterReport(
        name=LINTER.name,
        version=LINTER.version,
        status=LinterStatus.COMPLETED,
        findings=bounded(tuple(findings), LINTER.name, LINTER.version),
    )
    assert decode_report(encode_report(report, 1), 1, LINTER) == report


def test_the_largest_report_is_within_the_limit() -> None:
    worst = Finding(
        code="\N{DEVANAGARI LETTER A}" * MAX_CODE * 2,
        severity=Severity.ERROR,
        message="\N{DEVANAGARI LETTER A}" * MAX_MESSAGE * 2,
        location="\N{DEVANAGARI LETTER A}" * MAX_LOCATION * 2,
    )
    report = LinterReport(
        name=LINTER.name,
        version=LINTER.version,
        status=LinterStatus.COMPLETED,
        findings=bounded((worst,) * (MAX_FINDINGS + 1), LINTER.name, LINTER.version),
    )
    message = encode_report(report, 1)
    assert len(message) <= MAX_ANSWER
    assert decode_report(message, 1, LINTER) == report


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_an_answer_is_a_report_or_malformed(message: bytes) -> None:
    with pytest.raises(Malformed):
        decode_report(message, 1, LINTER)


@given(ROWS)
def test_rows_are_findings_or_malformed(rows: list[list[object]]) -> None:
    try:
        report = decode_report(answer(findings=rows), 1, LINTER)
    except Malformed:
        return
    assert len(report.findings) == len(rows)
    assert all(isinstance(each.severity, Severity) for each in report.findings)


@pytest.mark.parametrize(
    "message",
    [
        answer(job=2),
        answer(job=None),
        answer(status="TIMED_OUT"),
        answer(status=1),
        answer(status="FAILED"),
        answer(findings=None),
        answer(findings=[["code", True, "message", "location"]]),
        answer(findings=[["code", 6, "message", "location"]]),
        answer(findings=[["code", 4.0, "message", "location"]]),
        answer(findings=[["code", 4, "a\nb", "location"]]),
        answer(findings=[["code", 4, "message", "x" * (MAX_LOCATION + 1)]]),
        answer(findings=[["code", 4, "message", "location"]] * (MAX_FINDINGS + 1)),
        b"[" * 100_000,
        b"9" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_out_of_bounds_is_malformed(message: bytes) -> None:
    with pytest.raises(Malformed):
        decode_report(message, 1, LINTER)


@given(
    st.sampled_from(CertificateType), st.sampled_from(Stage), st.binary(), st.integers(min_value=0)
)
def test_a_job_arrives_as_it_was_sent(
    certificate_type: CertificateType, stage: Stage, certificate: bytes, number: int
) -> None:
    job = Job(
        number=number,
        linter=1,
        certificate_type=certificate_type,
        stage=stage,
        certificate=certificate,
    )
    assert decode_job(encode_job(job)) == job


def test_a_setup_arrives_as_it_was_sent() -> None:
    setup = Setup(linters=("a:B", "c:D"), memory_limit=1 << 40, time_limit=0.25)
    assert decode_setup(encode_setup(setup)) == setup


def test_a_worker_announces_its_linters() -> None:
    assert decode_ready(encode_ready((LINTER,)), count=1) == (LINTER,)
    with pytest.raises(Malformed, match="announces 1 linters where it has 2"):
        decode_ready(encode_ready((LINTER,)), count=2)


def test_a_worker_that_cannot_work_says_why_on_one_line() -> None:
    with pytest.raises(Malformed, match=r"^no\\nfile$"):
        decode_ready(encode_unready("no\nfile"), count=1)


@given(st.lists(FINDINGS, max_size=400))
def test_cutting_never_makes_the_worst_finding_better(findings: list[Finding]) -> None:
    kept = bounded(tuple(findings), "some", "1")
    assert len(kept) <= MAX_FINDINGS
    if findings:
        assert max(each.severity for each in kept) == max(each.severity for each in findings)


def test_findings_that_a_policy_accepts_cannot_push_out_one_that_it_does_not() -> None:
    accepted = Finding(code="accepted", severity=Severity.ERROR, message="")
    other = Finding(code="other", severity=Severity.ERROR, message="")
    kept = bounded((*[accepted] * MAX_FINDINGS, other), "some", "1")
    assert {each.code for each in kept if each.severity >= Severity.ERROR} == {
        "accepted",
        "some.findings_cut",
    }
