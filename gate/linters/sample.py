"""A certificate to warm up with."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
_DOMAIN_VALIDATED = x509.ObjectIdentifier("2.23.140.1.2.1")


@cache
def sample_certificate() -> bytes:
    """Make the DER of an ordinary DV precertificate, whose key everybody knows.

    It has every extension that such certificates usually have, so that linting it once
    takes a linter through the code that later certificates need.
    """
    key = derive_private_key(1, SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(_name("Sample CA"))
        .serial_number(1 << 64)
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_BEFORE + timedelta(days=46))
        .public_key(key.public_key())
    )
    for extension in _extensions():
        critical = isinstance(extension, x509.KeyUsage | x509.PrecertPoison)
        builder = builder.add_extension(extension, critical=critical)
    names = x509.SubjectAlternativeName([x509.DNSName("www.example.com")])
    builder = builder.add_extension(names, critical=True)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def _name(organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, organization),
        ]
    )


def _extensions() -> tuple[x509.ExtensionType, ...]:
    issuer_location = x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS,
        x509.UniformResourceIdentifier("http://ca.example.com/ca.cer"),
    )
    crl_location = x509.DistributionPoint(
        full_name=[x509.UniformResourceIdentifier("http://ca.example.com/ca.crl")],
        relative_name=None,
        reasons=None,
        crl_issuer=None,
    )
    policy = x509.PolicyInformation(_DOMAIN_VALIDATED, policy_qualifiers=None)
    return (
        x509.AuthorityKeyIdentifier(bytes(20), None, None),
        x509.AuthorityInformationAccess([issuer_location]),
        x509.CertificatePolicies([policy]),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
        x509.CRLDistributionPoints([crl_location]),
        _DIGITAL_SIGNATURE,
        x509.PrecertPoison(),
    )


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
