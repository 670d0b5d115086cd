"""badkeys as the gate runs it: every check by name, on the key alone."""

import badkeys as library  # type: ignore[import-untyped]  # badkeys has no types
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gate.linters.badkeys import CHECKS, BadkeysLinter
from gate.model import CertificateType, Finding, LinterStatus, Severity, Stage
from tests.linters.certificates import (
    EVERY_TYPE_AND_STAGE,
    clean,
    fermat_modulus,
    roca_modulus,
    small_factor_modulus,
    small_private_exponent,
    sound_modulus,
    with_rsa,
)

DV_PRECERTIFICATE = (CertificateType.DV, Stage.PRECERTIFICATE)


@pytest.fixture(scope="module")
def badkeys() -> BadkeysLinter:
    return BadkeysLinter()


def lint(linter: BadkeysLinter, certificate: bytes) -> tuple[Finding, ...]:
    report = linter.lint(certificate, *DV_PRECERTIFICATE)
    assert report.status is LinterStatus.COMPLETED
    return report.findings


def test_every_check_but_the_blocklist_and_the_doubtful_ones_is_made() -> None:
    doubtful = {"pattern", "xzbackdoor"}
    assert set(CHECKS) == set(library.allchecks) - {"blocklist"} - doubtful


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_an_ordinary_rsa_key_has_no_finding(badkeys: BadkeysLinter, bits: int) -> None:
    assert lint(badkeys, with_rsa(sound_modulus(bits))) == ()


@pytest.mark.parametrize(("certificate_type", "stage"), EVERY_TYPE_AND_STAGE)
def test_a_curve_key_has_no_finding_in_any_certificate(
    badkeys: BadkeysLinter, certificate_type: CertificateType, stage: Stage
) -> None:
    assert lint(badkeys, clean(certificate_type, stage)) == ()


def test_an_ed25519_key_has_no_finding(badkeys: BadkeysLinter) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert lint(badkeys, clean(*DV_PRECERTIFICATE, key=key)) == ()


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (with_rsa(fermat_modulus()), "badkeys.fermat"),
        (with_rsa(roca_modulus()), "badkeys.roca"),
        (with_rsa(small_factor_modulus()), "badkeys.smallfactors"),
        (with_rsa(sound_modulus(1024)), "badkeys.rsawarnings"),
        (with_rsa(sound_modulus(2052)), "badkeys.rsawarnings"),
    ],
    ids=["close primes", "ROCA", "small factor", "1024 bits", "2052 bits"],
)
def test_a_weak_key_is_an_error(badkeys: BadkeysLinter, certificate: bytes, code: str) -> None:
    found = {finding.code: finding for finding in lint(badkeys, certificate)}
    assert found[code].severity is Severity.ERROR
    assert found[code].location == "certificate.tbsCertificate.subjectPublicKeyInfo"
    assert found[code].source == f"badkeys@{badkeys.version}"


def test_a_small_private_exponent_is_found(badkeys: BadkeysLinter) -> None:
    modulus, exponent = small_private_exponent()
    codes = {finding.code for finding in lint(badkeys, with_rsa(modulus, exponent))}
    assert "badkeys.smalld" in codes


@pytest.mark.parametrize(
    ("modulus", "exponent", "what"),
    [
        (sound_modulus(), 3, "exponent 3"),
        (sound_modulus(), 65539, "exponent not 65537"),
        (sound_modulus(2056), 65537, "unusual keysize"),
    ],
)
def test_what_is_unusual_but_permitted_is_a_warning(
    badkeys: BadkeysLinter, modulus: int, exponent: int, what: str
) -> None:
    (finding,) = lint(badkeys, with_rsa(modulus, exponent))
    assert finding.severity is Severity.WARNING
    assert finding.message.endswith(what)


def test_a_report_never_tells_the_private_key(badkeys: BadkeysLinter) -> None:
    modulus = fermat_modulus()
    answer = library.checkrsa(modulus, checks=CHECKS)
    factors = {str(answer["fermat"]["p"]), str(answer["fermat"]["q"])}
    for finding in lint(badkeys, with_rsa(modulus)):
        assert not any(factor in finding.message for factor in factors)
        assert len(finding.message) < 100


def test_a_key_of_an_unknown_kind_is_an_error(badkeys: BadkeysLinter) -> None:
    curve_key = bytes.fromhex("06072a8648ce3d0201")
    certificate = clean(*DV_PRECERTIFICATE)
    assert certificate.count(curve_key) == 1
    unknown = certificate.replace(curve_key, bytes.fromhex("06072a8648ce3d0209"))
    (finding,) = lint(badkeys, unknown)
    assert finding.severity >= Severity.ERROR
    assert finding.code == "badkeys.unsupported"


def test_a_point_off_its_curve_is_fatal(badkeys: BadkeysLinter) -> None:
    certificate = clean(*DV_PRECERTIFICATE)
    start = certificate.index(bytes.fromhex("03420004")) + 4
    off = certificate[:start] + b"\x01" * 64 + certificate[start + 64 :]
    (finding,) = lint(badkeys, off)
    assert (finding.code, finding.severity) == ("badkeys.unreadable", Severity.FATAL)


def test_what_is_no_certificate_is_fatal(badkeys: BadkeysLinter) -> None:
    (finding,) = lint(badkeys, b"\x30\x00")
    assert (finding.code, finding.severity) == ("badkeys.unreadable", Severity.FATAL)


def test_a_library_that_ends_the_process_has_failed(
    badkeys: BadkeysLinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gate.linters.badkeys.CHECKS", ("blocklist",))
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    report = badkeys.lint(with_rsa(sound_modulus()), *DV_PRECERTIFICATE)
    assert report.status is LinterStatus.FAILED
    assert "SystemExit" in report.findings[0].message
