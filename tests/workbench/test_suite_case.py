"""A test's facts become a real certificate, real evidence and a real case."""

from datetime import timedelta

import pytest

from gate.errors import Malformed
from gate.model import (
    ADNDerivation,
    Case,
    Environment,
    LinterStatus,
    Purpose,
    Severity,
    Stage,
)
from gate.policy import PolicyError, Site
from gate.specimens.keys import spki_sha256
from gate.workbench.suite import prepare
from gate.workbench.suite_keys import public_key
from gate.workbench.suite_policy import load_with_tests
from gate.x509 import TBSCertificate, oids, read_certificate, read_public_key
from tests import pki
from tests.workbench.suites import FILE, HEAD, entry, files, one, prepared


def case(**change: str) -> Case:
    """The case of a test with these changes, whatever comes of it."""
    return one(entry(**change)).case


def certificate(**change: str) -> TBSCertificate:
    """Its certificate."""
    found = case(**change).certificate
    assert isinstance(found, TBSCertificate)
    return found


def test_the_base_is_built_as_it_is_written() -> None:
    base = prepared(entry(request__order="order-2"))[0].case
    tbs = base.certificate
    assert isinstance(tbs, TBSCertificate)

    assert [name.text for name in tbs.subject_alt_name] == ["www.plovidba.hr", "185.60.21.40"]
    assert (tbs.not_before, tbs.validity_seconds) == (pki.NOW, 90 * 86_400)
    assert tbs.subject.values(oids.ORGANIZATION_NAME) == ("Plovidba",)
    assert tbs.poisoned
    assert (base.at, base.release_ends) == (pki.NOW, pki.NOW + timedelta(seconds=60))
    assert base.issuer is not None
    assert base.issuer.name == "public-r1"
    assert base.disagreements == ()
    assert [(each.name, each.status) for each in base.linters] == [
        ("badkeys", LinterStatus.COMPLETED),
        ("pkilint", LinterStatus.COMPLETED),
    ]
    assert base.order is not None
    assert base.order.evidence.identifiers == tuple(each.identifier for each in base.identifiers)
    assert base.order.evidence.spki_sha256 == tbs.spki_sha256
    assert [len(each.candidates) for each in base.identifiers] == [1, 1]


def test_request_and_gate_say_what_the_test_says() -> None:
    asked = case(
        request="{account: a, profile: p, issuer: test-r1, environment: e, purpose: null, "
        "stage: null, order: o, requested_by: r}",
        gate="{environment: staging, release_life: {minutes: 5}}",
    )
    context = asked.request.context

    assert (context.account, context.profile, context.issuer) == ("a", "p", "test-r1")
    assert (context.environment, context.order_id, context.requested_by) == ("e", "o", "r")
    assert (context.purpose, context.stage) == (Purpose.UNSPECIFIED, Stage.UNSPECIFIED)
    assert asked.environment is Environment.STAGING
    assert asked.release_ends - asked.at == timedelta(minutes=5)


def test_an_issuer_that_is_asked_for_need_not_exist() -> None:
    asked = case(request__issuer="nobody", certificate__issuer="test-r1")

    assert asked.issuer is None


@pytest.mark.parametrize(
    ("starts", "seconds"),
    [("{ago: {hours: 1, seconds: 1}}", -3601), ("{ahead: {days: 1}}", 86_400)],
)
def test_a_certificate_begins_where_it_is_told(starts: str, seconds: int) -> None:
    found = certificate(certificate__starts=starts)

    assert found.not_before == pki.NOW + timedelta(seconds=seconds)
    assert found.validity_seconds == 90 * 86_400


def test_a_date_is_a_beginning_too() -> None:
    found = certificate(certificate__starts="2026-11-22")

    assert f"{found.not_before:%Y-%m-%dT%H:%M:%SZ}" == "2026-11-22T00:00:00Z"


def test_an_attribute_may_stand_several_times_or_not_at_all() -> None:
    many = certificate(certificate__subject__ou="[Sales, ' Test ']")
    none = certificate(certificate__subject__o="null")

    assert many.subject.values(oids.ORGANIZATIONAL_UNIT_NAME) == ("Sales", " Test ")
    assert none.subject.values(oids.ORGANIZATION_NAME) == ()


@pytest.mark.parametrize("word", ["p256", "p384", "p521", "rsa-1024", "rsa-3072", "rsa-2048-e3"])
def test_every_key_is_the_same_on_every_run_and_can_be_read(word: str) -> None:
    found = certificate(certificate__key=word, request__order="order-2")

    assert found.spki_sha256 == spki_sha256(public_key(word, "subscriber"))
    read_public_key(found.subject_public_key_info)


def test_an_exponent_that_no_key_has_is_refused() -> None:
    with pytest.raises(Malformed, match="no RSA key has the exponent 4"):
        public_key("rsa-2048-e4", "x")


def test_the_signature_field_is_as_it_is_told() -> None:
    found = certificate(certificate__signature="rsa-pkcs1-sha1")

    assert found.signature.oid == "1.2.840.113549.1.1.5"


def test_an_issuer_has_the_key_it_is_told() -> None:
    head = HEAD.replace("{trust: public, ", "{key: rsa-2048, trust: public, ")
    issuer = prepared(entry(request__order="o"), head=head)[0].case.issuer
    assert issuer is not None

    assert issuer.spki_sha256 == spki_sha256(public_key("rsa-2048", "public-r1"))


def test_what_is_null_is_not_there() -> None:
    asked = case(applicant="null", order="null", linters__pkilint="null", validations__1="null")

    assert asked.applicant == ""
    assert asked.order is None
    assert [each.name for each in asked.linters] == ["badkeys"]
    assert [len(each.candidates) for each in asked.identifiers] == [0, 0]


def test_an_order_says_what_it_is_told_and_else_what_is_asked() -> None:
    found = case(order="{names: ['*.hr.hr'], key: null, profile: tls-dv, account: bob}").order
    assert found is not None
    order = found.evidence

    assert [str(name) for name in order.identifiers] == ["dns *.hr.hr"]
    assert (order.account, order.profile, order.spki_sha256) == ("bob", "tls-dv", b"")
    assert (order.requested_by, order.purpose) == ("requester-1", Purpose.SUBSCRIBER)


def test_a_validation_is_of_the_name_that_it_names() -> None:
    told = "{name: plovidba.hr, method: '3.2.2.4.7', at: 2026-11-01, data_age: {days: 40}}"
    dns, _ = case(validations="[" + told + "]").identifiers
    (validation,) = (each.evidence for each in dns.candidates)

    assert str(validation.identifier) == "dns plovidba.hr"
    assert validation.authorization_domain == "plovidba.hr"
    assert validation.adn_derivation is ADNDerivation.EXACT
    assert f"{validation.initiated_at:%Y-%m-%d}" == "2026-11-01"
    assert validation.oldest_datum_at == pki.NOW - timedelta(days=40)


@pytest.mark.parametrize(
    ("domain", "derivation"),
    [("plovidba.hr", ADNDerivation.PRUNED), ("www.plovidba.hr", ADNDerivation.EXACT)],
)
def test_a_validation_at_a_domain_above_is_pruned(domain: str, derivation: ADNDerivation) -> None:
    dns, _ = case(validations__0__domain=domain, request__order="o").identifiers

    assert dns.candidates[0].evidence.adn_derivation is derivation


def test_a_validation_of_another_applicant_is_not_this_one_s() -> None:
    dns, ip = case(validations__0__applicant="bob-ltd").identifiers

    assert (dns.candidates, dns.validated_for_others) == ((), True)
    assert len(ip.candidates) == 1


def test_a_linter_says_what_it_is_told() -> None:
    told = "{status: timed_out, version: '9', findings: [{code: a.b, severity: fatal}]}"
    found = {each.name: each for each in case(linters__zlint=told).linters}

    assert found["zlint"].status is LinterStatus.TIMED_OUT
    assert found["zlint"].version == "9"
    (finding,) = found["zlint"].findings
    assert (finding.code, finding.severity) == ("a.b", Severity.FATAL)


def test_a_final_shows_its_own_precertificate() -> None:
    asked = case(request__stage="CERTIFICATE", certificate__scts="2")
    final, context = asked.certificate, asked.request.context
    assert isinstance(final, TBSCertificate)
    shown = read_certificate(context.precertificate).tbs

    assert (final.poisoned, shown.poisoned) == (False, True)
    assert shown.serial_number == final.serial_number
    assert oids.CT_PRECERTIFICATE_SCTS in {each.oid for each in final.extensions}
    assert oids.CT_PRECERTIFICATE_SCTS not in {each.oid for each in shown.extensions}


def test_a_precertificate_differs_where_it_is_told() -> None:
    change = {"request__stage": "CERTIFICATE", "precertificate__names": "[a.hr]"}
    shown = read_certificate(case(**change).request.context.precertificate).tbs

    assert [name.text for name in shown.subject_alt_name] == ["a.hr"]
    assert shown.validity_seconds == 90 * 86_400


def test_a_precertificate_that_is_null_is_not_shown() -> None:
    asked = case(request__stage="CERTIFICATE", precertificate="null")

    assert asked.request.context.precertificate == b""


@pytest.mark.parametrize("stage", ["PRECERTIFICATE", "null"])
def test_a_precertificate_shows_none(stage: str) -> None:
    asked = case(request__stage=stage, request__order="o")

    assert asked.request.context.precertificate == b""


def test_a_certificate_is_read_from_a_file() -> None:
    der = pki.precertificate("www.plovidba.hr", "185.60.21.40")
    given = {
        **files(entry("verdict: BLOCK, fails: [floor.issuer]", certificate="{file: a.der}")),
        "tests/certificates/a.der": der,
    }
    policy, suites = load_with_tests(given, Site())
    _, test = prepare(suites, policy)

    assert test.case.request.tbs_certificate == der


def test_bytes_that_are_no_certificate_are_sent_as_they_are() -> None:
    given = {
        **files(entry("verdict: BLOCK, fails: [floor.bytes]", certificate="{file: a.der}")),
        "tests/certificates/a.der": b"\x30\x82\x00\x00",
    }
    policy, suites = load_with_tests(given, Site())
    _, test = prepare(suites, policy)

    assert isinstance(test.case.certificate, Malformed)
    assert test.case.request.tbs_certificate == b"\x30\x82\x00\x00"


def test_an_issuer_is_read_from_a_file() -> None:
    head = HEAD.replace("{trust: public, ", "{file: ca.pem, trust: public, ")
    given = {
        **files(entry(request__order="o"), head=head),
        "tests/certificates/ca.pem": pki.PUBLIC.pem.encode(),
    }
    policy, suites = load_with_tests(given, Site())
    base, _ = prepare(suites, policy)

    assert base.case.issuer == pki.issuer()


def test_a_file_that_is_no_ca_certificate_is_no_issuer() -> None:
    head = HEAD.replace("{trust: public, ", "{file: ca.der, trust: public, ")
    given = {
        **files(entry(request__order="o"), head=head),
        "tests/certificates/ca.der": pki.precertificate("a.hr"),
    }
    with pytest.raises(PolicyError, match=f"{FILE}:4:14: issuers > public-r1: issuer `public"):
        load_with_tests(given, Site())
