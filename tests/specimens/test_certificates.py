import json
import subprocess
import sys
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from gate.linters.pkilint import PkilintLinter
from gate.model import CertificateType, Environment, Identifier, IdentifierType, Stage, Trust
from gate.specimens.certificates import CertificateFields, tbs_certificate
from gate.specimens.issuers import make_issuing_ca
from gate.specimens.keys import ec_private_key, rsa_key
from gate.x509 import complete, disagreements, read_tbs_certificate
from tests import pki

STAGES = (Stage.PRECERTIFICATE, Stage.CERTIFICATE)
NAMES = {
    "one name": ("www.harbour-cafe.hr",),
    "wildcard and address": ("*.harbour-cafe.hr", "harbour-cafe.hr", "185.60.21.40"),
    "addresses only": ("185.60.21.40", "2a02:d140::1"),
}
CAN_CARRY = {type_: set(NAMES) for type_ in CertificateType} | {CertificateType.EV: {"one name"}}


@pytest.fixture(scope="module")
def pkilint() -> PkilintLinter:
    return PkilintLinter()


def decoded(tbs: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(complete(tbs))


@pytest.mark.parametrize("type_", CertificateType)
@pytest.mark.parametrize("stage", STAGES)
def test_pkilint_finds_nothing_in_a_certificate_by_default(
    pkilint: PkilintLinter, type_: CertificateType, stage: Stage
) -> None:
    for what in CAN_CARRY[type_]:
        tbs = pki.tbs(*NAMES[what], type=type_, stage=stage)

        assert pkilint.findings(complete(tbs), type_, stage) == (), what


def test_pkilint_finds_nothing_in_an_rsa_certificate_with_timestamps(
    pkilint: PkilintLinter,
) -> None:
    tbs = pki.tbs("www.harbour-cafe.hr", key=rsa_key(), scts=3)

    assert pkilint.findings(complete(tbs), CertificateType.DV, Stage.CERTIFICATE) == ()


@pytest.mark.parametrize("type_", CertificateType)
@pytest.mark.parametrize("stage", STAGES)
def test_both_readers_read_the_same(type_: CertificateType, stage: Stage) -> None:
    for what in CAN_CARRY[type_]:
        tbs = read_tbs_certificate(pki.tbs(*NAMES[what], type=type_, stage=stage))

        assert disagreements(tbs) == (), what


def test_ninety_days_count_both_ends() -> None:
    tbs = read_tbs_certificate(pki.tbs(days=90))

    assert tbs.not_after - tbs.not_before == timedelta(days=90, seconds=-1)
    assert tbs.validity_seconds == 90 * 86_400


def test_fractions_of_a_second_are_dropped_from_both_ends() -> None:
    late = pki.NOW + timedelta(microseconds=999_999)

    assert pki.tbs(not_before=late) == pki.tbs(not_before=pki.NOW)


def test_the_names_are_critical_only_where_the_subject_is_empty() -> None:
    without_subject = decoded(pki.tbs(type=CertificateType.DV))
    with_subject = decoded(pki.tbs(type=CertificateType.OV))

    assert not without_subject.subject.rdns
    assert without_subject.extensions.get_extension_for_oid(
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME
    ).critical
    assert not with_subject.extensions.get_extension_for_oid(
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME
    ).critical


def test_what_reads_as_an_address_becomes_one() -> None:
    fields = CertificateFields(names=("1.1.1.1", "Example.com", "2001:4860::8888"))

    assert fields.identifiers == (
        Identifier(IdentifierType.IP, "1.1.1.1"),
        Identifier(IdentifierType.DNS, "example.com"),
        Identifier(IdentifierType.IP, "2001:4860::8888"),
    )


def test_the_issuer_is_named_by_its_subject_and_key_identifier() -> None:
    tbs, issuer = read_tbs_certificate(pki.tbs()), pki.issuer()

    assert tbs.issuer.der == issuer.subject
    assert tbs.authority_key_identifier == issuer.subject_key_identifier


def test_only_a_precertificate_is_poisoned() -> None:
    assert read_tbs_certificate(pki.precertificate()).poisoned
    assert not read_tbs_certificate(pki.tbs()).poisoned


def test_the_seed_decides_serial_number_and_key() -> None:
    one, same, other = (read_tbs_certificate(pki.tbs(seed=seed)) for seed in ("a", "a", "b"))

    assert one == same
    assert one.serial_number != other.serial_number
    assert one.spki_sha256 != other.spki_sha256


@pytest.mark.parametrize("seed", [str(number) for number in range(50)])
def test_a_serial_number_is_positive_and_sixteen_octets_long(seed: str) -> None:
    serial = read_tbs_certificate(pki.tbs(seed=seed)).serial_number

    assert serial.bit_length() == 127


def test_a_default_extension_can_be_left_out() -> None:
    tbs = decoded(pki.tbs(without=(ExtensionOID.EXTENDED_KEY_USAGE,)))

    with pytest.raises(x509.ExtensionNotFound):
        tbs.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE)


def test_an_extension_stands_in_the_place_of_the_one_it_replaces() -> None:
    policies = x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)]
    )
    changed = x509.Extension(policies.oid, critical=True, value=policies)
    usual, replaced = decoded(pki.tbs()), decoded(pki.tbs(replace=(changed,)))

    assert [ext.oid for ext in replaced.extensions] == [ext.oid for ext in usual.extensions]
    assert replaced.extensions.get_extension_for_oid(policies.oid) == changed


def test_an_extension_of_its_own_kind_comes_last() -> None:
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    own = x509.Extension(constraints.oid, critical=True, value=constraints)

    assert list(decoded(pki.tbs(replace=(own,))).extensions)[-1] == own


@pytest.mark.parametrize("count", [1, 2, 20])
def test_the_timestamps_can_be_read(count: int) -> None:
    timestamps = (
        decoded(pki.tbs(scts=count))
        .extensions.get_extension_for_class(x509.PrecertificateSignedCertificateTimestamps)
        .value
    )

    assert len({sct.log_id for sct in timestamps}) == count


@pytest.mark.parametrize(
    ("curve", "algorithm"),
    [
        (ec.SECP256R1(), "1.2.840.10045.4.3.2"),
        (ec.SECP384R1(), "1.2.840.10045.4.3.3"),
        (ec.SECP521R1(), "1.2.840.10045.4.3.4"),
    ],
)
def test_the_signature_algorithm_is_that_of_the_issuers_curve(
    curve: ec.EllipticCurve, algorithm: str
) -> None:
    ca = make_issuing_ca(
        "other",
        environment=Environment.STAGING,
        trust=Trust.TEST,
        key=ec.derive_private_key(7, curve),
        at=pki.NOW,
    )

    assert read_tbs_certificate(pki.tbs(ca=ca)).signature.oid == algorithm


def test_an_rsa_issuer_signs_with_sha256() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    like = x509.load_der_x509_certificate(pki.PUBLIC.certificate)
    certificate = (
        x509.CertificateBuilder()
        .issuer_name(like.subject)
        .subject_name(like.subject)
        .serial_number(1)
        .not_valid_before(like.not_valid_before_utc)
        .not_valid_after(like.not_valid_after_utc)
        .public_key(key.public_key())
        .add_extension(x509.SubjectKeyIdentifier(b"key"), critical=False)
        .sign(ec_private_key("any"), SHA256())
        .public_bytes(Encoding.DER)
    )
    fields = CertificateFields(names=("example.com",))
    tbs = tbs_certificate(fields, issuer=certificate, not_before=pki.NOW)

    assert read_tbs_certificate(tbs).signature.oid == "1.2.840.113549.1.1.11"


def test_another_process_makes_the_same_bytes() -> None:
    code = """if True:
        import json
        from tests import pki
        print(json.dumps([pki.tbs().hex(), pki.PUBLIC.certificate.hex()]))
    """
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert json.loads(ran.stdout) == [pki.tbs().hex(), pki.PUBLIC.certificate.hex()]
