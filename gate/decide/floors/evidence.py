"""Floors on what was recorded and what the linters said."""

from collections.abc import Iterator

from gate.baseline import REQUIRED_LINTERS
from gate.decide.floors.applying import public, wrong
from gate.decide.reliance import baseline_refusal
from gate.model import Case, Finding, IdentifierFacts, LinterStatus
from gate.policy import Policy
from gate.policy.quoting import quoted


def judge_failures(case: Case, _: Policy) -> Iterator[Finding]:
    """All evidence could be read."""
    yield from case.failures


def judge_validations(case: Case, _: Policy) -> Iterator[Finding]:
    """This applicant showed control of every name, recently and by a permitted method."""
    for facts in case.identifiers:
        problem = _validation_problem(facts, case)
        if problem:
            yield wrong(
                "gate.identifier_not_validated",
                f"{quoted(str(facts.identifier))}: {problem}",
                facts.location,
            )


def _validation_problem(facts: IdentifierFacts, case: Case) -> str | None:
    if facts.relied_on is not None:
        refusal = baseline_refusal(facts.relied_on.evidence, facts, case)
        return f"the validation cannot be relied on: {refusal}" if refusal else None
    if facts.validated_for_others:
        return "validated for another applicant only"
    return "never validated"


def judge_linters(case: Case, policy: Policy) -> Iterator[Finding]:
    """Every linter that the policy or, for a public issuer, the gate requires gave its answer."""
    reports = {report.name: report for report in case.linters}
    required = {*policy.required_linters, *(REQUIRED_LINTERS if public(case) else ())}
    for name in sorted(required):
        report = reports.get(name)
        status = report.status if report else LinterStatus.MISSING
        if status is not LinterStatus.COMPLETED:
            why = "; ".join(found.message for found in report.findings) if report else ""
            yield wrong(
                "gate.linter_incomplete",
                f"{name}: {status.value.lower().replace('_', ' ')}{': ' if why else ''}{why}",
            )
