"""Orders, applicants, validations and revocations between the model and their messages."""

from gate.model import (
    ADNDerivation,
    Applicant,
    EvidenceRevocation,
    Identifier,
    IdentifierType,
    Order,
    Validation,
)
from gate.rpc.convert_time import time_to_message
from gate.rpc.reading import Reading
from gate.rpc.words import ADN_DERIVATIONS, IDENTIFIER_TYPES, PURPOSES
from gate.v1 import evidence_registry_pb2 as messages


def identifier_to_message(identifier: Identifier) -> messages.Identifier:
    """Write a DNS name or an address."""
    return messages.Identifier(
        type=IDENTIFIER_TYPES.number(identifier.type), value=identifier.value
    )


def identifier_from_message(message: messages.Identifier, reading: Reading) -> Identifier:
    """Read a well-formed DNS name or address, in the form in which they are compared."""
    type_ = reading.word("type", message.type, IDENTIFIER_TYPES)
    return reading.identifier("value", type_, message.value)


def order_to_message(order: Order) -> messages.Order:
    """Write an order."""
    return messages.Order(
        order_id=order.order_id,
        account=order.account,
        identifiers=map(identifier_to_message, order.identifiers),
        spki_sha256=order.spki_sha256,
        profile=order.profile,
        purpose=PURPOSES.number(order.purpose),
        requested_by=order.requested_by,
    )


def order_from_message(message: messages.Order, reading: Reading) -> Order:
    """Read an order."""
    return Order(
        order_id=reading.text("order_id", message.order_id, required=True),
        account=reading.text("account", message.account, required=True),
        identifiers=tuple(
            identifier_from_message(identifier, reading.part("identifiers", at))
            for at, identifier in enumerate(message.identifiers)
        ),
        spki_sha256=reading.digest("spki_sha256", message.spki_sha256),
        profile=reading.text("profile", message.profile, required=True),
        purpose=reading.word("purpose", message.purpose, PURPOSES),
        requested_by=reading.text("requested_by", message.requested_by),
    )


def applicant_to_message(applicant: Applicant) -> messages.Applicant:
    """Write which applicant an account belongs to."""
    return messages.Applicant(
        account=applicant.account, applicant=applicant.applicant, name=applicant.name
    )


def applicant_from_message(message: messages.Applicant, reading: Reading) -> Applicant:
    """Read which applicant an account belongs to."""
    return Applicant(
        account=reading.text("account", message.account, required=True),
        applicant=reading.text("applicant", message.applicant, required=True),
        name=reading.text("name", message.name),
    )


def validation_to_message(validation: Validation) -> messages.Validation:
    """Write a validation; for an address, no derivation of a domain is said."""
    derivation = ADN_DERIVATIONS.number(validation.adn_derivation)
    if validation.identifier.type is IdentifierType.IP:
        derivation = messages.ADN_DERIVATION_UNSPECIFIED
    return messages.Validation(
        applicant=validation.applicant,
        identifier=identifier_to_message(validation.identifier),
        authorization_domain=validation.authorization_domain,
        adn_derivation=derivation,
        method=validation.method,
        initiated_at=time_to_message(validation.initiated_at),
        oldest_datum_at=time_to_message(validation.oldest_datum_at),
        completed_at=time_to_message(validation.completed_at),
        performed_by=validation.performed_by,
        br_version=validation.br_version,
    )


def validation_from_message(message: messages.Validation, reading: Reading) -> Validation:
    """Read a validation; its oldest datum is as old as its beginning where nothing is said."""
    initiated_at = message.initiated_at if message.HasField("initiated_at") else None
    oldest_datum_at = message.oldest_datum_at if message.HasField("oldest_datum_at") else None
    completed_at = message.completed_at if message.HasField("completed_at") else None
    return Validation(
        applicant=reading.text("applicant", message.applicant, required=True),
        identifier=identifier_from_message(message.identifier, reading.part("identifier")),
        authorization_domain=reading.text("authorization_domain", message.authorization_domain),
        adn_derivation=_derivation(message, reading),
        method=reading.text("method", message.method, required=True),
        initiated_at=reading.time("initiated_at", initiated_at),
        oldest_datum_at=reading.time("oldest_datum_at", oldest_datum_at or initiated_at),
        completed_at=reading.time("completed_at", completed_at),
        performed_by=reading.text("performed_by", message.performed_by, required=True),
        br_version=reading.text("br_version", message.br_version),
    )


def revocation_to_message(revocation: EvidenceRevocation) -> messages.EvidenceRevocation:
    """Write the statement that a record no longer holds."""
    return messages.EvidenceRevocation(record_id=revocation.record_id, reason=revocation.reason)


def revocation_from_message(
    message: messages.EvidenceRevocation | messages.RevokeEvidenceRequest, reading: Reading
) -> EvidenceRevocation:
    """Read the statement, or the wish, that a record no longer hold."""
    return EvidenceRevocation(
        record_id=reading.text("record_id", message.record_id, required=True),
        reason=reading.text("reason", message.reason, required=True),
    )


def _derivation(message: messages.Validation, reading: Reading) -> ADNDerivation:
    """Read the derivation; an address has none, and EXACT stands in for it."""
    if message.identifier.type != messages.IDENTIFIER_TYPE_IP:
        return reading.word("adn_derivation", message.adn_derivation, ADN_DERIVATIONS)
    if message.adn_derivation != messages.ADN_DERIVATION_UNSPECIFIED:
        reading.fault("adn_derivation", "is for DNS names: leave it out for an address")
    return ADNDerivation.EXACT
