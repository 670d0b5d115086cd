"""What a record must say before it is taken down as evidence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gate.baseline import ACME_METHODS, METHODS
from gate.errors import Malformed
from gate.model import (
    ADNDerivation,
    Applicant,
    Identifier,
    IdentifierType,
    Order,
    Purpose,
    Validation,
    ancestors,
)
from gate.policy.quoting import quoted
from gate.record import Importable

CLOCK_SKEW = timedelta(seconds=5)
"""How far another system's clock may run ahead of the gate's."""

LATEST_RECORDING = timedelta(hours=24)
"""How long after something happened it may be recorded without an import."""

RETIRED_METHODS = frozenset(
    {f"3.2.2.4.{number}" for number in (1, 2, 3, 5, 6, 9, 10, 11, 15)} | {"3.2.2.5.4"}
)
"""Methods that no certificate may rest on any more, yet whose history may be recorded."""


def require(**fields: str) -> None:
    """Raise Malformed for the first of these fields that is empty."""
    for name, value in fields.items():
        if not value:
            raise Malformed(f"`{name}` is missing")


def checked(record: Importable, now: datetime) -> Importable:
    """The record as it is kept; raises Malformed where it says too little or contradicts itself.

    Times in the future are refused, times long ago are not: see `require_recent`. ACME's
    names of challenges become the sections of the BR.
    """
    match record:
        case Order():
            _check_order(record)
        case Applicant():
            require(account=record.account, applicant=record.applicant)
        case Validation():
            return checked_validation(record, now)
    return record


def checked_validation(validation: Validation, now: datetime) -> Validation:
    """The validation with its method as a section of the BR; raises as `checked` does."""
    require(
        applicant=validation.applicant,
        method=validation.method,
        performed_by=validation.performed_by,
    )
    validation = replace(validation, method=_section(validation))
    _check_names(validation)
    _check_times(validation, now)
    return validation


def require_recent(validation: Validation, now: datetime) -> None:
    """Raise Malformed for a validation from so long ago that only an import may bring it in."""
    for name in ("initiated_at", "completed_at"):
        if getattr(validation, name) < now - LATEST_RECORDING:
            raise Malformed(
                f"`{name}` is more than 24 hours ago: bring it in with `gate evidence import`, "
                "which two approvers confirm"
            )


def checked_batch(records: Sequence[Importable], now: datetime) -> tuple[Importable, ...]:
    """Each record as it is kept; raises Malformed, which says where in the batch."""
    kept = []
    for at, record in enumerate(records):
        try:
            kept.append(checked(record, now))
        except Malformed as error:
            raise Malformed(f"`records[{at}]`: {error}") from error
    return tuple(kept)


def _check_order(order: Order) -> None:
    require(order_id=order.order_id, account=order.account, profile=order.profile)
    if not order.identifiers:
        raise Malformed("`identifiers` is empty: an order names what it is for")
    if order.purpose is Purpose.UNSPECIFIED:
        raise Malformed("`purpose` is missing: an order says what it is for")


def _section(validation: Validation) -> str:
    type_ = validation.identifier.type
    section = ACME_METHODS.get((type_, validation.method), validation.method)
    if section not in METHODS and section not in RETIRED_METHODS:
        raise Malformed(
            f"`method` {quoted(validation.method)} is no method of BR 3.2.2.4 or 3.2.2.5 "
            f"for a {type_.value} identifier: write the section, such as `3.2.2.4.7`"
        )
    return section


def _check_names(validation: Validation) -> None:
    """Whether the authorization domain fits the name applied for (BR 1.6.1)."""
    domain, fqdn = validation.authorization_domain, validation.identifier.fqdn
    if validation.identifier.type is IdentifierType.IP:
        if domain:
            raise Malformed("`authorization_domain` is for DNS names: leave it out for an address")
        return
    if Identifier.parse(IdentifierType.DNS, domain).value != domain or domain.startswith("*."):
        raise Malformed(f"`authorization_domain` {quoted(domain)} is no lower-case DNS name")
    exact = validation.adn_derivation is ADNDerivation.EXACT
    if exact and domain != fqdn:
        raise Malformed(
            f"`authorization_domain` {quoted(domain)} is not the name applied for, {quoted(fqdn)}"
        )
    pruned = validation.adn_derivation is ADNDerivation.PRUNED
    if pruned and domain not in ancestors(fqdn)[1:]:
        raise Malformed(
            f"`authorization_domain` {quoted(domain)} does not stand above {quoted(fqdn)}"
        )


def _check_times(validation: Validation, now: datetime) -> None:
    if not validation.initiated_at <= validation.completed_at:
        raise Malformed("`initiated_at` is after `completed_at`")
    if validation.oldest_datum_at > validation.completed_at:
        raise Malformed("`oldest_datum_at` is after `completed_at`")
    if validation.completed_at > now + CLOCK_SKEW:
        raise Malformed("`completed_at` is in the future: record what has happened")
