"""Kinds that judge what stands in the certificate, on both sides of every limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509.oid import NameOID

from gate.model import Case, CertificateType, Finding, LinterReport, LinterStatus, Severity
from gate.policy import Rule
from gate.x509 import TBSCertificate, oids, read_tbs_certificate
from gate.x509.der import UTF8_STRING
from gate.x509.name import Attribute
from tests import pki
from tests.policy.judging import NOW, case, certificate, messages, rule

SECOND = timedelta(seconds=1)
DAY = 86_400
STEP = datetime(2027, 3, 15, tzinfo=UTC)


def lasting(seconds: int, *, begins: datetime = NOW) -> TBSCertificate:
    """A certificate that is valid for so many seconds, both ends counted."""
    ends = begins + timedelta(seconds=seconds - 1)
    return replace(certificate(), not_before=begins, not_after=ends)


@pytest.mark.parametrize(
    ("seconds", "at", "release", "good"),
    [
        (199 * DAY, NOW, 60, True),
        (199 * DAY + 1, NOW, 60, False),
        (1, NOW, 60, True),
        (99 * DAY + 1, STEP - 61 * SECOND, 60, True),
        (99 * DAY + 1, STEP - 60 * SECOND, 60, False),
        (99 * DAY + 1, STEP, 60, False),
        (99 * DAY, STEP, 60, True),
    ],
)
def test_the_validity_period_is_not_longer_than_the_limit(
    seconds: int, at: datetime, release: float, *, good: bool
) -> None:
    asked = case(certificate=lasting(seconds), at=at, lasting=release)
    assert (rule("validity").judge(asked) == ()) == good


def test_a_period_that_is_too_long_is_told_in_seconds_and_days() -> None:
    (finding,) = rule("validity").judge(case(certificate=lasting(199 * DAY + 1)))
    assert finding.message == (
        "the validity period is 17193601 seconds, both ends counted, "
        "and 199 days (17193600 seconds) are allowed"
    )
    assert finding.location == "validity"


def test_not_before_in_the_past_selects_no_older_limit() -> None:
    back_dated = lasting(150 * DAY, begins=STEP - 3 * SECOND)
    assert rule("validity").judge(case(certificate=back_dated, at=STEP)) != ()


@pytest.mark.parametrize(
    ("offset", "good"),
    [(-7_201, False), (-7_200, True), (0, True), (3_600, True), (3_601, False)],
)
def test_not_before_lies_near_the_moment_of_issuance(offset: int, *, good: bool) -> None:
    asked = case(certificate=lasting(DAY, begins=NOW + offset * SECOND))
    assert (rule("window").judge(asked) == ()) == good


def test_a_not_before_that_is_off_is_told_with_what_it_may_be() -> None:
    asked = case(certificate=lasting(DAY, begins=NOW - timedelta(days=3)))
    assert messages(rule("window"), asked) == [
        (
            "notBefore is 2026-11-20T12:00:00Z, and issued now it must lie "
            "from 2026-11-23T10:00:00Z to 2026-11-23T13:00:00Z"
        )
    ]


def with_subject(**values: str) -> Case:
    """A case whose certificate has these attributes, by the names of `oids`."""
    plain = certificate()
    attributes = tuple(
        (Attribute(oid=getattr(oids, name.upper()), value=value, tag=UTF8_STRING),)
        for name, value in values.items()
    )
    return case(certificate=replace(plain, subject=replace(plain.subject, rdns=attributes)))


def organisation(value: str) -> Case:
    return with_subject(organization_name=value)


def searching(more: str) -> Rule:
    return rule("words", "    lists: [some-words]\n", f"    lists: [some-words]\n    {more}\n")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("Test", "test"),
        ("TEST D.D.", "test"),
        ("Entreprise TEST", "test"),
        ("a-test-b", "test"),
        ("test_1", "test"),
        ("(test)", "test"),
        ("\u0422\u0415\u0455\u0442 Ltd", "test"),
        ("Te\u200bst", "test"),
        ("some  STATE", "some state"),
        ("Testing Laboratories Ltd", None),
        ("Protest", None),
        ("test1", None),
        ("Tešt", None),
        ("Handsome Stateside", None),
        ("", None),
    ],
)
def test_a_word_is_found_as_a_whole_word_in_any_spelling(value: str, word: str | None) -> None:
    found = rule("words").judge(organisation(value))
    assert [finding.code for finding in found] == (
        [] if word is None else ["policy.text_absent.word"]
    )
    assert all(finding.message.endswith(f"holds the word `{word}`") for finding in found)


def test_every_value_of_every_named_field_is_searched_and_no_other() -> None:
    judged = rule("words", "fields: [subject.o]", "fields: [subject.o, subject.l, san]")
    asked = with_subject(
        organization_name="Test", locality_name="Test", state_or_province_name="Test"
    )
    assert [finding.location for finding in judged.judge(asked)] == ["subject.o", "subject.l"]
    names = case(certificate=certificate("test.hr", "test1.hr", "tests.test.hr"))
    assert [finding.location for finding in judged.judge(names)] == ["san", "san"]


@pytest.mark.parametrize(
    ("pattern", "value", "hit"),
    [
        ("{whole: 'n/?a'}", "N/A", True),
        ("{whole: 'n/?a'}", "Banna/Anna", False),
        ("{anywhere: '&amp;'}", "Smith &amp; Sons", True),
        ("{anywhere: '&amp;'}", "Smith & Sons", False),
        ("{whole: '[-.?]+'}", "-", True),
        ("{whole: '[-.?]+'}", "a-b", False),
        (r"{anywhere: '\uFFFD'}", "Zagreb\ufffd", True),
    ],
)
def test_a_pattern_matches_the_whole_text_or_anywhere(
    pattern: str, value: str, *, hit: bool
) -> None:
    found = searching(f"patterns: [{pattern}]").judge(organisation(value))
    assert [finding.code for finding in found] == ["policy.text_absent.pattern"] * hit


def test_a_text_too_long_to_search_does_not_pass() -> None:
    assert rule("words").judge(organisation("x" * 256)) == ()
    (finding,) = rule("words").judge(organisation("x" * 257))
    assert finding.code == "policy.text_absent.too_long"


def test_hostile_text_is_told_as_escapes() -> None:
    assert messages(rule("words"), organisation("test\x1b[0m\u202e")) == [
        "subject.o `test\\x1b[0m\\u202e` holds the word `test`"
    ]


def test_a_real_certificate_is_searched_too() -> None:
    der = pki.precertificate(
        "www.plovidba.hr",
        type=CertificateType.OV,
        subject=((NameOID.ORGANIZATION_NAME, "Internet Test d.d."),),
    )
    assert len(rule("words").judge(case(certificate=read_tbs_certificate(der)))) == 1


def report(
    *severities: Severity, name: str = "pkilint", status: LinterStatus = LinterStatus.COMPLETED
) -> LinterReport:
    findings = tuple(
        Finding(code=f"x.{one.name.lower()}", severity=one, message="m\n", location="serial_number")
        for one in severities
    )
    return LinterReport(name=name, version="1", status=status, findings=findings)


KEYS = report(name="badkeys")


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("threshold", [one for one in Severity if one <= Severity.ERROR])
def test_a_finding_blocks_from_the_threshold_on(severity: Severity, threshold: Severity) -> None:
    judged = rule(
        "linters",
        "thresholds: {pkilint: error, badkeys: error}",
        f"thresholds: {{pkilint: {threshold.name.lower()}, badkeys: error}}",
    )
    found = judged.judge(case(linters=(report(severity), KEYS)))
    assert bool(found) == (severity >= threshold)


def test_a_linters_finding_is_passed_on_with_its_place() -> None:
    (finding,) = rule("linters").judge(case(linters=(report(Severity.INFO, Severity.FATAL), KEYS)))
    assert finding.message == "`pkilint` reports fatal `x.fatal`: `m\\n`"
    assert finding.location == "serial_number"
    assert finding.code == "policy.linter_findings_below"


@pytest.mark.parametrize(
    "status", [one for one in LinterStatus if one is not LinterStatus.COMPLETED]
)
def test_a_linter_that_did_not_complete_has_not_passed(status: LinterStatus) -> None:
    (finding,) = rule("linters").judge(case(linters=(report(status=status), KEYS)))
    assert finding.code == "policy.linter_findings_below.incomplete"
    assert finding.message == f"linter `pkilint` did not complete: {status.value}"


def test_a_linter_without_a_report_has_not_passed() -> None:
    for linters in ((KEYS,), (report(),)):
        (finding,) = rule("linters").judge(case(linters=linters))
        assert finding.code == "policy.linter_findings_below.missing"


def test_every_report_of_a_linter_is_judged() -> None:
    failed = report(status=LinterStatus.FAILED)
    asked = case(linters=(report(), report(Severity.ERROR), failed, KEYS))
    assert len(rule("linters").judge(asked)) == 2
