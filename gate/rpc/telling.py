"""What a requester is told of a decision: all of it, but for the rules that only run dry."""

from dataclasses import replace

from gate.model import Decision, Mode, RecordedDecision
from gate.service import Answer


def answer_told(answer: Answer) -> Answer:
    """The answer as its requester hears it."""
    return replace(answer, decision=decision_told(answer.decision))


def decision_told(recorded: RecordedDecision) -> RecordedDecision:
    """The recorded decision without the outcomes of rules in dry-run, and what they found.

    A dry run is the CA's own business until it counts. The log keeps it for those who may read
    everything. What is left goes by the recorded decision alone, so that a repeat is told the same.
    """
    decision = recorded.decision
    dry = {rule.rule_id for rule in decision.rules if rule.mode is Mode.DRY_RUN}
    return replace(recorded, decision=_without(decision, dry)) if dry else recorded


def _without(decision: Decision, rules: set[str]) -> Decision:
    return replace(
        decision,
        rules=tuple(rule for rule in decision.rules if rule.rule_id not in rules),
        findings=tuple(found for found in decision.findings if found.source not in rules),
    )
