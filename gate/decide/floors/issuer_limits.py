"""The floor that keeps a certificate within what its issuer's own certificate allows.

No path length is judged: nothing passes `floor.subscriber` that could certify others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from gate.decide.floors.applying import wrong
from gate.decide.floors.constrained_names import names_outside
from gate.errors import Malformed
from gate.model import Case, Finding
from gate.policy import Policy
from gate.policy.quoting import quoted
from gate.policy.requirement import certificate_of
from gate.x509 import (
    NameConstraints,
    TBSCertificate,
    oids,
    read_certificate,
    read_certificate_policies,
    read_name_constraints,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerLimits:
    """What a CA certificate says of the certificates below it; None is without limit."""

    not_before: datetime
    not_after: datetime
    signs_certificates: bool
    purposes: frozenset[str] | None
    policies: frozenset[str] | None
    names: NameConstraints


@lru_cache(maxsize=256)
def limits_of(certificate: bytes) -> IssuerLimits:
    """Read the limits out of a CA certificate in DER; each certificate is read once.

    Raises Malformed where one of the extensions that set them cannot be read.
    """
    tbs = read_certificate(certificate).tbs
    purposes = frozenset(tbs.extended_key_usage)
    policies = _policies(tbs)
    names = _value(tbs, oids.NAME_CONSTRAINTS)
    return IssuerLimits(
        not_before=tbs.not_before,
        not_after=tbs.not_after,
        signs_certificates=tbs.key_usage is None or "keyCertSign" in tbs.key_usage,
        purposes=None if oids.ANY_EXTENDED_KEY_USAGE in purposes else purposes or None,
        policies=None if oids.ANY_POLICY in policies else policies or None,
        names=NameConstraints() if names is None else read_name_constraints(names),
    )


def judge_issuer_limits(case: Case, _: Policy) -> Iterator[Finding]:
    """The certificate is valid, usable and named only as its issuer's certificate allows."""
    if case.issuer is None:
        return
    issuer, certificate = quoted(case.issuer.name), certificate_of(case)
    try:
        limits = limits_of(case.issuer.certificate)
    except Malformed as error:
        text = f"the certificate of the issuer {issuer} cannot be read: {error}"
        yield wrong("gate.issuer_limits_unreadable", text, "context.issuer")
        return
    if not limits.signs_certificates:
        text = f"the key usage of the issuer {issuer} has no keyCertSign"
        yield wrong("gate.issuer_signs_no_certificates", text, "context.issuer")
    yield from _validity(certificate, limits, issuer)
    yield from _purposes(certificate, limits, issuer)
    yield from _allowed_policies(certificate, limits, issuer)
    for location, fault in names_outside(limits.names, certificate):
        text = f"{fault} of the issuer {issuer}"
        yield wrong("gate.name_beyond_issuer", text, location)


def _validity(certificate: TBSCertificate, limits: IssuerLimits, issuer: str) -> Iterator[Finding]:
    if certificate.not_before < limits.not_before:
        text = (
            f"it begins {certificate.not_before:%Y-%m-%dT%H:%M:%SZ}, before its issuer {issuer} "
            f"does on {limits.not_before:%Y-%m-%dT%H:%M:%SZ}"
        )
        yield wrong("gate.validity_beyond_issuer", text, "not_before")
    if certificate.not_after > limits.not_after:
        text = (
            f"it ends {certificate.not_after:%Y-%m-%dT%H:%M:%SZ}, after its issuer {issuer} "
            f"does on {limits.not_after:%Y-%m-%dT%H:%M:%SZ}"
        )
        yield wrong("gate.validity_beyond_issuer", text, "not_after")


def _purposes(certificate: TBSCertificate, limits: IssuerLimits, issuer: str) -> Iterator[Finding]:
    where = "extended_key_usage"
    if limits.purposes is None:
        return
    if not certificate.extended_key_usage:
        text = f"it may be used for anything, and the issuer {issuer} only for some purposes"
        yield wrong("gate.purpose_beyond_issuer", text, where)
    for purpose in certificate.extended_key_usage:
        if purpose not in limits.purposes:
            text = f"the purpose {quoted(purpose)} is none of those of the issuer {issuer}"
            yield wrong("gate.purpose_beyond_issuer", text, where)


def _allowed_policies(
    certificate: TBSCertificate, limits: IssuerLimits, issuer: str
) -> Iterator[Finding]:
    code, where = "gate.policy_beyond_issuer", "certificate_policies"
    if limits.policies is None:
        return
    try:
        found = _policies(certificate)
    except Malformed as error:
        yield wrong(code, f"its policies cannot be read: {error}", where)
        return
    for policy in sorted(found - limits.policies):
        text = f"the policy {quoted(policy)} is none of those of the issuer {issuer}"
        yield wrong(code, text, where)


def _policies(certificate: TBSCertificate) -> frozenset[str]:
    value = _value(certificate, oids.CERTIFICATE_POLICIES)
    found = () if value is None else read_certificate_policies(value)
    return frozenset(policy.oid for policy in found)


def _value(certificate: TBSCertificate, oid: str) -> bytes | None:
    return next((each.value for each in certificate.extensions if each.oid == oid), None)
