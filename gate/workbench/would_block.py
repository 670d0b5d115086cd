"""What a policy's coming dates would have done to the decisions of the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.decide import decide
from gate.errors import Refused
from gate.model import Case
from gate.policy import Policy
from gate.ports import LogStorage, StoredEntry
from gate.record import open_decision
from gate.workbench.moved_case import moved
from gate.workbench.past_decisions import past_decisions
from gate.workbench.recorded_case import case_of
from gate.workbench.recorded_policies import RecordedPolicies


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBlock:
    """How often each rule would block from a date on, of what it let pass when it was judged.

    `decisions` were judged again; `unknown` could not be, because the record lacks something.
    `counts` has, by date and rule, every count that is not zero.
    """

    decisions: int
    unknown: int
    counts: dict[tuple[datetime, str], int]


def would_block(
    storage: LogStorage, policy: Policy, *, since: datetime, dates: Sequence[datetime]
) -> WouldBlock:
    """Judge the decisions made since then by this policy, then as if each came at these dates.

    All of a case moves along with its date, so that only what has a date of its own counts.
    """
    state, policies = storage.state(), RecordedPolicies(storage)
    decisions = unknown = 0
    counts: dict[tuple[datetime, str], int] = {}
    for entry in past_decisions(storage, 0, state.size if state else 0, since=since):
        try:
            case = _case(entry, policies)
            later = [(date, moved(case, date)) for date in dates]
        except Refused:
            unknown += 1
            continue
        decisions += 1
        now = _blocking(case, policy)
        for date, shifted in later:
            for rule_id in _blocking(shifted, policy) - now:
                counts[date, rule_id] = counts.get((date, rule_id), 0) + 1
    return WouldBlock(decisions=decisions, unknown=unknown, counts=counts)


def _case(entry: StoredEntry, policies: RecordedPolicies) -> Case:
    document = open_decision(entry)
    return case_of(document, policies.of(document.decision.policy.digest, entry.index).issuers)


def _blocking(case: Case, policy: Policy) -> frozenset[str]:
    return frozenset(rule.rule_id for rule in decide(case, policy).deciding)
