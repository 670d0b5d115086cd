"""A case judged by the floors alone, and by the shipped policy."""

from dataclasses import replace
from datetime import timedelta

from gate.decide import decide
from gate.model import (
    Case,
    Decision,
    Outcome,
)
from gate.policy import Policy
from tests.cases import shipped

SHIPPED = shipped()
NO_RULES = replace(SHIPPED, rules=())
"""A policy that loads nowhere: it shows what the floors do alone."""

SECOND = timedelta(seconds=1)


def failed(decision: Decision) -> set[str]:
    return {
        rule.rule_id for rule in decision.rules if rule.outcome in {Outcome.FAIL, Outcome.ERROR}
    }


def floors(judged: Case, policy: Policy = NO_RULES) -> set[str]:
    """The floors that fail, without the one that misses the rules left out here."""
    failing = {rule for rule in failed(decide(judged, policy)) if rule.startswith("floor.")}
    return failing - {"floor.mandatory_rules"}
