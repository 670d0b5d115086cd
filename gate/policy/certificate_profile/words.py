"""The words of profile files: what extensions, attributes and purposes are called there."""

import re
from collections.abc import Mapping

from gate.model import Stage
from gate.x509 import GeneralNameKind, oids
from gate.x509.der import IA5_STRING, PRINTABLE_STRING, UTF8_STRING

EXTENSIONS: Mapping[str, str] = {
    "authority_info_access": oids.AUTHORITY_INFO_ACCESS,
    "authority_key_identifier": oids.AUTHORITY_KEY_IDENTIFIER,
    "basic_constraints": oids.BASIC_CONSTRAINTS,
    "certificate_policies": oids.CERTIFICATE_POLICIES,
    "crl_distribution_points": oids.CRL_DISTRIBUTION_POINTS,
    "extended_key_usage": oids.EXTENDED_KEY_USAGE,
    "key_usage": oids.KEY_USAGE,
    "precertificate_poison": oids.CT_POISON,
    "signed_certificate_timestamps": oids.CT_PRECERTIFICATE_SCTS,
    "subject_alt_name": oids.SUBJECT_ALT_NAME,
    "subject_key_identifier": oids.SUBJECT_KEY_IDENTIFIER,
    "tls_feature": oids.TLS_FEATURE,
    "cabf_organization_identifier": "2.23.140.3.1",
}
"""Extensions by the names that profiles call them by; others are called by their OID."""

LISTS: Mapping[str, frozenset[str]] = {
    oids.AUTHORITY_INFO_ACCESS: frozenset({"ocsp", "ca_issuers"}),
    oids.CERTIFICATE_POLICIES: frozenset({"policies"}),
    oids.CRL_DISTRIBUTION_POINTS: frozenset({"urls"}),
    oids.EXTENDED_KEY_USAGE: frozenset({"purposes"}),
    oids.KEY_USAGE: frozenset({"rsa", "ec"}),
}
"""The lists that an extension holds, by the keys that pin them."""

FIXED = frozenset(
    {
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.BASIC_CONSTRAINTS,
        oids.CT_POISON,
        oids.CT_PRECERTIFICATE_SCTS,
        oids.SUBJECT_ALT_NAME,
        oids.SUBJECT_KEY_IDENTIFIER,
    }
)
"""Extensions whose content is judged without a list and without a `value`."""

ATTRIBUTES: Mapping[str, str] = {
    "dc": oids.DOMAIN_COMPONENT,
    "business_category": oids.BUSINESS_CATEGORY,
    "jurisdiction_c": oids.JURISDICTION_COUNTRY,
    "jurisdiction_st": oids.JURISDICTION_STATE_OR_PROVINCE,
    "jurisdiction_l": oids.JURISDICTION_LOCALITY,
    "serial_number": oids.SERIAL_NUMBER,
    "organization_identifier": oids.ORGANIZATION_IDENTIFIER,
    "c": oids.COUNTRY_NAME,
    "st": oids.STATE_OR_PROVINCE_NAME,
    "l": oids.LOCALITY_NAME,
    "postal_code": oids.POSTAL_CODE,
    "street": oids.STREET_ADDRESS,
    "o": oids.ORGANIZATION_NAME,
    "surname": oids.SURNAME,
    "given_name": oids.GIVEN_NAME,
    "ou": oids.ORGANIZATIONAL_UNIT_NAME,
    "cn": oids.COMMON_NAME,
}
"""Attributes of the subject; others are called by their OID."""

STRINGS: Mapping[str, int] = {
    "utf8": UTF8_STRING,
    "printable": PRINTABLE_STRING,
    "ia5": IA5_STRING,
}

_ONLY_PRINTABLE = frozenset({oids.COUNTRY_NAME, oids.JURISDICTION_COUNTRY, oids.SERIAL_NUMBER})

PURPOSES: Mapping[str, str] = {
    "serverAuth": oids.SERVER_AUTH,
    "clientAuth": oids.CLIENT_AUTH,
    "codeSigning": oids.CODE_SIGNING,
    "emailProtection": oids.EMAIL_PROTECTION,
    "timeStamping": oids.TIME_STAMPING,
    "OCSPSigning": oids.OCSP_SIGNING,
    "anyExtendedKeyUsage": oids.ANY_EXTENDED_KEY_USAGE,
}
"""Purposes by their names in RFC 5280 §4.2.1.12; others are called by their OID."""

NAME_TYPES: Mapping[str, GeneralNameKind] = {
    "dns": GeneralNameKind.DNS_NAME,
    "ip": GeneralNameKind.IP_ADDRESS,
}

IN_STAGE: Mapping[Stage, str] = {
    Stage.PRECERTIFICATE: "a precertificate",
    Stage.CERTIFICATE: "a certificate",
}

ANY = "any"

_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+", re.ASCII)
_EXTENSION_NAMES = {oid: name for name, oid in EXTENSIONS.items()}
_ATTRIBUTE_NAMES = {oid: name for name, oid in ATTRIBUTES.items()}
_PURPOSE_NAMES = {oid: name for name, oid in PURPOSES.items()}
_STRING_NAMES = {tag: name for name, tag in STRINGS.items()}


def is_oid(text: str) -> bool:
    """Whether the text is an object identifier with dots."""
    return bool(_OID.fullmatch(text))


def extension_name(oid: str) -> str:
    """What profiles call an extension."""
    return _EXTENSION_NAMES.get(oid, oid)


def attribute_name(oid: str) -> str:
    """What profiles call an attribute of the subject."""
    return _ATTRIBUTE_NAMES.get(oid, oid)


def purpose_name(oid: str) -> str:
    """What profiles call a purpose of extendedKeyUsage."""
    return _PURPOSE_NAMES.get(oid, oid)


def string_name(tag: int) -> str | None:
    """What profiles call a string type; None where no certificate of the BR may use it."""
    return _STRING_NAMES.get(tag)


def usual_strings(oid: str) -> frozenset[str]:
    """The string types in which BR 7.1.4.2 allows an attribute to be written."""
    if oid in _ONLY_PRINTABLE:
        return frozenset({"printable"})
    return frozenset({"ia5"}) if oid == oids.DOMAIN_COMPONENT else frozenset({"utf8", "printable"})
