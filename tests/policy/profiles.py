"""A profile that the test certificates fit exactly, to be changed in one place at a time."""

from typing import Any

from cryptography.x509.oid import NameOID

from gate.model import CertificateType
from gate.policy.certificate_profile.judging import Mismatch, mismatches
from gate.policy.certificate_profile.profile import CertificateProfile, Signer
from gate.policy.certificate_profile.reading import read_profile
from gate.x509 import TBSCertificate, read_tbs_certificate
from tests import pki

FILE = "profiles/tls-ov.yaml"

PROFILE = """\
format: gate-profile/1
title: TLS OV from public-r1
signature: {p256: [ecdsa-sha256]}
subject_order: as-listed
subject:
  - {name: c, values: [HR, SI]}
  - {name: l, strings: [utf8]}
  - {name: street, optional: true, repeats: true}
  - {name: o}
extension_order: as-listed
extensions:
  - name: authority_info_access
    ocsp: {may: ["http://ocsp.example.com"]}
    ca_issuers: ["http://ca.example.com/issuer.cer"]
  - {name: authority_key_identifier}
  - {name: certificate_policies, policies: [2.23.140.1.2.2]}
  - {name: extended_key_usage, purposes: [serverAuth]}
  - {name: subject_alt_name, critical: if-subject-empty, types: [dns]}
  - {name: key_usage, critical: true, rsa: [digitalSignature], ec: [digitalSignature]}
  - name: crl_distribution_points
    urls: {may_begin: ["http://ca.example.com/"], least: 1, most: 1}
  - {name: precertificate_poison, critical: true, stages: [PRECERTIFICATE]}
  - {name: signed_certificate_timestamps, stages: [CERTIFICATE]}
  - {name: basic_constraints, critical: true, optional: true}
  - {name: subject_key_identifier, optional: true, method: sha1}
  - {name: tls_feature, optional: true, value: "3003020105"}
"""

OV: dict[str, Any] = {"type": CertificateType.OV}
SUBJECT = (
    (NameOID.COUNTRY_NAME, "HR"),
    (NameOID.LOCALITY_NAME, "Split"),
    (NameOID.ORGANIZATION_NAME, "Plava Plovidba d.o.o."),
)


def certificate(**changes: Any) -> bytes:
    """The precertificate that the profile fits, or one with a field changed."""
    return pki.precertificate(**{**OV, **changes})


SIGNER = Signer(spki=pki.issuer().spki, key_id=pki.issuer().subject_key_identifier)


def text_with(*pairs: tuple[str, str]) -> str:
    """The profile's text with places changed; each old text stands there once."""
    text = PROFILE
    for old, new in pairs:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def profile(*pairs: tuple[str, str]) -> CertificateProfile:
    """The profile with places changed."""
    return read_profile(FILE, text_with(*pairs).encode())


def found(
    der: bytes | TBSCertificate,
    *pairs: tuple[str, str],
    signer: Signer | None = SIGNER,
) -> tuple[Mismatch, ...]:
    """What differs in a certificate."""
    certificate = read_tbs_certificate(der) if isinstance(der, bytes) else der
    return mismatches(profile(*pairs), certificate, signer=signer)


def told(
    der: bytes | TBSCertificate,
    *pairs: tuple[str, str],
    signer: Signer | None = SIGNER,
) -> list[str]:
    """The same as text."""
    return [f"{each.location}: {each.text}" for each in found(der, *pairs, signer=signer)]
