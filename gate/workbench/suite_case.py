"""The case that a test describes: a real certificate, evidence, and the real join of both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from gate.baseline import METHODS
from gate.errors import Malformed
from gate.facts import EvidenceFound, identifiers, join
from gate.model import (
    ADNDerivation,
    Applicant,
    Case,
    Evidence,
    Finding,
    Identifier,
    IdentifierType,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    Order,
    Purpose,
    Recorded,
    Stage,
    Validation,
)
from gate.policy.definitions import Place
from gate.specimens.keys import spki_sha256
from gate.workbench.suite_certificate import SUBSCRIBER, Certificates
from gate.workbench.suite_keys import public_key
from gate.workbench.suite_shape import (
    ANY_VERSION,
    CaseShape,
    OrderShape,
    ReportShape,
    ValidationShape,
)
from gate.x509 import TBSCertificate, read_tbs_certificate

RELEASE_LIFE = timedelta(seconds=60)
"""How long a release lives unless a test says otherwise."""

_BY_ADDRESS = "3.2.2.5."
"""How the sections of all methods for addresses begin."""

E_ = TypeVar("E_", bound=Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBuilder:
    """Builds the cases of tests; `linters` completed in these versions unless a test says else."""

    certificates: Certificates
    linters: Mapping[str, str]

    def build(self, facts: CaseShape, at: datetime, place: Place) -> Case | None:
        """The case at this moment, or None, with the reason noted."""
        der = self.certificates.tbs(
            facts.certificate,
            issuer=facts.request.issuer,
            stage=facts.request.stage or Stage.CERTIFICATE,
            at=at,
            place=place.below("certificate"),
        )
        if der is None:
            return None
        certificate = _read(der)
        context = self._context(facts, at, place)
        life = facts.gate.release_life
        return join(
            request=IssuanceRequest(
                request_id="request-1", caller="test", tbs_certificate=der, context=context
            ),
            certificate=certificate,
            issuer=self.certificates.issuers.get(context.issuer),
            evidence=_evidence(facts, context, certificate, at),
            linters=tuple(_reports(facts.linters, self.linters)),
            environment=facts.gate.environment,
            dry_run=False,
            at=at,
            release_ends=at + (life.length if life else RELEASE_LIFE),
        )

    def _context(self, facts: CaseShape, at: datetime, place: Place) -> IssuanceContext:
        asked = facts.request
        return IssuanceContext(
            order_id=asked.order,
            account=asked.account,
            issuer=asked.issuer,
            profile=asked.profile,
            environment=asked.environment,
            purpose=asked.purpose or Purpose.UNSPECIFIED,
            stage=asked.stage or Stage.UNSPECIFIED,
            channel="test",
            requested_by=asked.requested_by,
            precertificate=self._precertificate(facts, at, place),
        )

    def _precertificate(self, facts: CaseShape, at: datetime, place: Place) -> bytes:
        shape = facts.precertificate
        needed = facts.request.stage is Stage.CERTIFICATE and not facts.certificate.file
        if shape is None or not (needed or shape.model_fields_set):
            return b""
        return self.certificates.precertificate(
            facts.certificate,
            shape,
            issuer=facts.request.issuer,
            at=at,
            place=place.below("precertificate"),
        )


def _read(der: bytes) -> TBSCertificate | Malformed:
    try:
        return read_tbs_certificate(der)
    except Malformed as error:
        return error


def _evidence(
    facts: CaseShape,
    context: IssuanceContext,
    certificate: TBSCertificate | Malformed,
    at: datetime,
) -> EvidenceFound:
    names = () if isinstance(certificate, Malformed) else _names(certificate)
    applicant = facts.applicant or ""
    known = Applicant(account=context.account, applicant=applicant, name=applicant)
    validations = [
        validation
        for shape in facts.validations
        for validation in _validations(shape, names, applicant, at)
    ]
    order = facts.order and _order(facts.order, context, certificate, names)
    return EvidenceFound(
        applicant=_recorded(known, at) if applicant else None,
        order=_recorded(order, at) if order else None,
        validations=tuple(_recorded(each, at, index) for index, each in enumerate(validations)),
    )


def _names(certificate: TBSCertificate) -> tuple[Identifier, ...]:
    return tuple(identifier for identifier, _ in identifiers(certificate))


def _order(
    shape: OrderShape,
    context: IssuanceContext,
    certificate: TBSCertificate | Malformed,
    names: tuple[Identifier, ...],
) -> Order:
    return Order(
        order_id=context.order_id,
        account=shape.account or context.account,
        identifiers=names if shape.names is None else shape.names,
        spki_sha256=_ordered_key(shape, certificate),
        profile=shape.profile or context.profile,
        purpose=shape.purpose or context.purpose,
        requested_by=shape.requested_by or context.requested_by,
    )


def _ordered_key(shape: OrderShape, certificate: TBSCertificate | Malformed) -> bytes:
    if shape.key:
        return spki_sha256(public_key(shape.key, SUBSCRIBER))
    if "key" in shape.model_fields_set or isinstance(certificate, Malformed):
        return b""
    return certificate.spki_sha256


def _validations(
    shape: ValidationShape, names: Iterable[Identifier], applicant: str, at: datetime
) -> Iterator[Validation]:
    """One for the name given, or for each name in the certificate that the method is for."""
    begun = shape.at or at - (shape.age.length if shape.age else timedelta())
    oldest = at - shape.data_age.length if shape.data_age else begun
    for name in (shape.name,) if shape.name else _of_type(names, method_type(shape.method)):
        is_ip = name.type is IdentifierType.IP
        domain = "" if is_ip else shape.domain or name.fqdn
        exact = ADNDerivation.EXACT if domain in {"", name.fqdn} else ADNDerivation.PRUNED
        yield Validation(
            applicant=shape.applicant or applicant,
            identifier=name,
            authorization_domain=domain,
            adn_derivation=shape.derivation or exact,
            method=shape.method,
            initiated_at=begun,
            oldest_datum_at=oldest,
            completed_at=begun,
            performed_by="ca-validation",
            br_version="2.2.6",
        )


def method_type(method: str) -> IdentifierType:
    """What a method is for; one that nobody knows, by its section."""
    known = METHODS.get(method)
    if known:
        return known.identifiers
    return IdentifierType.IP if method.startswith(_BY_ADDRESS) else IdentifierType.DNS


def _of_type(names: Iterable[Identifier], type_: IdentifierType) -> tuple[Identifier, ...]:
    return tuple(name for name in names if name.type is type_)


def _reports(
    given: dict[str, ReportShape | None], required: Mapping[str, str]
) -> Iterator[LinterReport]:
    for name in (*required, *(name for name in given if name not in required)):
        shape = given.get(name, ReportShape())
        version = (shape.version if shape else "") or required.get(name, ANY_VERSION)
        if shape is None:
            continue
        findings = tuple(
            Finding(code=found.code, severity=found.severity, message=found.message)
            for found in shape.findings
        )
        yield LinterReport(name=name, version=version, status=shape.status, findings=findings)


def _recorded(evidence: E_, at: datetime, index: int = 0) -> Recorded[E_]:
    """The evidence as a registry hands it out; its id is made of its content."""
    return Recorded(
        record_id=sha256(repr(evidence).encode()).hexdigest()[:16],
        recorded_at=at,
        recorded_by="test",
        log_index=index,
        evidence=evidence,
    )
