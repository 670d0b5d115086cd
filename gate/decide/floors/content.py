"""Floors on what the certificate says."""

from collections.abc import Iterator

from gate.baseline import (
    MAX_VALIDITY,
    RESERVED_PREFIXES,
    limit_at,
    onion,
    public_suffix,
    reverse_zone,
)
from gate.decide.floors.applying import wrong
from gate.model import Case, Finding, Identifier, IdentifierType
from gate.policy import Policy
from gate.policy.prefixes import Prefixes, forms
from gate.policy.quoting import quoted
from gate.policy.requirement import certificate_of
from gate.x509 import GeneralNameKind

JUDGED_NAMES = frozenset({GeneralNameKind.DNS_NAME, GeneralNameKind.IP_ADDRESS})
LONGEST_NAME = 253
"""RFC 1035 §2.3.4, without the dot of the root."""

_CA_USAGES = frozenset({"keyCertSign", "cRLSign"})
_RESERVED = Prefixes.of(RESERVED_PREFIXES)


def judge_names(case: Case, _: Policy) -> Iterator[Finding]:
    """Every name in the certificate is of a kind that can be validated."""
    certificate = certificate_of(case)
    if not certificate.subject_alt_name:
        yield wrong("gate.names_missing", "there is no subjectAltName", "subject_alt_name")
    for at, name in enumerate(certificate.subject_alt_name):
        where = f"subject_alt_name[{at}]"
        if name.kind not in JUDGED_NAMES:
            said = f"{name.kind.name} is no name that can be validated"
            yield wrong("gate.name_unjudged", said, where)
        elif len(name.text) > LONGEST_NAME:
            yield wrong("gate.name_too_long", f"{quoted(name.text)} is no DNS name", where)
    texts = {name.text for name in certificate.subject_alt_name if name.kind in JUDGED_NAMES}
    for text in certificate.common_names:
        if text not in texts:
            yield wrong(
                "gate.common_name_not_in_san",
                f"the common name {quoted(text)} is no copy of a name in the subjectAltName",
                "subject.common_name",
            )


def judge_forbidden_names(case: Case, _: Policy) -> Iterator[Finding]:
    """No name is one that the Baseline Requirements forbid whoever asks."""
    for facts in case.identifiers:
        problem = _forbidden(facts.identifier)
        if problem:
            yield wrong(
                "gate.name_forbidden",
                f"{quoted(str(facts.identifier))} {problem}",
                facts.location,
            )


def _forbidden(identifier: Identifier) -> str | None:
    if identifier.type is IdentifierType.IP:
        reserved = any(form in _RESERVED for form in forms(identifier.value))
        return "is a reserved address" if reserved else None
    if reverse_zone(identifier.fqdn):
        return "lies in a reverse zone"
    if identifier.wildcard and onion(identifier.fqdn):
        return "is a wildcard below onion"
    if identifier.wildcard and public_suffix(identifier.fqdn):
        return "is a wildcard below a public suffix"
    return None


def judge_subscriber(case: Case, _: Policy) -> Iterator[Finding]:
    """A subscriber's certificate is no CA's."""
    certificate = certificate_of(case)
    if certificate.basic_constraints_ca:
        yield wrong("gate.ca_certificate", "the certificate would be a CA's", "basic_constraints")
    for usage in sorted((certificate.key_usage or frozenset()) & _CA_USAGES):
        yield wrong("gate.ca_key_usage", f"the key could be used for {usage}", "key_usage")


def judge_validity(case: Case, _: Policy) -> Iterator[Finding]:
    """The validity period is within the limit on the day of issuance, both ends counted."""
    limit = limit_at(MAX_VALIDITY, case.at, case.release_ends)
    seconds = certificate_of(case).validity_seconds
    if seconds > limit.total_seconds():
        yield wrong(
            "gate.validity_too_long",
            f"valid for {seconds} seconds, and {limit.days} days "
            f"({int(limit.total_seconds())} seconds) are the limit",
            "validity",
        )
