"""What has ended, what ends soon, and what lies wholly in the past."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from gate.model import Mode
from gate.policy.kinds.identifiers_validated import IdentifiersValidated
from gate.policy.problems import Problem
from gate.policy.quoting import quoted
from gate.policy.review.notices import NoticeCode, Notices
from gate.policy.review.written import POLICY, Written
from gate.policy.rule import Rule


def review_dates(written: Written, notices: Notices) -> None:
    """Say which rules, lists, schedules and methods have ended or soon will."""
    for at, rule in enumerate(written.policy.rules):
        _end(rule, at, notices)
        _methods(rule, at, notices)
    _schedules(written, notices)
    _lists(written, notices)


def in_days(days: int, moment: datetime) -> str:
    """A moment that is near in words: `on 2027-03-15, in 12 days`."""
    distance = f"in {days} day{'s' * (days != 1)}" if days > 0 else "within a day"
    return f"on {moment:%Y-%m-%d}, {distance}"


def _end(rule: Rule, at: int, notices: Notices) -> None:
    path = ("rules", at, "ends")
    if rule.ends is None or (days := notices.days_left(rule.ends)) is None:
        _modes(rule, at, notices)
    elif rule.ends <= notices.at:
        text = f"the rule ended on {rule.ends:%Y-%m-%d}: delete it, or give it another end"
        notices.add(NoticeCode.RULE_ENDED, POLICY, path, text)
    else:
        text = f"the rule ends {in_days(days, rule.ends)}: give it another end if it is to stay"
        notices.add(NoticeCode.RULE_ENDS_SOON, POLICY, path, text)
        _modes(rule, at, notices)


def _modes(rule: Rule, at: int, notices: Notices) -> None:
    now = sum(step.start <= notices.at for step in rule.ladder)
    left = [step.value for step in rule.ladder[max(now - 1, 0) :]]
    path = ("rules", at, "mode")
    if set(left) == {Mode.OFF}:
        text = "the rule is off and stays so: delete it, or add a step that turns it on"
        notices.add(NoticeCode.RULE_OFF, POLICY, path, text)
    elif now == len(rule.ladder) > 1:
        text = f"all steps lie in the past: write `mode: {left[-1].value}`"
        notices.add(NoticeCode.MODE_STEPS_PAST, POLICY, path, text)
    for number, step in enumerate(rule.ladder):
        if rule.ends is not None and step.start >= rule.ends:
            text = f"the rule has ended by then, on {rule.ends:%Y-%m-%d}: leave the step out"
            notices.add(NoticeCode.MODE_STEP_UNREACHED, POLICY, (*path, number, "from"), text)


def _methods(rule: Rule, at: int, notices: Notices) -> None:
    if not isinstance(rule.requirement, IdentifiersValidated):
        return
    steps = rule.requirement.methods.steps
    for number, (earlier, later) in enumerate(pairwise(steps), start=1):
        days = notices.days_left(later.start)
        ending = sorted(earlier.value - later.value)
        if days is None or later.start <= notices.at or not ending:
            continue
        text = (
            f"no longer allowed {in_days(days, later.start)}: {', '.join(map(quoted, ending))}; "
            "certificates that rest on these need another validation by then"
        )
        path = ("rules", at, "methods", number, "from")
        notices.add(NoticeCode.METHODS_END_SOON, POLICY, path, text)


def _schedules(written: Written, notices: Notices) -> None:
    for name, steps in written.shape.schedules.items():
        if len(steps) > 1 and steps[-1].start <= notices.at:
            text = "every step lies in the past, and only the last counts: leave the others out"
            path = ("schedules", name)
            notices.add(NoticeCode.SCHEDULE_STEPS_PAST, POLICY, path, text, at_key=True)


def _lists(written: Written, notices: Notices) -> None:
    for code, problem in _old(written, notices):
        notices.add_line(code, problem)


def _old(written: Written, notices: Notices) -> Iterator[tuple[NoticeCode, Problem]]:
    for name, shape in written.shape.lists.items():
        known = written.policy.lists[name]
        if known.greatest_age is None:
            continue
        too_old = known.date + known.greatest_age
        _, line = written.lists[shape.file].header["date"]
        days = notices.days_left(too_old)
        owner = f"its owner, {quoted(known.owner)}, has to renew it"
        if too_old < notices.at:
            text = (
                f"the list {quoted(name)} is too old since {too_old:%Y-%m-%d}, and rules that "
                f"use it block: {owner}"
            )
            yield NoticeCode.LIST_TOO_OLD, Problem(shape.file, line, 1, text)
        elif days is not None:
            text = f"the list {quoted(name)} becomes too old {in_days(days, too_old)}: {owner}"
            yield NoticeCode.LIST_OLD_SOON, Problem(shape.file, line, 1, text)
