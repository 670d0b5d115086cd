"""The last floor: the policy's mandatory kinds have judged every identifier of the certificate."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gate.decide.floors.applying import readable
from gate.decide.outcomes import Floor, Judged, judge_floor
from gate.model import BlockCause, Case, Finding, Mode, Outcome, Severity
from gate.policy import MANDATORY_KINDS, Policy, Rule
from gate.policy.quoting import quoted

FLOOR = "floor.mandatory_rules"
JUDGED = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.EXCEPTED})

_KINDS = frozenset[str]().union(*MANDATORY_KINDS.values())


def judge_mandatory(case: Case, policy: Policy, rules: Sequence[Judged]) -> Judged:
    """Whether enforced rules of each mandatory kind judged this case and each identifier in it.

    So an empty policy, a rule whose `when` leaves this request out, or rules for DNS names
    only on a certificate with an address release nothing.
    """
    enforced = {
        judged.outcome.rule_id
        for judged in rules
        if judged.outcome.kind in _KINDS
        and judged.outcome.mode is Mode.ENFORCE
        and judged.outcome.outcome in JUDGED
    }
    floor = Floor(
        rule_id=FLOOR,
        title="The policy's mandatory rules judged this request and every name in it",
        cause=BlockCause.POLICY,
        references=(),
        applies=readable,
        judge=lambda case, policy: _gaps(case, policy, enforced),
    )
    return judge_floor(floor, case, policy)


def _gaps(case: Case, policy: Policy, enforced: set[str]) -> Iterator[Finding]:
    profile = policy.profiles.get(case.request.context.profile)
    if profile is None:
        return
    by_kind = _by_kind(policy, enforced)
    for kind in sorted(MANDATORY_KINDS[profile.certificate]):
        rules = by_kind.get(kind, [])
        if not rules:
            yield _gap(f"no enforced rule of kind `{kind}` judged this request")
        elif any(rule.judges for rule in rules):
            judged = frozenset().union(*(rule.judges for rule in rules))
            for facts in case.identifiers:
                if facts.identifier.type not in judged:
                    name = quoted(str(facts.identifier))
                    found = _gap(f"no enforced rule of kind `{kind}` judged {name}")
                    yield replace(found, location=facts.location)


def _by_kind(policy: Policy, enforced: set[str]) -> dict[str, list[Rule]]:
    by_kind: dict[str, list[Rule]] = {}
    for rule in policy.rules:
        if rule.rule_id in enforced:
            by_kind.setdefault(rule.kind, []).append(rule)
    return by_kind


def _gap(message: str) -> Finding:
    return Finding(code="gate.mandatory_rule_missing", severity=Severity.ERROR, message=message)
