"""What a decision says to people of what was let pass."""

from dataclasses import replace

from gate.cli.decision_text import decision_lines
from gate.decide import decide
from gate.model import Finding, Mode, Outcome, RuleOutcome, Severity
from tests.cases import case, shipped

DECISION = decide(case(), shipped())
NOTICE = Finding(
    code="policy.ip_not_in.approved_holder",
    severity=Severity.NOTICE,
    message="`ip 1.1.1.1` is on the list, and open to its approved holder",
    location="subject_alt_name[0]",
)
RULE = RuleOutcome(
    rule_id="no-famous-address",
    title="No address is famous",
    kind="ip_not_in",
    mode=Mode.ENFORCE,
    outcome=Outcome.PASS,
    findings=(NOTICE,),
)


def noted(rule: RuleOutcome) -> list[str]:
    lines = list(decision_lines(replace(DECISION, rules=(rule,))))
    assert lines[:2] == ["RELEASED", "\nnoted"]
    return lines[2:]


def test_a_notice_of_a_rule_that_passed_is_noted() -> None:
    assert noted(RULE) == [
        f"  No address is famous (no-famous-address): {NOTICE.message} (subject_alt_name[0])"
    ]


def test_the_use_of_an_exception_is_noted_with_its_id() -> None:
    excepted = replace(RULE, outcome=Outcome.EXCEPTED, exception_id="EXC-1")
    assert noted(excepted) == [
        (
            "  No address is famous (no-famous-address, excepted by EXC-1): "
            f"{NOTICE.message} (subject_alt_name[0])"
        )
    ]
