"""What came of a case, and how it differs from what a test expects."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.model import Decision, Mode, Outcome, RuleOutcome, Verdict
from gate.policy.quoting import quoted
from gate.workbench.suite_shape import ExpectShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The verdict of floors and policy, and every rule or floor that did more than pass.

    `fails`, `warns` and `dry_run` failed in that mode; `errors` could not be judged, whatever
    their mode; `excepted` pairs a rule with the exception that excused it.
    """

    verdict: Verdict
    fails: frozenset[str] = frozenset()
    warns: frozenset[str] = frozenset()
    dry_run: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    excepted: frozenset[tuple[str, str]] = frozenset()


def expected_outcomes(shape: ExpectShape) -> Outcomes:
    """What a test expects."""
    return Outcomes(
        verdict=shape.verdict,
        fails=frozenset(shape.fails),
        warns=frozenset(shape.warns),
        dry_run=frozenset(shape.dry_run),
        errors=frozenset(shape.errors),
        excepted=frozenset(shape.excepted.items()),
    )


def outcomes_of(decision: Decision) -> Outcomes:
    """What came."""
    failed: dict[Mode, list[str]] = {mode: [] for mode in Mode}
    errors, excepted = [], []
    for rule in decision.rules:
        match rule.outcome:
            case Outcome.FAIL:
                failed[rule.mode].append(rule.rule_id)
            case Outcome.ERROR:
                errors.append(rule.rule_id)
            case Outcome.EXCEPTED:
                excepted.append((rule.rule_id, rule.exception_id))
            case Outcome.PASS | Outcome.NOT_APPLICABLE | Outcome.NOT_IN_FORCE:
                pass
    return Outcomes(
        verdict=decision.policy_verdict,
        fails=frozenset(failed[Mode.ENFORCE]),
        warns=frozenset(failed[Mode.WARN]),
        dry_run=frozenset(failed[Mode.DRY_RUN]),
        errors=frozenset(errors),
        excepted=frozenset(excepted),
    )


def differences(expected: Outcomes, decision: Decision) -> tuple[str, ...]:
    """What came otherwise than expected, in words, rule by rule; empty where nothing did."""
    got = outcomes_of(decision)
    if expected == got:
        return ()
    return tuple(_differences(expected, got, decision))


def _differences(expected: Outcomes, got: Outcomes, decision: Decision) -> Iterator[str]:
    if expected.verdict is not got.verdict:
        yield f"expected {expected.verdict}, got {got.verdict}"
    wanted, came = _by_rule(expected), _by_rule(got)
    by_id = {rule.rule_id: rule for rule in decision.rules}
    order = [*by_id, *sorted(wanted.keys() - by_id.keys())]
    for rule_id in order:
        want, have = wanted.get(rule_id), came.get(rule_id)
        if want != have:
            became = by_id.get(rule_id)
            yield f"{quoted(rule_id)} {_became(became)}, and {_should(want)}"


def _by_rule(outcomes: Outcomes) -> dict[str, str]:
    """The word in which a test would list each rule."""
    found = {
        rule_id: key
        for key in ("fails", "warns", "dry_run", "errors")
        for rule_id in getattr(outcomes, key)
    }
    return {**found, **{rule: f"excepted by {name}" for rule, name in outcomes.excepted}}


def _became(rule: RuleOutcome | None) -> str:
    if rule is None:
        return "was not judged"
    words = {
        Outcome.PASS: "passes",
        Outcome.FAIL: f"fails in mode {rule.mode}",
        Outcome.ERROR: "ends in an error",
        Outcome.EXCEPTED: f"is excepted by {quoted(rule.exception_id)}",
        Outcome.NOT_APPLICABLE: "is off" if rule.mode is Mode.OFF else "does not apply",
        Outcome.NOT_IN_FORCE: "is not in force",
    }
    because = f" ({rule.findings[0].message})" if rule.findings else ""
    return f"{words[rule.outcome]}{because}"


def _should(want: str | None) -> str:
    if want is None:
        return "the test does not expect it"
    return f"the test has it in `{want}`" if " " not in want else f"the test has it {want}"
