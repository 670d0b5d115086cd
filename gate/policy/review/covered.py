"""Rules and grants that another one makes needless."""

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from gate.model import Mode
from gate.policy.change import Change
from gate.policy.quoting import quoted
from gate.policy.review.notices import NoticeCode, Notices
from gate.policy.review.written import GRANTS, POLICY, Written
from gate.policy.rule import STRICTEST_FIRST, Rule, When


def review_covered(written: Written, notices: Notices) -> None:
    """Say which rules refuse nothing that another does not, and which grants give nothing more."""
    for at, other in _needless(written.policy.rules, notices.at):
        known = quoted(written.policy.rules[other].rule_id)
        text = (
            f"whatever it refuses, {known} in line {written.line_of_rule(other)} refuses too: "
            "delete this rule, or make it stricter"
        )
        notices.add(NoticeCode.RULE_NEVER_DECIDES, POLICY, ("rules", at), text)
    for at, other in _inner_grants(written):
        text = f"grant #{other + 1} gives all this too: delete this one"
        notices.add(NoticeCode.GRANT_REDUNDANT, GRANTS, ("grants", at), text)


def _needless(rules: tuple[Rule, ...], at: datetime) -> Iterator[tuple[int, int]]:
    """The numbers of rules that another covers, each with that of the other.

    Of two that cover each other, the later is needless.
    """
    needless = set[int]()
    for first, second in combinations(range(len(rules)), 2):
        earlier, later = rules[first], rules[second]
        if earlier.kind != later.kind or needless & {first, second}:
            continue
        behind, ahead = _reaches(earlier, later, at), _reaches(later, earlier, at)
        if not behind and not ahead:
            continue
        change = later.requirement.compared(earlier.requirement)
        if behind and change in {Change.SAME, Change.LOOSER}:
            needless.add(second)
            yield second, first
        elif ahead and change in {Change.SAME, Change.STRICTER}:
            needless.add(first)
            yield first, second


def _reaches(other: Rule, rule: Rule, at: datetime) -> bool:
    """Whether the other rule judges, from `at` on, whatever this one does, as strongly."""
    return (
        _includes(other.when, rule.when)
        and (rule.exceptable or not other.exceptable)
        and _always_as_strong(other, rule, at)
    )


def _includes(wide: When, narrow: When) -> bool:
    """Whether a rule for `wide` is for everything that one for `narrow` is for."""
    return all(
        outer is None or (inner is not None and inner <= outer)
        for outer, inner in zip(_sets(wide), _sets(narrow), strict=True)
    )


def _sets(when: When) -> tuple[frozenset[object] | None, ...]:
    return (
        when.environments,
        when.profiles,
        when.issuers,
        when.accounts,
        when.purposes,
        when.stages,
    )


def _always_as_strong(other: Rule, rule: Rule, at: datetime) -> bool:
    """Whether this rule holds at all from `at` on, and the other as strongly whenever it does."""
    moments = {at, *(moment for moment in (*_turns(rule), *_turns(other)) if moment > at)}
    strengths = [(_mode(other, moment), _mode(rule, moment)) for moment in moments]
    rank = STRICTEST_FIRST.index
    holds = any(mode is not Mode.OFF for _, mode in strengths)
    return holds and all(rank(first) <= rank(second) for first, second in strengths)


def _turns(rule: Rule) -> Iterator[datetime]:
    """The moments at which the rule's mode may change."""
    yield from (step.start for step in rule.ladder)
    yield from (moment for moment in (rule.starts, rule.ends) if moment is not None)


def _mode(rule: Rule, moment: datetime) -> Mode:
    """The mode in force at this moment."""
    begun = rule.starts is None or rule.starts <= moment
    if not begun or (rule.ends is not None and rule.ends <= moment):
        return Mode.OFF
    steps = [step.value for step in rule.ladder if step.start <= moment]
    return steps[-1] if steps else Mode.OFF


def _inner_grants(written: Written) -> Iterator[tuple[int, int]]:
    """The numbers of grants that lie within another, each with that of the other."""
    grants = written.policy.grants
    for one, inner in enumerate(grants):
        for other, outer in enumerate(grants):
            within = (
                inner.accounts <= outer.accounts
                and inner.profiles <= outer.profiles
                and inner.issuers <= outer.issuers
                and inner.purposes <= outer.purposes
            )
            if within and one != other and (inner != outer or one > other):
                yield one, other
                break
