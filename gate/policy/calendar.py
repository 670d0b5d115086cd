"""What will change by itself, and when: nothing of it needs anybody at midnight."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from gate.baseline import EARLIEST, MAX_VALIDATION_AGE, MAX_VALIDITY, METHODS
from gate.model import Mode
from gate.policy.policy import Policy
from gate.policy.quoting import quoted
from gate.policy.rule import AHEAD, Rule
from gate.policy.sentences import date_of, enumerated, length_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One dated change: what is so from this moment on, and by which rules.

    Without rules it is not the policy's: an exception ends, or the Baseline Requirements
    tighten a floor of the gate.
    """

    at: datetime
    what: str
    rules: tuple[str, ...] = ()


def calendar(
    policy: Policy, *, since: datetime, until: datetime | None = None
) -> tuple[Coming, ...]:
    """Every dated change from `since` on and before `until`, earliest first.

    What several rules have in common is told once, with all of them.
    """
    rules: dict[tuple[datetime, str], list[str]] = {}
    for at, what, rule in (*_of_rules(policy), *_of_people(policy), *_of_the_baseline()):
        if since <= at and (until is None or at < until):
            named = rules.setdefault((at, what), [])
            named += [rule] if rule and rule not in named else []
    return tuple(
        Coming(at=at, what=what, rules=tuple(named))
        for (at, what), named in sorted(rules.items(), key=lambda item: item[0])
    )


def _of_rules(policy: Policy) -> Iterator[tuple[datetime, str, str]]:
    for rule in policy.rules:
        for step in rule.requirement.coming():
            yield step.start, step.value, rule.rule_id
        for at, what in (*_modes(rule), *_lists(rule)):
            yield at, what, rule.rule_id


def _modes(rule: Rule) -> Iterator[tuple[datetime, str]]:
    for was, turn in pairwise(rule.turns):
        yield turn.start, f"mode becomes `{turn.value}`, it was `{was.value}`"
        if was.value is Mode.OFF and turn.start > EARLIEST:
            trial = f"begins to be tried out as a dry run, {AHEAD.days} days before `{turn.value}`"
            yield turn.start - AHEAD, trial


def _lists(rule: Rule) -> Iterator[tuple[datetime, str]]:
    for each in rule.lists:
        if each.good_until is not None:
            text = f"the list {quoted(each.name)} of {date_of(each.date)} is too old, unless it is"
            yield each.good_until, f"{text} renewed: nothing passes by it"


def _of_people(policy: Policy) -> Iterator[tuple[datetime, str, str]]:
    for exception in policy.exceptions:
        which = f"exception {quoted(exception.exception_id)}"
        yield exception.begins, f"{which} begins", exception.rule_id
        yield exception.expires, f"{which} expires", exception.rule_id
    for holder in policy.holders:
        which = f"approved holder {quoted(holder.holder_id)} of {quoted(str(holder.identifier))}"
        yield holder.review, f"{which} is to be reviewed, and opens nothing until it is", ""


def _of_the_baseline() -> Iterator[tuple[datetime, str, str]]:
    for steps, what, section in (
        (MAX_VALIDITY, "the validity period may be", "BR 6.3.2"),
        (MAX_VALIDATION_AGE, "a validation may be as old as", "BR 4.2.1"),
    ):
        for step in steps:
            text = f"floor of the gate: {what} {length_of(step.limit)} at most ({section})"
            yield step.start, text, ""
    for until in sorted({method.until for method in METHODS.values() if method.until}):
        ended = [name for name, method in METHODS.items() if method.until == until]
        yield until, f"floor of the gate: methods no longer permitted: {enumerated(ended)}", ""
