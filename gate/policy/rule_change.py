"""What changed in one rule from one version of a policy to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gate.model import Environment, Mode, Purpose, Stage
from gate.policy.change import Change, combined
from gate.policy.differences import Difference, between_sets, opposite, paired
from gate.policy.policy import Policy
from gate.policy.quoting import quoted
from gate.policy.rule import STRICTEST_FIRST, Rule, When
from gate.policy.schedule import Dated, Schedule
from gate.policy.sentences import date_of, enumerated

_EVERYWHERE = {
    "environments": frozenset(map(str, Environment)),
    "stages": frozenset({Stage.PRECERTIFICATE.value, Stage.CERTIFICATE.value}),
}
"""All that a rule can be limited to; what a request leaves unspecified is always blocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule that is not as it was: which way it goes in all, and each difference in words."""

    rule_id: str
    change: Change
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything that a policy's grants speak of; a request for anything else is blocked.

    So a rule that no longer applies to an account without a grant lets nothing pass.
    """

    values: dict[str, frozenset[str]]

    @classmethod
    def of(cls, policy: Policy) -> "Reach":
        """What the grants of this policy reach."""
        grants = policy.grants
        purposes: frozenset[Purpose] = frozenset().union(*(each.purposes for each in grants))
        reached = {
            "profiles": frozenset[str]().union(*(each.profiles for each in grants)),
            "issuers": frozenset[str]().union(*(each.issuers for each in grants)),
            "accounts": frozenset[str]().union(*(each.accounts for each in grants)),
            "purposes": frozenset(map(str, purposes)),
        }
        return cls({**_EVERYWHERE, **reached})


def rule_change(
    old: Rule | None, new: Rule | None, reached: tuple[Reach, Reach]
) -> RuleChange | None:
    """What changed in a rule; None where it is as it was.

    `reached` are what the old policy's grants speak of, and the new one's. A rule that was
    never in force, or never will be, counts as one that is not there.
    """
    if old is None or new is None:
        rule = old or new
        return None if rule is None else _one_sided(rule, added=old is None)
    found = tuple(_differences(old, new, reached))
    if not found:
        return None
    change = combined(each.change for each in found)
    if not _ever_in_force(old) or not _ever_in_force(new):
        change = combined([_presence(new), opposite(_presence(old))])
    return RuleChange(rule_id=new.rule_id, change=change, what=tuple(each.text for each in found))


def ladder_in_words(ladder: tuple[Dated[Mode], ...]) -> str:
    """The modes by date: `enforce`, or `warn` until a day, then `enforce`."""
    steps = [f"`{ladder[0].value}`"]
    steps += [f"from {date_of(step.start)} `{step.value}`" for step in ladder[1:]]
    return enumerated(steps, "and")


def _one_sided(rule: Rule, *, added: bool) -> RuleChange:
    change = _presence(rule) if added else opposite(_presence(rule))
    verb = "added" if added else "removed"
    text = f"rule {verb}, {ladder_in_words(rule.turns)}: {rule.requirement.in_words()}"
    return RuleChange(rule_id=rule.rule_id, change=change, what=(text,))


def _presence(rule: Rule) -> Change:
    """What it changes that the rule is there, against none."""
    return Change.STRICTER if _ever_in_force(rule) else Change.SAME


def _ever_in_force(rule: Rule) -> bool:
    return any(turn.value is not Mode.OFF for turn in rule.turns)


def _differences(old: Rule, new: Rule, reached: tuple[Reach, Reach]) -> Iterator[Difference]:
    if old.kind != new.kind:
        text = f"kind is `{new.kind}`, it was `{old.kind}`: {new.requirement.in_words()}"
        yield Difference(Change.UNCLEAR, text)
    else:
        yield from new.requirement.differences(old.requirement)
    yield from _modes(old, new)
    yield from _when(old.when, new.when, reached)
    yield from _good_until(old, new)
    if old.exceptable is not new.exceptable:
        change = Change.LOOSER if new.exceptable else Change.STRICTER
        may = "may now" if new.exceptable else "may no longer"
        yield Difference(change, f"exceptions {may} cover it")
    yield from _texts(old, new)


def _modes(old: Rule, new: Rule) -> Iterator[Difference]:
    """How strongly the rule holds, at each moment at which either version turns."""
    for start, is_now, was in paired(Schedule(new.turns), Schedule(old.turns)):
        if is_now is None or was is None or is_now is was:
            continue
        weaker = STRICTEST_FIRST.index(is_now) > STRICTEST_FIRST.index(was)
        since = "" if start == new.turns[0].start else f"from {date_of(start)}, "
        yield Difference(
            Change.LOOSER if weaker else Change.STRICTER,
            f"{since}mode is `{is_now}`, it was `{was}`",
        )


def _when(old: When, new: When, reached: tuple[Reach, Reach]) -> Iterator[Difference]:
    before, after = reached
    for name in ("environments", "profiles", "issuers", "accounts", "purposes", "stages"):
        was, is_now = _values(old, name), _values(new, name)
        if was == is_now:
            continue
        # Each version is asked only about what it does not block anyhow.
        lost = after.values[name] & _within(was, after, name) - _within(is_now, after, name)
        more = before.values[name] & _within(is_now, before, name) - _within(was, before, name)
        yield from between_sets(more, lost, f"{name} it applies to", added=Change.STRICTER)
        if not lost and not more:
            yield Difference(Change.SAME, f"when > {name} is written otherwise")


def _values(when: When, name: str) -> frozenset[str] | None:
    given = getattr(when, name)
    return None if given is None else frozenset(map(str, given))


def _within(values: frozenset[str] | None, reach: Reach, name: str) -> frozenset[str]:
    return reach.values[name] if values is None else values


def _good_until(old: Rule, new: Rule) -> Iterator[Difference]:
    """When the first of its lists is too old, so that nothing passes any more."""
    was, is_now = _lists_end(old), _lists_end(new)
    if was != is_now:
        later = is_now is None or (was is not None and is_now > was)
        ends = "never grow too old" if is_now is None else f"are good until {date_of(is_now)}"
        ended = "never" if was is None else f"until {date_of(was)}"
        change = Change.LOOSER if later else Change.STRICTER
        yield Difference(change, f"its lists {ends}, it was {ended}")


def _lists_end(rule: Rule) -> datetime | None:
    ends = (each.good_until for each in rule.lists)
    return min((end for end in ends if end is not None), default=None)


def _texts(old: Rule, new: Rule) -> Iterator[Difference]:
    """What is told and judges nothing."""
    for name in ("title", "requester_help"):
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            yield Difference(Change.SAME, f"text: {name} is {quoted(is_now)}, it was {quoted(was)}")
    if old.references != new.references:
        is_now, was = enumerated(new.references), enumerated(old.references)
        yield Difference(Change.SAME, f"text: references are {is_now}, they were {was}")
