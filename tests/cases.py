"""Cases in one line: released by the shipped policy, or wrong in one named way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gate.config import read_folder
from gate.errors import Malformed
from gate.facts import EvidenceFound, join
from gate.model import (
    ADNDerivation,
    Applicant,
    Case,
    Environment,
    Identifier,
    IdentifierType,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    LinterStatus,
    Order,
    Purpose,
    Recorded,
    Stage,
    Validation,
)
from gate.policy import Policy, Site, load
from gate.specimens.issuers import IssuingCA
from gate.x509 import TBSCertificate, read_tbs_certificate
from tests import pki

APPLICANT = "applicant-1"
ACCOUNT = "acme-public"
POLICIES = Path(__file__).resolve().parents[1] / "policies"
LINTERS = tuple(
    LinterReport(name=name, version="1", status=LinterStatus.COMPLETED)
    for name in ("pkilint", "badkeys")
)


def shipped(name: str = "webpki-production") -> Policy:
    """The shipped policy over the test issuers."""
    issuers = (pki.issuer(), pki.issuer(pki.TEST))
    return load(read_folder(POLICIES / name), site=Site(issuers=issuers))


def identifier(text: str) -> Identifier:
    """A DNS name or an address, whichever it is."""
    is_ip = text.replace(".", "").isdigit() or ":" in text
    return Identifier(IdentifierType.IP if is_ip else IdentifierType.DNS, text)


def validation(
    name: str,
    *,
    method: str | None = None,
    age: timedelta = timedelta(days=1),
    applicant: str = APPLICANT,
    domain: str = "",
    derivation: ADNDerivation | None = None,
    at: datetime = pki.NOW,
    **changes: Any,
) -> Validation:
    """A validation of this name that was begun `age` before `at`."""
    found = identifier(name)
    is_ip = found.type is IdentifierType.IP
    domain = domain or ("" if is_ip else found.fqdn)
    exact = ADNDerivation.EXACT if domain in {"", found.fqdn} else ADNDerivation.PRUNED
    fields: dict[str, Any] = {
        "applicant": applicant,
        "identifier": found,
        "authorization_domain": domain,
        "adn_derivation": derivation or exact,
        "method": ("3.2.2.5.6" if is_ip else "3.2.2.4.7") if method is None else method,
        "initiated_at": at - age,
        "oldest_datum_at": at - age,
        "completed_at": at - age,
        "performed_by": "ca",
        "br_version": "2.2.6",
    }
    return Validation(**{**fields, **changes})


def recorded(evidence: Any, index: int = 0) -> Recorded[Any]:
    """The evidence as a registry keeps it."""
    return Recorded(
        record_id=f"r-{index}",
        recorded_at=pki.NOW,
        recorded_by="validator",
        log_index=index,
        evidence=evidence,
    )


def case(
    *names: str,
    der: bytes | None = None,
    validations: Sequence[Validation] | None = None,
    linters: tuple[LinterReport, ...] = LINTERS,
    at: datetime = pki.NOW,
    ca: IssuingCA | None = pki.PUBLIC,
    known: bool = True,
    environment: Environment = Environment.PRODUCTION,
    dry_run: bool = False,
    evidence: EvidenceFound | None = None,
    fields: dict[str, Any] | None = None,
    **context: Any,
) -> Case:
    """A case for a precertificate with these names, each validated unless said otherwise."""
    names = names or ("www.plovidba.hr",)
    issuing = ca or pki.PUBLIC
    der = (
        der
        if der is not None
        else pki.precertificate(*names, ca=issuing, not_before=at, **(fields or {}))
    )
    asked = {
        "order_id": "order-1",
        "account": ACCOUNT,
        "issuer": issuing.name,
        "profile": "tls-dv",
        "environment": environment.value,
        "purpose": Purpose.SUBSCRIBER,
        "stage": Stage.PRECERTIFICATE,
        "requested_by": "someone",
    }
    request = IssuanceRequest(
        request_id="request-1",
        caller="requester",
        tbs_certificate=der,
        context=IssuanceContext(**{**asked, **context}),
    )
    certificate = read(der)
    if validations is None:
        validations = [validation(name, at=at) for name in names]
    found = EvidenceFound(
        applicant=recorded(Applicant(account=ACCOUNT, applicant=APPLICANT, name="A"))
        if known
        else None,
        order=recorded(_order(names, certificate, request.context.purpose)),
        validations=tuple(recorded(one, at) for at, one in enumerate(validations)),
    )
    return join(
        request=request,
        certificate=certificate,
        issuer=pki.issuer(ca) if ca else None,
        evidence=evidence or found,
        linters=linters,
        environment=environment,
        dry_run=dry_run,
        at=at,
        release_ends=at + timedelta(seconds=60),
    )


def read(der: bytes) -> TBSCertificate | Malformed:
    """The certificate, or why it is none."""
    try:
        return read_tbs_certificate(der)
    except Malformed as error:
        return error


def _order(
    names: Sequence[str], certificate: TBSCertificate | Malformed, purpose: Purpose
) -> Order:
    spki = b"" if isinstance(certificate, Malformed) else certificate.spki_sha256
    return Order(
        order_id="order-1",
        account=ACCOUNT,
        identifiers=tuple(identifier(name) for name in names),
        spki_sha256=spki,
        profile="tls-dv",
        purpose=purpose,
        requested_by="someone",
    )
