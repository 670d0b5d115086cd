"""pkilint as the gate runs it: by the ordered profile, issuer included, within bounds."""

import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from pkilint.cabf.serverauth import (  # type: ignore[import-untyped]  # pkilint has no types
    create_decoding_validators,
    create_serverauth_finding_filters,
    create_validators,
)
from pkilint.cabf.serverauth.serverauth_constants import (  # type: ignore[import-untyped]
    CertificateType as ServerauthType,
)
from pkilint.finding_filter import filter_results  # type: ignore[import-untyped]
from pkilint.loader import load_der_certificate  # type: ignore[import-untyped]
from pkilint.pkix import certificate as pkix  # type: ignore[import-untyped]
from pkilint.pkix.extension import EXTENSION_MAPPINGS  # type: ignore[import-untyped]
from pkilint.pkix.name import ATTRIBUTE_TYPE_MAPPINGS  # type: ignore[import-untyped]
from pkilint.validation import ValidatorContainer  # type: ignore[import-untyped]

from gate.linters.pkilint import PkilintLinter
from gate.linters.sample import sample_certificate
from gate.model import CertificateType, Finding, LinterStatus, Severity, Stage
from tests.linters.certificates import EVERY_TYPE_AND_STAGE, clean
from tests.shared import SHARED, needs_shared

OV_PRECERTIFICATE = (CertificateType.OV, Stage.PRECERTIFICATE)


@pytest.fixture(scope="module")
def pkilint() -> PkilintLinter:
    return PkilintLinter()


@pytest.fixture(autouse=True)
def _quiet_pkilint() -> Iterator[None]:
    logging.getLogger("pkilint").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("pkilint").setLevel(logging.NOTSET)


def errors(
    linter: PkilintLinter, certificate: bytes, certificate_type: CertificateType, stage: Stage
) -> tuple[Finding, ...]:
    report = linter.lint(certificate, certificate_type, stage)
    assert report.status is LinterStatus.COMPLETED
    return tuple(finding for finding in report.findings if finding.severity >= Severity.ERROR)


@pytest.mark.parametrize(("certificate_type", "stage"), EVERY_TYPE_AND_STAGE)
def test_a_clean_certificate_has_no_error_as_what_it_is(
    pkilint: PkilintLinter, certificate_type: CertificateType, stage: Stage
) -> None:
    certificate = clean(certificate_type, stage)
    assert errors(pkilint, certificate, certificate_type, stage) == ()


@pytest.mark.parametrize(("certificate_type", "stage"), EVERY_TYPE_AND_STAGE)
def test_a_clean_certificate_has_errors_as_anything_else(
    pkilint: PkilintLinter, certificate_type: CertificateType, stage: Stage
) -> None:
    certificate = clean(certificate_type, stage)
    for ordered in EVERY_TYPE_AND_STAGE:
        if ordered != (certificate_type, stage):
            assert errors(pkilint, certificate, *ordered), ordered


def test_the_profile_is_the_ordered_one_and_not_what_the_certificate_says(
    pkilint: PkilintLinter,
) -> None:
    domain_validated = clean(CertificateType.DV, Stage.PRECERTIFICATE)
    codes = {finding.code for finding in errors(pkilint, domain_validated, *OV_PRECERTIFICATE)}
    assert "cabf.serverauth.ov.organization_name_attribute_absent" in codes
    assert not any(code.startswith("cabf.serverauth.dv.") for code in codes)


def test_the_warm_up_certificate_is_an_ordinary_one(pkilint: PkilintLinter) -> None:
    found = errors(pkilint, sample_certificate(), CertificateType.DV, Stage.PRECERTIFICATE)
    assert found == ()


def test_an_empty_issuer_is_found(pkilint: PkilintLinter) -> None:
    certificate = clean(CertificateType.DV, Stage.PRECERTIFICATE)
    issuer = bytes.fromhex("3022310b30090603550406130248523113301106035504030c0a") + b"Primjer CA"
    assert certificate.count(issuer) == 1
    # The lengths in front of the issuer shrink with it: two bytes each, at known places.
    tbs_end = int.from_bytes(certificate[6:8]) - len(issuer) + 2
    whole = int.from_bytes(certificate[2:4]) - len(issuer) + 2
    shorter = (
        certificate[:2] + whole.to_bytes(2) + certificate[4:6] + tbs_end.to_bytes(2)
    ) + certificate[8:].replace(issuer, b"\x30\x00")
    (finding,) = errors(pkilint, shorter, CertificateType.DV, Stage.PRECERTIFICATE)
    assert finding.code == "pkix.name_empty"
    assert finding.location == "certificate.tbsCertificate.issuer.rdnSequence"


def test_the_superseded_rules_of_pkix_are_filtered(pkilint: PkilintLinter) -> None:
    report = pkilint.lint(clean(*OV_PRECERTIFICATE), *OV_PRECERTIFICATE)
    assert "pkix.certificate_skid_end_entity_missing" not in {
        finding.code for finding in report.findings
    }


def test_a_finding_says_what_and_where(pkilint: PkilintLinter) -> None:
    certificate = clean(*OV_PRECERTIFICATE, names=("www.example.com", "printer"))
    finding = next(
        each
        for each in errors(pkilint, certificate, *OV_PRECERTIFICATE)
        if each.code == "cabf.internal_domain_name"
    )
    assert finding.severity is Severity.ERROR
    assert finding.message == 'internal domain name: Internal domain name: "printer"'
    assert finding.location.startswith("certificate.tbsCertificate.extensions.")
    assert finding.location.endswith("subjectAltName.1.dNSName")
    assert finding.source == f"pkilint@{pkilint.version}"


def test_no_finding_is_reported_twice(pkilint: PkilintLinter) -> None:
    certificate = clean(*OV_PRECERTIFICATE, names=("printer", "a_b.example.com"))
    findings = pkilint.lint(certificate, CertificateType.EV, Stage.CERTIFICATE).findings
    assert len(findings) == len(set(findings)) > 5


@pytest.mark.parametrize(
    "certificate", [b"", b"\x30\x00", b"\x04\x00", b"\x30\x84\xff\xff\xff\xff"]
)
def test_what_pkilint_cannot_decode_is_fatal(pkilint: PkilintLinter, certificate: bytes) -> None:
    (finding,) = errors(pkilint, certificate, *OV_PRECERTIFICATE)
    assert (finding.code, finding.severity) == ("pkilint.unreadable", Severity.FATAL)
    assert "applied no rule" in finding.message


def test_an_extension_that_does_not_decode_is_fatal(pkilint: PkilintLinter) -> None:
    certificate = clean(*OV_PRECERTIFICATE)
    key_usage = bytes.fromhex("0603551d0f0101ff040403020780")
    assert certificate.count(key_usage) == 1
    broken = certificate.replace(key_usage, bytes.fromhex("0603551d0f0101ff040403020781"))
    severities = {finding.severity for finding in errors(pkilint, broken, *OV_PRECERTIFICATE)}
    assert Severity.FATAL in severities


def read_shared(path: Path) -> bytes:
    pem = path.read_text()
    return ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN") :])


@pytest.mark.shared
@needs_shared
def test_one_reading_finds_what_the_serverauth_and_the_pkix_profile_find(
    pkilint: PkilintLinter,
) -> None:
    """The union of pkilint's two profiles, both filtered, as two readings would give it."""
    serverauth = pkix.create_pkix_certificate_validator_container(
        create_decoding_validators(), create_validators(ServerauthType.OV_PRE_CERTIFICATE)
    )
    plain = pkix.create_pkix_certificate_validator_container(
        pkix.create_decoding_validators(ATTRIBUTE_TYPE_MAPPINGS, EXTENSION_MAPPINGS),
        [
            pkix.create_issuer_validator_container(),
            pkix.create_validity_validator_container(),
            pkix.create_subject_validator_container(),
            pkix.create_extensions_validator_container(),
            pkix.create_spki_validator_container(),
        ],
    )

    def found(validators: ValidatorContainer, certificate: bytes) -> set[tuple[str, str]]:
        filters = create_serverauth_finding_filters(ServerauthType.OV_PRE_CERTIFICATE)
        document = load_der_certificate(certificate)
        results, _ = filter_results(filters, validators.validate(document.root))
        return {
            (description.finding.code, result.node.path)
            for result in results
            for description in result.finding_descriptions
        }

    paths = [*sorted((SHARED / "corpus/zlint/certs").glob("*.pem"))[::4]]
    assert len(paths) > 100
    compared = 0
    for path in paths:
        certificate = read_shared(path)
        findings = pkilint.lint(certificate, *OV_PRECERTIFICATE).findings
        if [finding.code for finding in findings] == ["pkilint.unreadable"]:
            continue
        once = {(finding.code, finding.location) for finding in findings}
        assert once == found(serverauth, certificate) | found(plain, certificate), path.name
        compared += 1
    assert compared > 80
