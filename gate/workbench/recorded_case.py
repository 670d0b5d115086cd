"""What a decision was judged on, as the log keeps it, and the case built again from it."""

from collections.abc import Mapping
from typing import Final

from gate.errors import Malformed, Refused
from gate.model import Case, Environment, IdentifierFacts, Issuer, Recorded, Validation
from gate.record import CaseFacts, DecisionDocument, RecordedIdentifier
from gate.x509 import TBSCertificate, read_tbs_certificate

MOST_VALIDATIONS: Final = 1000
"""The most validations that the document of a decision keeps."""


def facts_of(case: Case) -> CaseFacts:
    """What of this case neither its request nor its decision says."""
    found = {one.record_id: one for facts in case.identifiers for one in facts.candidates}
    newest = sorted(found.values(), key=lambda one: -one.log_index)[:MOST_VALIDATIONS]
    place = {one.record_id: at for at, one in enumerate(newest)}
    return CaseFacts(
        applicant=case.applicant,
        order=case.order,
        validations=tuple(newest),
        identifiers=tuple(
            RecordedIdentifier(
                identifier=facts.identifier,
                location=facts.location,
                candidates=tuple(
                    place[one.record_id] for one in facts.candidates if one.record_id in place
                ),
                validated_for_others=facts.validated_for_others,
            )
            for facts in case.identifiers
        ),
        disagreements=case.disagreements,
        failures=case.failures,
        dry_run=case.dry_run,
        release_ends=case.release_ends,
        cut=len(found) > len(newest),
    )


def case_of(document: DecisionDocument, issuers: Mapping[str, Issuer]) -> Case:
    """The case that this decision judged, among the issuers that its gate knew.

    The certificate is read again from its bytes; whether the second reader agreed is taken from
    the record. Raises Refused, with the reason, where the record lacks something: nothing of a
    case is ever guessed.
    """
    facts, request, decision = document.facts, document.request, document.decision
    if facts is None:
        raise Refused("what it was judged on was not recorded yet")
    if facts.cut:
        raise Refused(f"it had more than the {MOST_VALIDATIONS} validations that are recorded")
    try:
        environment = Environment(decision.environment)
    except ValueError as error:
        raise Refused(f"the record contradicts itself: {error}") from None
    return Case(
        request=request,
        certificate=_read(request.tbs_certificate),
        disagreements=facts.disagreements,
        issuer=issuers.get(request.context.issuer),
        applicant=facts.applicant,
        order=facts.order,
        identifiers=tuple(_joined(one, facts.validations) for one in facts.identifiers),
        linters=decision.linters,
        failures=facts.failures,
        environment=environment,
        dry_run=facts.dry_run,
        at=decision.decided_at,
        release_ends=facts.release_ends,
    )


def _joined(
    recorded: RecordedIdentifier, validations: tuple[Recorded[Validation], ...]
) -> IdentifierFacts:
    if any(not 0 <= place < len(validations) for place in recorded.candidates):
        raise Refused("the record names a validation that it does not hold")
    return IdentifierFacts(
        identifier=recorded.identifier,
        location=recorded.location,
        candidates=tuple(validations[place] for place in recorded.candidates),
        validated_for_others=recorded.validated_for_others,
    )


def _read(der: bytes) -> TBSCertificate | Malformed:
    try:
        return read_tbs_certificate(der)
    except Malformed as error:
        return error
