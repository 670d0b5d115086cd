from dataclasses import fields

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gate.model import Environment, Trust
from gate.specimens.issuers import PUBLIC_ISSUER, TEST_ISSUER, IssuingCA, make_throw_away_issuers
from tests import pki


def test_each_call_makes_new_keys() -> None:
    made = [*make_throw_away_issuers(pki.NOW), *make_throw_away_issuers(pki.NOW)]
    keys = {pki.issuer(ca).spki for ca in made}

    assert len(keys) == 4


def test_one_issuer_is_public_and_one_is_for_tests() -> None:
    public, test = make_throw_away_issuers(pki.NOW)

    assert (public.name, public.environment, public.trust) == (
        PUBLIC_ISSUER,
        Environment.PRODUCTION,
        Trust.PUBLIC,
    )
    assert (test.name, test.environment, test.trust) == (
        TEST_ISSUER,
        Environment.STAGING,
        Trust.TEST,
    )


def test_the_certificate_verifies_under_its_own_key() -> None:
    for ca in make_throw_away_issuers(pki.NOW):
        certificate = x509.load_der_x509_certificate(ca.certificate)

        certificate.verify_directly_issued_by(certificate)


def test_the_certificate_is_valid_now_and_longer_than_any_it_issues() -> None:
    certificate = x509.load_der_x509_certificate(pki.PUBLIC.certificate)

    assert certificate.not_valid_before_utc < pki.NOW
    assert (certificate.not_valid_after_utc - pki.NOW).days > 398


def test_no_key_leaves() -> None:
    assert {field.name for field in fields(IssuingCA)} == {
        "name",
        "environment",
        "trust",
        "certificate",
    }


def test_the_pem_is_the_certificate() -> None:
    ca = pki.PUBLIC

    assert (
        x509.load_pem_x509_certificate(ca.pem.encode()).public_bytes(Encoding.DER) == ca.certificate
    )
