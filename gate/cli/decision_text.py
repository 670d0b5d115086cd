"""A decision in plain words, for people."""

from collections.abc import Iterator, Sequence

from gate.cli.output import Colour, paint
from gate.model import (
    BlockCause,
    Decision,
    Finding,
    LinterStatus,
    Outcome,
    RuleOutcome,
    Verdict,
)
from gate.policy.quoting import quoted

CAUSES = {
    BlockCause.POLICY: "the policy forbids it",
    BlockCause.LINTER: "the linters object",
    BlockCause.EVIDENCE_MISSING: "evidence is missing",
    BlockCause.MALFORMED: "the bytes are not what they should be",
    BlockCause.GATE_FAILURE: "the gate itself failed",
}

FLOOR_ON_VALIDATIONS = "floor.validation"
KINDS_ON_VALIDATIONS = frozenset({"identifiers_validated", "validation_age"})
MOST_NOTED = 3

_REMARKABLE = frozenset({Outcome.FAIL, Outcome.ERROR, Outcome.EXCEPTED})


def decision_lines(decision: Decision) -> Iterator[str]:
    """The verdict, every reason, what the requester can do, and what else was noted."""
    yield _verdict(decision)
    told, repeated = _split(decision.deciding)
    for rule in told:
        yield ""
        yield from _reason(rule)
    if repeated:
        yield f"\n  The same is said by {', '.join(rule.rule_id for rule in repeated)}"
    helps = {rule.requester_help: None for rule in decision.deciding if rule.requester_help}
    if decision.retryable:
        helps["Ask again, under a new request id."] = None
    if helps:
        yield "\nwhat to do"
        yield from (f"  {_printable(each)}" for each in helps)
    if noted := list(_notes(decision)):
        yield "\nnoted"
        yield from (f"  {each}" for each in noted)


def _split(deciding: Sequence[RuleOutcome]) -> tuple[list[RuleOutcome], list[RuleOutcome]]:
    """The rules to tell, and those that say of each name what a floor has said already."""
    floor = any(rule.rule_id == FLOOR_ON_VALIDATIONS for rule in deciding)
    repeated = [rule for rule in deciding if floor and rule.kind in KINDS_ON_VALIDATIONS]
    return [rule for rule in deciding if rule not in repeated], repeated


def _verdict(decision: Decision) -> str:
    why = CAUSES.get(decision.cause, "")
    match decision.verdict:
        case Verdict.RELEASE:
            return paint("RELEASED", Colour.GREEN)
        case Verdict.BLOCK:
            return f"{paint('BLOCKED', Colour.RED)}: {why}"
        case Verdict.DRY_RUN:
            would = f"would be blocked: {why}" if why else "would be released"
            return f"{paint('DRY RUN', Colour.YELLOW)}, not released: {would}"


def _reason(rule: RuleOutcome) -> Iterator[str]:
    yield f"  {rule.title} {paint(f'({rule.rule_id})', Colour.DIM)}"
    for finding in rule.findings:
        yield f"    {_told(finding)}"


def _notes(decision: Decision) -> Iterator[str]:
    for rule in decision.rules:
        if rule.outcome is Outcome.PASS and rule.findings:
            found = "; ".join(map(_told, rule.findings[:MOST_NOTED]))
            yield f"{rule.title} {paint(f'({rule.rule_id})', Colour.DIM)}: {found}"
        if rule.outcome in _REMARKABLE and not rule.blocks:
            excepted = rule.outcome is Outcome.EXCEPTED
            why = f"excepted by {rule.exception_id}" if excepted else f"mode {rule.mode.value}"
            found = "; ".join(map(_told, rule.findings[:MOST_NOTED]))
            yield f"{rule.title} {paint(f'({rule.rule_id}, {why})', Colour.DIM)}: {found}"
    for report in decision.linters:
        if report.status is not LinterStatus.COMPLETED:
            yield f"{report.name} {report.version} gave no answer: {report.status.value.lower()}"


def _told(finding: Finding) -> str:
    """A finding's message and place; another program's words must not move the cursor."""
    where = f" ({finding.location})" if finding.location else ""
    return _printable(f"{finding.message}{where}")


def _printable(text: str) -> str:
    return text if text.isprintable() else quoted(text)
