"""What the facts say of the certificate itself."""

from collections.abc import Mapping

from gate.conditions.public_key import describe_key
from gate.conditions.v1.facts_pb2 import Certificate, Subject, SubjectAltName
from gate.policy.signature_algorithms import ALGORITHMS
from gate.x509 import GeneralName, GeneralNameKind, Name, TBSCertificate, oids
from gate.x509.der import SEQUENCE, Reader

SUBJECT_FIELDS: Mapping[str, str] = {
    oids.COMMON_NAME: "cn",
    oids.ORGANIZATION_NAME: "o",
    oids.ORGANIZATIONAL_UNIT_NAME: "ou",
    oids.COUNTRY_NAME: "c",
    oids.LOCALITY_NAME: "l",
    oids.STATE_OR_PROVINCE_NAME: "st",
    oids.STREET_ADDRESS: "street",
    oids.POSTAL_CODE: "postal_code",
    oids.GIVEN_NAME: "given_name",
    oids.SURNAME: "surname",
    oids.SERIAL_NUMBER: "serial_number",
    oids.BUSINESS_CATEGORY: "business_category",
    oids.ORGANIZATION_IDENTIFIER: "organization_identifier",
    oids.JURISDICTION_COUNTRY: "jurisdiction_c",
    oids.JURISDICTION_LOCALITY: "jurisdiction_l",
    oids.JURISDICTION_STATE_OR_PROVINCE: "jurisdiction_st",
    oids.EMAIL_ADDRESS: "email",
    oids.DOMAIN_COMPONENT: "dc",
    oids.USER_ID: "uid",
}
"""The attributes of the subject that have a fact of their own."""

_ALGORITHMS = {der: name for name, der in ALGORITHMS.items()}


def describe_certificate(cert: Certificate, tbs: TBSCertificate) -> None:
    """Fill in everything about the certificate.

    Raises Malformed where the certificate policies cannot be read.
    """
    cert.version = tbs.version
    cert.serial_number = f"{tbs.serial_number:x}"
    _describe_subject(cert.subject, tbs.subject)
    cert.issuer_name = str(tbs.issuer)
    cert.not_before.FromDatetime(tbs.not_before)
    cert.not_after.FromDatetime(tbs.not_after)
    cert.validity_seconds = tbs.validity_seconds
    cert.san.SetInParent()
    for name in tbs.subject_alt_name:
        _add_name(cert.san, name)
    describe_key(cert.key, tbs.subject_public_key_info, tbs.spki_sha256)
    cert.signature_algorithm = _ALGORITHMS.get(tbs.signature.der, tbs.signature.oid)
    cert.extension_oids.extend(each.oid for each in tbs.extensions)
    cert.critical_extension_oids.extend(each.oid for each in tbs.extensions if each.critical)
    cert.policy_oids.extend(_policies(tbs))
    cert.key_usage.extend(sorted(tbs.key_usage or ()))
    cert.extended_key_usage.extend(tbs.extended_key_usage)
    cert.ca = tbs.basic_constraints_ca
    cert.poisoned = tbs.poisoned


def _describe_subject(subject: Subject, name: Name) -> None:
    subject.name = str(name)
    for attribute in name.attributes:
        subject.attribute_oids.append(attribute.oid)
        if field := SUBJECT_FIELDS.get(attribute.oid):
            getattr(subject, field).append(attribute.value)


def _add_name(san: SubjectAltName, name: GeneralName) -> None:
    match name.kind:
        case GeneralNameKind.DNS_NAME:
            san.dns.append(name.text.lower())
        case GeneralNameKind.IP_ADDRESS:
            san.ip.append(name.text)
        case GeneralNameKind.RFC822_NAME:
            san.email.append(name.text)
        case GeneralNameKind.URI:
            san.uri.append(name.text)
        case kind:
            san.other.append(f"{kind.value}:{name.text}")


def _policies(tbs: TBSCertificate) -> list[str]:
    """The policies in order (RFC 5280 §4.2.1.4); their qualifiers are not read."""
    what = "certificate_policies"
    found: list[str] = []
    for extension in tbs.extensions:
        if extension.oid != oids.CERTIFICATE_POLICIES:
            continue
        value = Reader(extension.value)
        policies = value.enter(SEQUENCE, what)
        value.finish(what)
        while policies.remaining:
            found.append(policies.enter(SEQUENCE, what).oid(what))
    return found
