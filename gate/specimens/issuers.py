"""Throw-away issuing CAs: their certificates are real, their keys are gone once these are made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gate.model import Environment, Trust

ORGANISATION = "Throw-away CA"
"""The mark of a throw-away issuer, in its certificate's subject: no real CA is called that."""

_AGE, _LIFE = timedelta(days=365), timedelta(days=365 * 4)
"""Long enough for any specimen to lie within: one that does not is another fault."""

PUBLIC_ISSUER = "public-r1"
TEST_ISSUER = "test-r1"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingCA:
    """The certificate (DER) of an issuing CA, and what its operators say of it."""

    name: str
    environment: Environment
    trust: Trust
    certificate: bytes

    @property
    def pem(self) -> str:
        """The certificate as `gate.yaml` refers to it."""
        certificate = x509.load_der_x509_certificate(self.certificate)
        return certificate.public_bytes(Encoding.PEM).decode()


def make_throw_away_issuers(at: datetime) -> tuple[IssuingCA, IssuingCA]:
    """Make one public issuer for production and one test issuer for staging, with new keys."""
    return (
        make_issuing_ca(
            PUBLIC_ISSUER,
            environment=Environment.PRODUCTION,
            trust=Trust.PUBLIC,
            key=ec.generate_private_key(ec.SECP256R1()),
            at=at,
        ),
        make_issuing_ca(
            TEST_ISSUER,
            environment=Environment.STAGING,
            trust=Trust.TEST,
            key=ec.generate_private_key(ec.SECP256R1()),
            at=at,
        ),
    )


def is_throw_away(certificate: bytes) -> bool:
    """Whether an issuing CA (DER) was made here: it bears the mark, and certified itself.

    A real CA has another name, and one that certifies these would have to sign them.
    """
    read = x509.load_der_x509_certificate(certificate)
    try:
        read.verify_directly_issued_by(read)
    except (ValueError, TypeError, InvalidSignature):
        return False
    organisations = read.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return [each.value for each in organisations] == [ORGANISATION]


def make_issuing_ca(
    name: str,
    *,
    environment: Environment,
    trust: Trust,
    key: ec.EllipticCurvePrivateKey,
    at: datetime,
) -> IssuingCA:
    """Make an issuing CA with this EC key, certified by itself from a year before `at`.

    The key signs the CA certificate and is not kept. The same arguments give the same
    bytes (RFC 6979).
    """
    return IssuingCA(
        name=name,
        environment=environment,
        trust=trust,
        certificate=_certify(name, key, at.replace(microsecond=0) - _AGE),
    )


def _certify(name: str, key: ec.EllipticCurvePrivateKey, start: datetime) -> bytes:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "HR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .issuer_name(subject)
        .subject_name(subject)
        .serial_number(int.from_bytes(identifier.digest[:16]) >> 1 | 1)
        .not_valid_before(start)
        .not_valid_after(start + _LIFE - timedelta(seconds=1))
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_CA_KEY_USAGE, critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256(), ecdsa_deterministic=True)
        .public_bytes(Encoding.DER)
    )


_CA_KEY_USAGE = x509.KeyUsage(
    digital_signature=False,
    key_encipherment=False,
    content_commitment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
