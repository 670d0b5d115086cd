"""Joins a request with everything known about it into the case that is judged."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.errors import Malformed
from gate.model import (
    Applicant,
    Case,
    Environment,
    Finding,
    Identifier,
    IdentifierFacts,
    IdentifierType,
    IssuanceRequest,
    Issuer,
    LinterReport,
    Order,
    Recorded,
    Severity,
    Validation,
    ancestors,
)
from gate.x509 import GeneralNameKind, TBSCertificate, address_text, disagreements


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFound:
    """What the evidence holds for one request.

    `validations` are those of any applicant whose scope is, or stands above, a name in the
    certificate. `failures` say what could not be read.
    """

    applicant: Recorded[Applicant] | None = None
    order: Recorded[Order] | None = None
    validations: tuple[Recorded[Validation], ...] = ()
    failures: tuple[Finding, ...] = ()


def join(
    *,
    request: IssuanceRequest,
    certificate: TBSCertificate | Malformed,
    issuer: Issuer | None,
    evidence: EvidenceFound,
    linters: tuple[LinterReport, ...],
    environment: Environment,
    dry_run: bool,
    at: datetime,
    release_ends: datetime,
) -> Case:
    """Build the case: each identifier comes with its own candidates for a validation."""
    applicant = evidence.applicant.evidence.applicant if evidence.applicant else ""
    found = () if isinstance(certificate, Malformed) else identifiers(certificate)
    return Case(
        request=request,
        certificate=certificate,
        disagreements=_compare(certificate),
        issuer=issuer,
        applicant=applicant,
        order=evidence.order,
        identifiers=_attach(found, evidence.validations, applicant),
        linters=linters,
        failures=evidence.failures,
        environment=environment,
        dry_run=dry_run,
        at=at,
        release_ends=release_ends,
    )


def identifiers(certificate: TBSCertificate) -> tuple[tuple[Identifier, str], ...]:
    """Every identifier the certificate would vouch for, once, with where it stands first.

    These are the DNS names and addresses of the subjectAltName and whatever the common
    names say beyond them: a relying party may look there too.
    """
    found: dict[Identifier, str] = {}
    for at, name in enumerate(certificate.subject_alt_name):
        if name.kind is GeneralNameKind.DNS_NAME:
            found.setdefault(
                Identifier(IdentifierType.DNS, name.text.lower()), f"subject_alt_name[{at}]"
            )
        elif name.kind is GeneralNameKind.IP_ADDRESS:
            found.setdefault(Identifier(IdentifierType.IP, name.text), f"subject_alt_name[{at}]")
    for text in certificate.common_names:
        found.setdefault(common_name_identifier(text), "subject.common_name")
    return tuple(found.items())


def common_name_identifier(text: str) -> Identifier:
    """The identifier that a commonName speaks of (BR 7.1.4.3)."""
    try:
        return Identifier(IdentifierType.IP, address_text(ipaddress.ip_address(text)))
    except ValueError:
        # Only ASCII letters have a lower case here: the Kelvin sign is no `k`.
        return Identifier(IdentifierType.DNS, text.lower() if text.isascii() else text)


def _attach(
    found: Sequence[tuple[Identifier, str]],
    validations: Sequence[Recorded[Validation]],
    applicant: str,
) -> tuple[IdentifierFacts, ...]:
    by_scope: dict[tuple[IdentifierType, str], list[Recorded[Validation]]] = {}
    for record in sorted(validations, key=_newest_first):
        key = (record.evidence.identifier.type, record.evidence.scope)
        by_scope.setdefault(key, []).append(record)
    return tuple(_facts(identifier, where, by_scope, applicant) for identifier, where in found)


def _facts(
    identifier: Identifier,
    location: str,
    by_scope: dict[tuple[IdentifierType, str], list[Recorded[Validation]]],
    applicant: str,
) -> IdentifierFacts:
    covering = [
        record
        for scope in _scopes(identifier)
        for record in by_scope.get((identifier.type, scope), ())
    ]
    own = [record for record in covering if applicant and record.evidence.applicant == applicant]
    return IdentifierFacts(
        identifier=identifier,
        location=location,
        candidates=tuple(sorted(own, key=_newest_first)),
        validated_for_others=not own and bool(covering),
    )


def _scopes(identifier: Identifier) -> tuple[str, ...]:
    """What a validation may be of to bear on this identifier, compared label by label."""
    if identifier.type is IdentifierType.IP:
        return (identifier.value,)
    return ancestors(identifier.fqdn)


def _newest_first(record: Recorded[Validation]) -> tuple[float, int]:
    return (-record.evidence.counts_from.timestamp(), -record.log_index)


def _compare(certificate: TBSCertificate | Malformed) -> tuple[Finding, ...]:
    if isinstance(certificate, Malformed):
        return ()
    return tuple(
        Finding(
            code="gate.readers_disagree" if found.blocking else "gate.second_reader_refused",
            severity=Severity.FATAL if found.blocking else Severity.NOTICE,
            message=found.detail,
            location=found.field,
        )
        for found in disagreements(certificate)
    )
