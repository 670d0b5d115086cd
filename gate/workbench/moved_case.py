"""A case as if all of it had happened at another time: what dates alone change."""

from dataclasses import replace
from datetime import datetime, timedelta

from gate.errors import Malformed, Refused
from gate.model import Case, IdentifierFacts, Recorded, Validation
from gate.x509 import TBSCertificate


def moved(case: Case, at: datetime) -> Case:
    """The same case, come to the gate at this moment.

    Everything moves along: the release's end, the certificate's validity, the order and the
    validations, so that ages and lifetimes stay what they were and only what has a date of its
    own judges otherwise: rules and limits that change, methods and exceptions that end. The
    bytes stay what they are. Raises Refused where a time would fall out of the calendar.
    """
    by = at - case.at
    try:
        return replace(
            case,
            at=at,
            release_ends=case.release_ends + by,
            certificate=_certificate(case, by),
            order=case.order and replace(case.order, recorded_at=case.order.recorded_at + by),
            identifiers=tuple(_identifier(one, by) for one in case.identifiers),
        )
    except OverflowError:
        raise Refused(f"its times cannot be moved to {at:%Y-%m-%d}") from None


def _certificate(case: Case, by: timedelta) -> TBSCertificate | Malformed:
    certificate = case.certificate
    if not isinstance(certificate, TBSCertificate):
        return certificate
    return replace(
        certificate,
        not_before=certificate.not_before + by,
        not_after=certificate.not_after + by,
    )


def _identifier(facts: IdentifierFacts, by: timedelta) -> IdentifierFacts:
    return replace(facts, candidates=tuple(_validation(one, by) for one in facts.candidates))


def _validation(record: Recorded[Validation], by: timedelta) -> Recorded[Validation]:
    evidence = record.evidence
    return replace(
        record,
        recorded_at=record.recorded_at + by,
        evidence=replace(
            evidence,
            initiated_at=evidence.initiated_at + by,
            oldest_datum_at=evidence.oldest_datum_at + by,
            completed_at=evidence.completed_at + by,
        ),
    )
