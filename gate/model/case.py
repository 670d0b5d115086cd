"""The case: everything that is judged, and nothing else may be looked at."""

from dataclasses import dataclass
from datetime import datetime

from gate.errors import Malformed
from gate.model.evidence import Order, Recorded, Validation
from gate.model.finding import Finding, LinterReport
from gate.model.identifier import Identifier
from gate.model.issuer import Issuer
from gate.model.request import IssuanceRequest
from gate.model.words import Environment
from gate.x509 import TBSCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierFacts:
    """One identifier of the certificate, joined with what was recorded about it.

    `location` is where it stands (`subject_alt_name[2]`). `candidates` are this
    applicant's validations whose scope covers it, newest first; `relied_on` is the one
    that `decide` chose. `validated_for_others` says that such validations exist only
    for other applicants, whose names are not told.
    """

    identifier: Identifier
    location: str
    candidates: tuple[Recorded[Validation], ...] = ()
    relied_on: Recorded[Validation] | None = None
    validated_for_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request with all that bears on it at one moment.

    `environment` is the gate's own, `at` the gate's clock, `release_ends` when a release
    given now would expire: where a limit changes in between, the stricter holds.
    `failures` are the gate's own troubles while gathering (`gate.evidence_unavailable`).
    `disagreements` are places where pyca/cryptography reads the bytes otherwise.
    """

    request: IssuanceRequest
    certificate: TBSCertificate | Malformed
    disagreements: tuple[Finding, ...]
    issuer: Issuer | None
    applicant: str
    order: Recorded[Order] | None
    identifiers: tuple[IdentifierFacts, ...]
    linters: tuple[LinterReport, ...]
    failures: tuple[Finding, ...]
    environment: Environment
    dry_run: bool
    at: datetime
    release_ends: datetime
