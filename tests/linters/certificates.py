"""Certificates to lint: clean ones of every type and stage, and weak keys."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from math import prod

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from gmpy2 import is_prime, next_prime  # type: ignore[import-untyped]  # no types

from gate.model import CertificateType, Stage

EVERY_TYPE_AND_STAGE = [
    (type_, stage)
    for type_ in CertificateType
    for stage in (Stage.PRECERTIFICATE, Stage.CERTIFICATE)
]

_NOT_BEFORE = datetime(2026, 4, 1, tzinfo=UTC)
_ISSUER_KEY = ec.derive_private_key(2, ec.SECP256R1())
_POLICIES = {
    CertificateType.EV: "2.23.140.1.1",
    CertificateType.DV: "2.23.140.1.2.1",
    CertificateType.OV: "2.23.140.1.2.2",
    CertificateType.IV: "2.23.140.1.2.3",
}
_COUNTRY = (NameOID.COUNTRY_NAME, "HR")
_PLACE = (NameOID.LOCALITY_NAME, "Zagreb")
_ORGANIZATION = (NameOID.ORGANIZATION_NAME, "Primjer d.o.o.")
_SUBJECTS = {
    CertificateType.DV: (),
    CertificateType.OV: (_COUNTRY, _PLACE, _ORGANIZATION),
    CertificateType.IV: (
        _COUNTRY,
        _PLACE,
        (NameOID.SURNAME, "Horvat"),
        (NameOID.GIVEN_NAME, "Ana"),
    ),
    CertificateType.EV: (
        (NameOID.JURISDICTION_COUNTRY_NAME, "HR"),
        (NameOID.BUSINESS_CATEGORY, "Private Organization"),
        (NameOID.SERIAL_NUMBER, "080000000"),
        _COUNTRY,
        _PLACE,
        _ORGANIZATION,
    ),
}
_SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
P256 = ec.derive_private_key(3, ec.SECP256R1()).public_key()


def clean(
    type_: CertificateType,
    stage: Stage,
    *,
    key: CertificatePublicKeyTypes = P256,
    names: tuple[str, ...] = ("www.example.com",),
    issuer: str = "Primjer CA",
) -> bytes:
    """The DER of a certificate that has no error as long as the defaults are left."""
    subject = _SUBJECTS[type_]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(*subject))
        .issuer_name(_name((NameOID.COUNTRY_NAME, "HR"), (NameOID.COMMON_NAME, issuer)))
        .serial_number(1 << 70)
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_BEFORE + timedelta(days=90))
        .public_key(key)
        .add_extension(x509.AuthorityKeyIdentifier(bytes(20), None, None), critical=False)
        .add_extension(_issuer_location(), critical=False)
        .add_extension(_policies(_POLICIES[type_]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_crl_location(), critical=False)
        .add_extension(_DIGITAL_SIGNATURE, critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]),
            critical=not subject,
        )
    )
    if stage is Stage.PRECERTIFICATE:
        builder = builder.add_extension(x509.PrecertPoison(), critical=True)
    else:
        builder = builder.add_extension(_two_scts(), critical=False)
    return builder.sign(_ISSUER_KEY, SHA256()).public_bytes(Encoding.DER)


def with_rsa(modulus: int, exponent: int = 65537) -> bytes:
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return clean(CertificateType.DV, Stage.PRECERTIFICATE, key=key)


def sound_modulus(bits: int = 2048) -> int:
    return _prime(bits // 2, "p") * _prime(bits - bits // 2, "q")


@cache
def fermat_modulus() -> int:
    p = _prime(1024, "close")
    return p * int(next_prime(p))


@cache
def roca_modulus() -> int:
    """Both primes have the form k·M + 65537^a mod M (Nemec et al. 2017)."""
    primorial = prod(number for number in range(2, 702) if is_prime(number))

    def prime(power: int) -> int:
        candidate = pow(65537, power, primorial) + primorial * (3 << 1022 >> primorial.bit_length())
        while not is_prime(candidate):
            candidate += primorial
        return candidate

    return prime(1234567) * prime(7654321)


def small_factor_modulus() -> int:
    return 251 * _prime(2041, "large")


def small_private_exponent() -> tuple[int, int]:
    """A modulus and a public exponent whose private exponent Wiener's attack finds."""
    p, q = _prime(1024, "p"), _prime(1024, "q")
    private = _prime(64, "d")
    return p * q, pow(private, -1, (p - 1) * (q - 1))


@cache
def _prime(bits: int, seed: str) -> int:
    """A prime with its two highest bits set, the same one every time."""
    noise = hashlib.shake_256(seed.encode()).digest(bits // 8 + 1)
    start = int.from_bytes(noise) % (1 << (bits - 2)) | 3 << (bits - 2)
    return int(next_prime(start))


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _issuer_location() -> x509.AuthorityInformationAccess:
    location = x509.UniformResourceIdentifier("http://ca.example.com/ca.cer")
    access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, location)
    return x509.AuthorityInformationAccess([access])


def _crl_location() -> x509.CRLDistributionPoints:
    location = x509.UniformResourceIdentifier("http://ca.example.com/ca.crl")
    point = x509.DistributionPoint([location], None, None, None)
    return x509.CRLDistributionPoints([point])


def _policies(oid: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), None)])


def _two_scts() -> x509.UnrecognizedExtension:
    scts = b"".join(_vector(_sct(log)) for log in (1, 2))
    octets = _vector(scts)
    return x509.UnrecognizedExtension(_SCT_LIST, b"\x04\x81" + bytes([len(octets)]) + octets)


def _sct(log: int) -> bytes:
    """RFC 6962 §3.2: version, log id, time in ms, no extensions, ECDSA with SHA-256."""
    moment = int(_NOT_BEFORE.timestamp() * 1000).to_bytes(8)
    return bytes([0]) + bytes([log] * 32) + moment + bytes(2) + b"\x04\x03" + _vector(bytes(70))


def _vector(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data


_DIGITAL_SIGNATURE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
