"""To-be-signed certificates from field lists: good by default, wrong only where a field says so."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from gate.model import CertificateType, Identifier, IdentifierType, Stage
from gate.specimens.keys import SubscriberKey, ec_key
from gate.specimens.scts import made_up_sct_list

Subject = tuple[tuple[ObjectIdentifier, str], ...]
"""Attributes in the order in which they are encoded."""

RESERVED_POLICIES = {
    CertificateType.DV: ObjectIdentifier("2.23.140.1.2.1"),
    CertificateType.OV: ObjectIdentifier("2.23.140.1.2.2"),
    CertificateType.IV: ObjectIdentifier("2.23.140.1.2.3"),
    CertificateType.EV: ObjectIdentifier("2.23.140.1.1"),
}
"""BR 7.1.6.1."""

SUBJECTS: dict[CertificateType, Subject] = {
    CertificateType.DV: (),
    CertificateType.OV: (
        (NameOID.COUNTRY_NAME, "HR"),
        (NameOID.LOCALITY_NAME, "Split"),
        (NameOID.ORGANIZATION_NAME, "Plava Plovidba d.o.o."),
    ),
    CertificateType.IV: (
        (NameOID.COUNTRY_NAME, "HR"),
        (NameOID.LOCALITY_NAME, "Split"),
        (NameOID.SURNAME, "Horvat"),
        (NameOID.GIVEN_NAME, "Ana"),
    ),
    CertificateType.EV: (
        (NameOID.JURISDICTION_COUNTRY_NAME, "HR"),
        (NameOID.BUSINESS_CATEGORY, "Private Organization"),
        (NameOID.SERIAL_NUMBER, "060412345"),
        (NameOID.COUNTRY_NAME, "HR"),
        (NameOID.LOCALITY_NAME, "Split"),
        (NameOID.ORGANIZATION_NAME, "Plava Plovidba d.o.o."),
    ),
}
"""The least that BR 7.1.2.7.2 to .5 ask of each type, and no common name (BR 7.1.4.3)."""

_DIGESTS: dict[str, SHA256 | SHA384 | SHA512] = {
    "secp256r1": SHA256(),
    "secp384r1": SHA384(),
    "secp521r1": SHA512(),
}
"""The digest that goes with each curve (BR 7.1.3.2.2)."""

SERVER_AUTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


def key_usage(*, key_encipherment: bool = False) -> x509.KeyUsage:
    """Build a keyUsage with digitalSignature and, for RSA keys, perhaps keyEncipherment."""
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=key_encipherment,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFields:
    """What stands in one to-be-signed certificate; only `names` has no good default.

    `names` are the SAN's entries in order, host names and addresses as text. `validity`
    counts both ends (BR 6.3.2): 90 days end one second before the 90th midnight.
    `subject` None is the least that the type asks for. `seed` gives the serial number and
    the key where they are not given. `replace` holds extensions that stand in place of
    the default of their OID, or at the end; `without` names the defaults to leave out.
    """

    names: tuple[str, ...]
    type: CertificateType = CertificateType.DV
    stage: Stage = Stage.PRECERTIFICATE
    validity: timedelta = timedelta(days=90)
    subject: Subject | None = None
    seed: str = "1"
    serial: int | None = None
    key: SubscriberKey | None = None
    scts: int = 0
    ocsp_urls: tuple[str, ...] = ()
    ca_issuers_urls: tuple[str, ...] = ("http://ca.example.com/issuer.cer",)
    crl_urls: tuple[str, ...] = ("http://ca.example.com/issuer.crl",)
    replace: tuple[x509.Extension[x509.ExtensionType], ...] = ()
    without: tuple[ObjectIdentifier, ...] = ()

    @property
    def public_key(self) -> SubscriberKey:
        """The subscriber's key."""
        return self.key or ec_key(self.seed)

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """The names as the gate's reader takes them from the certificate."""
        return tuple(
            Identifier(IdentifierType.IP, str(name.value))
            if isinstance(name, x509.IPAddress)
            else Identifier(IdentifierType.DNS, str(name.value).lower())
            for name in map(_general_name, self.names)
        )


def tbs_certificate(fields: CertificateFields, *, issuer: bytes, not_before: datetime) -> bytes:
    """Encode the fields as they would be signed by this issuer (its certificate's DER).

    The same arguments give the same bytes. Raises ValueError for what pyca will not
    encode, such as a country of three letters.
    """
    ca = x509.load_der_x509_certificate(issuer)
    start = not_before.replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .issuer_name(ca.subject)
        .subject_name(_subject(fields))
        .serial_number(_serial(fields))
        .not_valid_before(start)
        .not_valid_after(start + fields.validity - timedelta(seconds=1))
        .public_key(fields.public_key)
    )
    for extension in _extensions(fields, ca):
        builder = builder.add_extension(extension.value, critical=extension.critical)
    key, digest = _throw_away_signer(ca)
    return builder.sign(key, digest).tbs_certificate_bytes


def _subject(fields: CertificateFields) -> x509.Name:
    attributes = SUBJECTS[fields.type] if fields.subject is None else fields.subject
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _serial(fields: CertificateFields) -> int:
    """Take the serial number given, or make one: a leading 1 and 126 bits of a digest."""
    if fields.serial is not None:
        return fields.serial
    return int.from_bytes(sha256(f"serial {fields.seed}".encode()).digest()[:16]) >> 2 | 1 << 126


def _extensions(
    fields: CertificateFields, ca: x509.Certificate
) -> tuple[x509.Extension[x509.ExtensionType], ...]:
    replaced = {extension.oid: extension for extension in fields.replace}
    defaults = [
        replaced.pop(value.oid, x509.Extension(value.oid, critical, value))
        for value, critical in _default_extensions(fields, ca)
        if value.oid not in fields.without
    ]
    return (*defaults, *replaced.values())


def _default_extensions(
    fields: CertificateFields, ca: x509.Certificate
) -> list[tuple[x509.ExtensionType, bool]]:
    """Each extension and whether it is critical, in the order of encoding."""
    names = x509.SubjectAlternativeName([_general_name(name) for name in fields.names])
    policy = x509.PolicyInformation(RESERVED_POLICIES[fields.type], None)
    found: list[tuple[x509.ExtensionType, bool]] = [
        (_authority_information_access(fields), False),
        (_authority_key_identifier(ca), False),
        (x509.CertificatePolicies([policy]), False),
        (SERVER_AUTH, False),
        (names, not _subject(fields).rdns),
        (key_usage(), True),
        (_crl_distribution_points(fields), False),
    ]
    if fields.stage is Stage.PRECERTIFICATE:
        found.append((x509.PrecertPoison(), True))
    if fields.scts:
        found.append((made_up_sct_list(fields.scts), False))
    return found


def _general_name(text: str) -> x509.GeneralName:
    """Take what reads as an address for one, and everything else for a host name.

    The address is tried first, because pyca would take `1.1.1.1` as a host name too.
    """
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _authority_key_identifier(ca: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _authority_information_access(fields: CertificateFields) -> x509.AuthorityInformationAccess:
    places = [
        *((AuthorityInformationAccessOID.OCSP, url) for url in fields.ocsp_urls),
        *((AuthorityInformationAccessOID.CA_ISSUERS, url) for url in fields.ca_issuers_urls),
    ]
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(oid, x509.UniformResourceIdentifier(url)) for oid, url in places]
    )


def _crl_distribution_points(fields: CertificateFields) -> x509.CRLDistributionPoints:
    """Build one distribution point that names every URL."""
    urls = [x509.UniformResourceIdentifier(url) for url in fields.crl_urls]
    point = x509.DistributionPoint(
        full_name=urls, relative_name=None, reasons=None, crl_issuer=None
    )
    return x509.CRLDistributionPoints([point])


def _throw_away_signer(
    ca: x509.Certificate,
) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, SHA256 | SHA384 | SHA512]:
    """Pair a key of the issuer's type with its digest, so that tbsCertificate.signature fits.

    The signature itself is not kept.
    """
    public = ca.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return ec.derive_private_key(1, public.curve), _DIGESTS[public.curve.name]
    return _throw_away_rsa_key(), SHA256()


@cache
def _throw_away_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
