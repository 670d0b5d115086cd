"""Evidence: what the CA's other systems recorded before a certificate is asked for.

Each record is one of the types below; `Recorded` says who recorded it and when, by the
gate's clock. Records are never changed, only revoked.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from gate.model.identifier import Identifier
from gate.model.words import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the RA's front end took down: who wants which certificate and why.

    `spki_sha256` is the digest of the subscriber's SubjectPublicKeyInfo, or empty
    where the key is not known yet.
    """

    order_id: str
    account: str
    identifiers: tuple[Identifier, ...]
    spki_sha256: bytes
    profile: str
    purpose: Purpose
    requested_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """The legal or technical person an account belongs to."""

    account: str
    applicant: str
    name: str


class ADNDerivation(StrEnum):
    """How the Authorization Domain Name came from the name applied for (BR 1.6.1)."""

    EXACT = "EXACT"
    PRUNED = "PRUNED"
    CNAME = "CNAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """One completed validation of control over a domain or an address.

    `identifier` is what was applied for (a wildcard keeps its `*.`),
    `authorization_domain` the name at which control was shown (empty for an address),
    `method` the section of the BR (`3.2.2.4.7`). `oldest_datum_at` is when the oldest
    piece of data behind it was obtained.
    """

    applicant: str
    identifier: Identifier
    authorization_domain: str
    adn_derivation: ADNDerivation
    method: str
    initiated_at: datetime
    oldest_datum_at: datetime
    completed_at: datetime
    performed_by: str
    br_version: str

    @property
    def scope(self) -> str:
        """The name or address this validation is good for.

        A name reached through a CNAME proves control of the alias alone, never of
        what its target's zone holds (BR 1.6.1, Authorization Domain Name).
        """
        if self.adn_derivation is ADNDerivation.CNAME or not self.authorization_domain:
            return self.identifier.fqdn
        return self.authorization_domain

    @property
    def counts_from(self) -> datetime:
        """The moment its age counts from (BR 3.2.2.4, 4.2.1): the earlier of the two."""
        return min(self.initiated_at, self.oldest_datum_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRevocation:
    """The statement that an earlier record no longer holds."""

    record_id: str
    reason: str


Evidence = Order | Applicant | Validation | EvidenceRevocation

E_co = TypeVar("E_co", bound=Evidence, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E_co]):
    """A piece of evidence with its recorder, its time and its place in the log.

    `import_id` names the doubly approved import that it came in by; empty for what was
    recorded when it happened.
    """

    record_id: str
    recorded_at: datetime
    recorded_by: str
    log_index: int
    evidence: E_co
    import_id: str = ""
