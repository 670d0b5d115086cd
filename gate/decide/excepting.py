"""Where an exception makes the failure of a rule an excepted one."""

from dataclasses import replace

from gate.decide.outcomes import FAILURES, Judged
from gate.model import Case, Outcome
from gate.policy import Policy, PolicyException, Rule


def excepted(judged: Judged, rule: Rule, case: Case, policy: Policy) -> Judged:
    """The outcome of this rule; EXCEPTED where it failed and an exception covers the case.

    An error stays one, and so does a failure of the gate: an exception is leave for what the
    certificate is, not for what could not be judged. The findings stay, so that each use tells
    what was let pass.
    """
    outcome = judged.outcome
    if outcome.outcome is not Outcome.FAIL or not rule.exceptable:
        return judged
    if any(found.code in FAILURES for found in outcome.findings):
        return judged
    for exception in policy.exceptions:
        if exception.rule_id == rule.rule_id and _covers(exception, case):
            changed = replace(
                outcome, outcome=Outcome.EXCEPTED, exception_id=exception.exception_id
            )
            return judged._replace(outcome=changed)
    return judged


def _covers(exception: PolicyException, case: Case) -> bool:
    try:
        return exception.covers(case)
    except Exception:  # noqa: BLE001 - an exception that cannot be judged gives no leave
        return False
