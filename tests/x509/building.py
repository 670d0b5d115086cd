"""Certificates for these tests: good ones from pyca, and any other written element by element."""

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gate.x509.der import (
    NULL,
    encode,
    encode_bit_string,
    encode_boolean,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_time,
    explicit,
)
from gate.x509.oids import RSA_ENCRYPTION, SHA256_WITH_RSA_ENCRYPTION

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

EC_KEY = ec.derive_private_key(1, ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))

SUBJECT = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Müller & Söhne"),
        x509.NameAttribute(NameOID.COMMON_NAME, "www.example.com"),
    ]
)
ISSUER = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "AT"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Example CA 1"),
    ]
)
NAMES: tuple[x509.GeneralName, ...] = (
    x509.DNSName("www.example.com"),
    x509.DNSName("*.example.com"),
    x509.IPAddress(ip_address("192.0.2.1")),
    x509.IPAddress(ip_address("2001:db8::1")),
    x509.RFC822Name("someone@example.com"),
    x509.UniformResourceIdentifier("https://example.com/"),
    x509.DirectoryName(SUBJECT),
    x509.RegisteredID(x509.ObjectIdentifier("1.2.3.4")),
    x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x02hi"),
)
NOT_BEFORE = datetime(2026, 4, 1, tzinfo=UTC)
NOT_AFTER = datetime(2026, 9, 1, 12, 30, 59, tzinfo=UTC)


def sign(
    *,
    names: Sequence[x509.GeneralName] = NAMES,
    extra: Sequence[x509.ExtensionType] = (),
    key: Key = EC_KEY,
    serial_number: int = 0x1234_5678_9ABC_DEF0,
    subject: x509.Name = SUBJECT,
    not_after: datetime = NOT_AFTER,
) -> x509.Certificate:
    """A certificate as pyca builds and signs it; by default there is nothing odd in it."""
    usage = [False] * 9
    usage[0] = usage[4] = True
    builder = (
        x509.CertificateBuilder()
        .serial_number(serial_number)
        .subject_name(subject)
        .issuer_name(ISSUER)
        .public_key(key.public_key())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(not_after)
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier(b"\x02" * 20, None, None), critical=False)
        .add_extension(x509.SubjectKeyIdentifier(b"\x03" * 20), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    for extension in extra:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else SHA256())


TBS = sign().tbs_certificate_bytes

SIGNATURE = encode_sequence(encode_oid(SHA256_WITH_RSA_ENCRYPTION), encode_null())
VERSION = encode(explicit(0), encode_integer(2))
VALIDITY = encode_sequence(encode_time(NOT_BEFORE), encode_time(NOT_AFTER))
SPKI = encode_sequence(
    encode_sequence(encode_oid(RSA_ENCRYPTION), encode(NULL)), encode_bit_string(b"key")
)
NOBODY = encode_sequence()


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    """One Extension, whatever its value."""
    mark = encode_boolean(critical) if critical else b""
    return encode_sequence(encode_oid(oid), mark, encode_octet_string(value))


def write(
    *extensions: bytes,
    version: bytes = VERSION,
    serial_number: bytes = encode_integer(1),
    signature: bytes = SIGNATURE,
    issuer: bytes = NOBODY,
    validity: bytes = VALIDITY,
    subject: bytes = NOBODY,
    spki: bytes = SPKI,
    unique_ids: bytes = b"",
) -> bytes:
    """A TBSCertificate of these elements: small, well-formed, and wrong where it is told."""
    listed = encode(explicit(3), encode_sequence(*extensions)) if extensions else b""
    return encode_sequence(
        version, serial_number, signature, issuer, validity, subject, spki, unique_ids, listed
    )
