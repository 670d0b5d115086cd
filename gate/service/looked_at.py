"""Which records the document of a decision names."""

from typing import Final

from gate.decide.reliance import rely
from gate.facts import EvidenceFound
from gate.model import Case, Evidence, Recorded
from gate.policy import Policy

MOST_CANDIDATES: Final = 100
"""The most validations that a decision names beside those that it relied on."""


def looked_at(found: EvidenceFound, case: Case, policy: Policy) -> tuple[Recorded[Evidence], ...]:
    """The applicant, the order, the validations relied on, and the newest of the others."""
    validations = found.validations
    if len(validations) > MOST_CANDIDATES:
        chosen = (facts.relied_on for facts in rely(case, policy).identifiers)
        relied_on = {each.record_id: each for each in chosen if each}
        newest = sorted(validations, key=lambda each: -each.log_index)
        others = [each for each in newest if each.record_id not in relied_on]
        validations = (*relied_on.values(), *others[:MOST_CANDIDATES])
    records = (found.applicant, found.order, *validations)
    return tuple(record for record in records if record is not None)
