"""One order of the demo: a certificate, the context it is sent in, and what was known before."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gate.errors import Malformed
from gate.model import (
    ADNDerivation,
    Applicant,
    CertificateType,
    Environment,
    Identifier,
    IdentifierType,
    IssuanceContext,
    Order,
    Purpose,
    Validation,
    Verdict,
)
from gate.specimens.certificates import CertificateFields, tbs_certificate
from gate.specimens.issuers import PUBLIC_ISSUER
from gate.specimens.keys import spki_sha256

PROFILES = {CertificateType.DV: "tls-dv", CertificateType.OV: "tls-ov"}

CAFE = Applicant(account="acme-public", applicant="harbour-cafe", name="Harbour Cafe")
PIER = Applicant(account="enterprise-9", applicant="pier", name="Pier d.d.")

APPLICANTS = (CAFE, PIER)
"""To record before any order; the shipped grants give CAFE tls-dv, and PIER tls-dv and tls-ov."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastValidation:
    """A validation that was completed some time before the order is sent.

    `at` is the domain at which control was shown, where it stands above the name applied
    for. `ago` counts from when the validation was initiated; `data_ago` from when the
    oldest datum behind it was obtained, where that is longer ago.
    """

    applicant: Applicant
    name: str
    method: str
    at: str = ""
    ago: timedelta = timedelta(hours=3)
    data_ago: timedelta = timedelta()

    def evidence(self, now: datetime) -> Validation:
        """State it as the CA's validation system records it."""
        identifier = Identifier.read(self.name)
        address = identifier.type is IdentifierType.IP
        initiated_at = now - self.ago
        return Validation(
            applicant=self.applicant.applicant,
            identifier=identifier,
            authorization_domain="" if address else self.at or identifier.fqdn,
            adn_derivation=ADNDerivation.PRUNED if self.at else ADNDerivation.EXACT,
            method=self.method,
            initiated_at=initiated_at,
            oldest_datum_at=now - max(self.ago, self.data_ago),
            completed_at=initiated_at + timedelta(minutes=2),
            performed_by="ca-validation",
            br_version="2.2.6",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOrder:
    """What is sent to the gate, what it may know by then, and what it must answer.

    `because` are rules and floors that must be among the deciding ones (there may be
    others). `linter_clean` is whether pkilint reports no error, None where it gets
    nothing to read. `ordered` are the names on the recorded order, the certificate's own
    if None. `age` is how long before `now` the certificate begins; `cut` octets are
    missing at its end.
    """

    key: str
    title: str
    account: Applicant
    certificate: CertificateFields
    validations: tuple[PastValidation, ...] = ()
    issuer: str = PUBLIC_ISSUER
    environment: str = Environment.PRODUCTION
    purpose: Purpose = Purpose.SUBSCRIBER
    ordered: tuple[str, ...] | None = None
    age: timedelta = timedelta(hours=1)
    cut: int = 0
    expected: Verdict = Verdict.RELEASE
    because: tuple[str, ...] = ()
    linter_clean: bool | None = True

    @property
    def fields(self) -> CertificateFields:
        """The certificate's fields, its serial number and key made from this order's key."""
        return replace(self.certificate, seed=self.key)

    def tbs_certificate(self, *, issuer: bytes, now: datetime) -> bytes:
        """Encode what is sent, for the issuer with this certificate (DER)."""
        whole = tbs_certificate(self.fields, issuer=issuer, not_before=now - self.age)
        return whole[: len(whole) - self.cut]

    @property
    def context(self) -> IssuanceContext:
        """The circumstances, as the issuing system states them."""
        return IssuanceContext(
            order_id=self.key,
            account=self.account.account,
            issuer=self.issuer,
            profile=PROFILES[self.certificate.type],
            environment=self.environment,
            purpose=self.purpose,
            stage=self.certificate.stage,
            channel="demo",
            requested_by="demo",
        )

    def evidence(self, now: datetime) -> tuple[Order | Validation, ...]:
        """State what is on record before the request: the order, then the validations.

        Names that cannot be recorded are missing from the order, and an order in which
        nothing would be left was never recorded.
        """
        validations = tuple(validation.evidence(now) for validation in self.validations)
        names = self.certificate.names if self.ordered is None else self.ordered
        identifiers = tuple(found for name in names if (found := _recordable(name)))
        return (self._order(identifiers), *validations) if identifiers else validations

    def _order(self, identifiers: tuple[Identifier, ...]) -> Order:
        # The front end always asks for the purpose; only the request can leave it out.
        unsaid = self.purpose is Purpose.UNSPECIFIED
        return Order(
            order_id=self.key,
            account=self.account.account,
            identifiers=identifiers,
            spki_sha256=spki_sha256(self.fields.public_key),
            profile=PROFILES[self.certificate.type],
            purpose=Purpose.SUBSCRIBER if unsaid else self.purpose,
            requested_by="demo",
        )


def _recordable(name: str) -> Identifier | None:
    try:
        return Identifier.read(name)
    except Malformed:
        return None
