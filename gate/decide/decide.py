"""decide(case, policy): the one path on which every verdict is reached."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from gate.decide.excepting import excepted
from gate.decide.floors import FLOORS
from gate.decide.floors.applying import readable
from gate.decide.mandatory import judge_mandatory
from gate.decide.outcomes import Judged, judge_floor, judge_rule
from gate.decide.reliance import has_choice, rely
from gate.model import BlockCause, Case, Decision, Finding, Severity, Verdict
from gate.policy import Policy

CAUSES = (
    BlockCause.MALFORMED,
    BlockCause.EVIDENCE_MISSING,
    BlockCause.LINTER,
    BlockCause.POLICY,
    BlockCause.GATE_FAILURE,
)
"""The weightiest first: a failure of the gate is the cause only where nothing else is."""


def decide(case: Case, policy: Policy) -> Decision:
    """Judge a case by the floors and the policy; any doubt blocks.

    Total and deterministic: whatever goes wrong in a floor or a rule becomes an outcome.
    """
    # 1. Choose the validation that each identifier rests on; rules that run dry choose apart.
    asked = case
    case = rely(asked, policy)
    tried_out = rely(asked, policy, trying_out=True) if has_choice(asked) else case
    # 2. Judge every floor and every rule; none is skipped because another failed.
    judged_rules = policy.rules if readable(case) else ()
    rules = tuple(
        excepted(judge_rule(rule, case, tried_out), rule, case, policy) for rule in judged_rules
    )
    judged = (
        *(judge_floor(floor, case, policy) for floor in FLOORS),
        judge_mandatory(case, policy, rules),
        *rules,
    )
    # 3. Combine.
    blocking = [one for one in judged if one.outcome.blocks]
    cause = _cause(blocking, case)
    policy_verdict = Verdict.BLOCK if blocking else Verdict.RELEASE
    return Decision(
        verdict=_verdict(policy_verdict, case),
        policy_verdict=policy_verdict,
        cause=cause,
        retryable=cause is BlockCause.GATE_FAILURE,
        environment=case.environment.value,
        caller=case.request.caller,
        findings=tuple(_own_findings(judged, case)),
        rules=tuple(one.outcome for one in judged),
        linters=case.linters,
        policy=policy.ref,
        tbs_sha256=sha256(case.request.tbs_certificate).digest(),
        decided_at=case.at,
    )


def _verdict(policy_verdict: Verdict, case: Case) -> Verdict:
    if not case.dry_run:
        return policy_verdict
    return Verdict.DRY_RUN if readable(case) and case.issuer is not None else Verdict.BLOCK


def _cause(blocking: Sequence[Judged], case: Case) -> BlockCause:
    causes = {one.cause for one in blocking}
    if case.failures:
        # What could not be read cannot be called missing.
        causes.discard(BlockCause.EVIDENCE_MISSING)
    return next((cause for cause in CAUSES if cause in causes), BlockCause.NONE)


def _own_findings(judged: Sequence[Judged], case: Case) -> Iterator[Finding]:
    for one in judged:
        yield from (found for found in one.outcome.findings if found.code.startswith("gate."))
    yield from (found for found in case.disagreements if found.severity is not Severity.FATAL)
