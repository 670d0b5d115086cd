"""How people write evidence down: the keys of each type, and what each has to be."""

import re
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, PlainValidator, model_validator

from gate.errors import Malformed
from gate.model import (
    ADNDerivation,
    Applicant,
    Identifier,
    IdentifierType,
    Order,
    Validation,
)
from gate.policy.quoting import quoted
from gate.policy.scalars import PurposeWord, SomeOf, Text, mistake, one_of, words_of
from gate.policy.shape import Shape

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_SHA256 = re.compile(r"([0-9a-f]{64})?", re.IGNORECASE)


def _identifier(given: object) -> Identifier:
    try:
        return Identifier.read(_perhaps(given))
    except Malformed as error:
        raise mistake(str(error)) from None


def read_time(text: str) -> datetime:
    """A time of RFC 3339, in UTC; raises a mistake (a ValueError) for anything else."""
    try:
        return datetime.fromisoformat(text if _RFC3339.fullmatch(text) else "").astimezone(UTC)
    except (ValueError, OverflowError):
        example = "write 2026-11-23T18:40:00Z"
        raise mistake(f"{quoted(text)} is no time of RFC 3339; {example}") from None


def _time(given: object) -> datetime:
    return read_time(_perhaps(given))


def _digest(given: object) -> bytes:
    text = _perhaps(given)
    if not _SHA256.fullmatch(text):
        raise mistake(f"{quoted(text)} is no SHA-256: write 64 hex digits")
    return bytes.fromhex(text)


def _perhaps(given: object) -> str:
    if not isinstance(given, str):
        raise mistake("must be a text")
    return given.strip()


PerhapsText = Annotated[str, BeforeValidator(_perhaps)]
NameOrAddress = Annotated[Identifier, PlainValidator(_identifier)]
Time = Annotated[datetime, PlainValidator(_time)]
SHA256Digest = Annotated[bytes, PlainValidator(_digest)]
DerivationWord = Annotated[ADNDerivation, BeforeValidator(one_of(words_of(ADNDerivation)))]


class EvidenceShape(Shape):
    """One record of evidence, before it is recorded; the keys are those of the protos."""

    HELP: ClassVar[dict[str, str]]
    """What each key is, for whoever has to write it."""

    @abstractmethod
    def evidence(self) -> Order | Applicant | Validation:
        """The record's value."""


class OrderShape(EvidenceShape):
    """An order."""

    HELP = {  # noqa: RUF012 - declared as ClassVar in the base
        "order_id": "the order's id, unique for ever",
        "account": "who orders",
        "identifiers": "a name or address that the certificate is to have; repeat it for more",
        "spki_sha256": "SHA-256 of the subscriber's SubjectPublicKeyInfo in hex, where known",
        "profile": "the profile's name in the policy, such as tls-dv",
        "purpose": "why the certificate is wanted",
        "requested_by": "the person or system that asked",
    }

    order_id: Text
    account: Text
    identifiers: SomeOf[NameOrAddress]
    spki_sha256: SHA256Digest = b""
    profile: Text
    purpose: PurposeWord
    requested_by: PerhapsText = ""

    def evidence(self) -> Order:
        """The order."""
        return Order(**dict(self))


class ApplicantShape(EvidenceShape):
    """Whose an account is."""

    HELP = {  # noqa: RUF012 - declared as ClassVar in the base
        "account": "the account",
        "applicant": "the id of the applicant it belongs to; validations are about it",
        "name": "the applicant's name",
    }

    account: Text
    applicant: Text
    name: PerhapsText = ""

    def evidence(self) -> Applicant:
        """Whose the account is."""
        return Applicant(**dict(self))


class ValidationShape(EvidenceShape):
    """A completed validation.

    Without `authorization_domain`, control was shown at the very name; without
    `oldest_datum_at`, nothing in it is older than its beginning.
    """

    HELP = {  # noqa: RUF012 - declared as ClassVar in the base
        "applicant": "the applicant it was done for",
        "identifier": "the name or address applied for",
        "authorization_domain": "the name at which control was shown (default: the same name)",
        "adn_derivation": "how that name came about; needed where it is given",
        "method": "the section of the BR, such as 3.2.2.4.7, or ACME's name, such as dns-01",
        "initiated_at": "when it was begun, such as 2026-11-23T18:40:00Z",
        "oldest_datum_at": "when the oldest data in it was obtained (default: when it was begun)",
        "completed_at": "when it was completed",
        "performed_by": "who did it",
        "br_version": "the version of the BR that it followed, such as 2.2.6",
    }

    applicant: Text
    identifier: NameOrAddress
    authorization_domain: PerhapsText = ""
    adn_derivation: DerivationWord | None = None
    method: Text
    initiated_at: Time
    oldest_datum_at: Time | None = None
    completed_at: Time
    performed_by: Text
    br_version: PerhapsText = ""

    @model_validator(mode="after")
    def _say_derivation(self) -> Self:
        if self.authorization_domain and self.adn_derivation is None:
            raise mistake("`authorization_domain` is given without `adn_derivation`")
        if self.identifier.type is IdentifierType.IP and self.adn_derivation not in {
            None,
            ADNDerivation.EXACT,
        }:
            raise mistake("`adn_derivation` is for DNS names: leave it out for an address")
        return self

    def evidence(self) -> Validation:
        """The validation."""
        address = self.identifier.type is IdentifierType.IP
        given = dict(self)
        return Validation(
            **given
            | {
                "authorization_domain": self.authorization_domain
                or ("" if address else self.identifier.fqdn),
                "adn_derivation": self.adn_derivation or ADNDerivation.EXACT,
                "oldest_datum_at": self.oldest_datum_at or self.initiated_at,
            }
        )


SHAPES: dict[str, type[EvidenceShape]] = {
    "order": OrderShape,
    "applicant": ApplicantShape,
    "validation": ValidationShape,
}
"""The types of evidence that can be recorded from outside, by their words in the log."""
