"""Two versions of a policy compared: rule by rule, stricter, looser or unclear.

Stricter and same are proofs: whatever the old version blocked, the new one blocks. Looser
and unclear are none: they say that two people should look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gate.baseline import EARLIEST
from gate.policy.approvals import Approval
from gate.policy.change import Change, combined
from gate.policy.differences import Difference, between_sets
from gate.policy.exceptions import PolicyException
from gate.policy.holders import ApprovedHolder
from gate.policy.kinds.cel import CEL
from gate.policy.policy import Policy, Profile
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement
from gate.policy.rule import Rule
from gate.policy.rule_change import Reach, RuleChange, rule_change
from gate.policy.sentences import date_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a new version of a policy changes: in all, in each rule, and besides the rules.

    Rules that are as they were are left out.
    """

    change: Change
    rules: tuple[RuleChange, ...]
    other: tuple[Difference, ...]

    @property
    def needs_two(self) -> bool:
        """Whether two people have to sign it: something may be released that was not."""
        return self.change in {Change.LOOSER, Change.UNCLEAR}


def compare(old: Policy, new: Policy) -> Comparison:
    """What `new` blocks, measured against `old`; both loaded for the same issuers."""
    before = {rule.rule_id: rule for rule in old.rules}
    after = {rule.rule_id: rule for rule in new.rules}
    reached = Reach.of(old), Reach.of(new)
    ids = [*after, *(rule_id for rule_id in before if rule_id not in after)]
    changes = (rule_change(before.get(each), after.get(each), reached) for each in ids)
    rules = tuple(change for change in changes if change is not None)
    other = (*_others(old, new), *_reliance(before, after, rules))
    change = combined([*(each.change for each in rules), *(each.change for each in other)])
    return Comparison(change=change, rules=rules, other=other)


def _others(old: Policy, new: Policy) -> Iterator[Difference]:
    if old.name != new.name:
        text = f"the policy is called `{new.name}`, it was `{old.name}`"
        yield Difference(Change.UNCLEAR, text)
    yield from _profiles(old, new)
    yield from between_sets(
        frozenset(new.required_linters),
        frozenset(old.required_linters),
        "required linters",
        added=Change.STRICTER,
    )
    yield from _exceptions(old, new)
    yield from _holders(old, new)
    yield from _texts(old, new)


def _profiles(old: Policy, new: Policy) -> Iterator[Difference]:
    yield from between_sets(
        frozenset(new.profiles), frozenset(old.profiles), "profiles", added=Change.LOOSER
    )
    for name in sorted(new.profiles.keys() & old.profiles.keys()):
        yield from _profile(new.profiles[name], old.profiles[name])


def _profile(new: Profile, old: Profile) -> Iterator[Difference]:
    which = f"profile {quoted(new.name)}"
    for what, is_now, was in (
        ("type", new.certificate_type, old.certificate_type),
        ("certificate", new.certificate, old.certificate),
    ):
        if is_now != was:
            yield Difference(Change.UNCLEAR, f"{which}: {what} is `{is_now}`, it was `{was}`")
    is_for = frozenset(map(str, new.identifiers)), frozenset(map(str, old.identifiers))
    yield from between_sets(*is_for, f"{which}: types of identifier", added=Change.LOOSER)
    if new.title != old.title:
        yield Difference(
            Change.SAME, f"text: {which} is {quoted(new.title)}, it was {quoted(old.title)}"
        )


def _exceptions(old: Policy, new: Policy) -> Iterator[Difference]:
    before = {each.exception_id: each for each in old.exceptions}
    after = {each.exception_id: each for each in new.exceptions}
    yield from between_sets(frozenset(after), frozenset(before), "exceptions", added=Change.LOOSER)
    for name in sorted(after.keys() & before.keys()):
        yield from _exception(after[name], before[name])


def _exception(new: PolicyException, old: PolicyException) -> Iterator[Difference]:
    which = f"exception {quoted(new.exception_id)}"
    if (new.rule_id, new.scope) != (old.rule_id, old.scope):
        yield Difference(Change.UNCLEAR, f"{which} covers something else")
    if new.begins != old.begins:
        change = Change.LOOSER if new.begins < old.begins else Change.STRICTER
        text = f"{which} begins {date_of(new.begins)}, it was {date_of(old.begins)}"
        yield Difference(change, text)
    if new.expires != old.expires:
        change = Change.LOOSER if new.expires > old.expires else Change.STRICTER
        text = f"{which} expires {date_of(new.expires)}, it was {date_of(old.expires)}"
        yield Difference(change, text)
    yield from _approval(which, is_now=new.approved, was=old.approved)


def _holders(old: Policy, new: Policy) -> Iterator[Difference]:
    before = {each.holder_id: each for each in old.holders}
    after = {each.holder_id: each for each in new.holders}
    yield from between_sets(
        frozenset(after), frozenset(before), "approved holders", added=Change.LOOSER
    )
    for name in sorted(after.keys() & before.keys()):
        yield from _holder(after[name], before[name])


def _holder(new: ApprovedHolder, old: ApprovedHolder) -> Iterator[Difference]:
    which = f"approved holder {quoted(new.holder_id)}"
    if (new.identifier, new.applicant) != (old.identifier, old.applicant):
        yield Difference(Change.UNCLEAR, f"{which} is of another identifier or applicant")
    if new.review != old.review:
        change = Change.LOOSER if new.review > old.review else Change.STRICTER
        text = f"{which} is to be reviewed {date_of(new.review)}, it was {date_of(old.review)}"
        yield Difference(change, text)
    given, before = _last(new.approvals), _last(old.approvals)
    if given != before and new.approved and old.approved:
        # Before its last approval it opens nothing.
        change = Change.LOOSER if given < before else Change.STRICTER
        yield Difference(change, f"{which} was approved {date_of(given)}, it was {date_of(before)}")
    yield from _approval(which, is_now=new.approved, was=old.approved)


def _last(approvals: tuple[Approval, ...]) -> datetime:
    return max((approval.at for approval in approvals), default=EARLIEST)


def _approval(which: str, *, is_now: bool, was: bool) -> Iterator[Difference]:
    if is_now is not was:
        change = Change.LOOSER if is_now else Change.STRICTER
        yield Difference(change, f"{which} {'has' if is_now else 'lacks'} its approvals")


def _texts(old: Policy, new: Policy) -> Iterator[Difference]:
    """What is told and judges nothing."""
    for name in ("description", "owner"):
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            yield Difference(Change.SAME, f"text: {name} is {quoted(is_now)}, it was {quoted(was)}")
    for name in sorted(new.lists.keys() & old.lists.keys()):
        for what in ("owner", "source", "date"):
            was, is_now = getattr(old.lists[name], what), getattr(new.lists[name], what)
            if was != is_now:
                yield Difference(Change.SAME, f"text: list {quoted(name)} has another {what}")


def _reliance(
    before: dict[str, Rule], after: dict[str, Rule], changes: tuple[RuleChange, ...]
) -> Iterator[Difference]:
    """Rules that choose validations, where another rule may look at what was chosen.

    Of several validations the one is taken that most rules accept, so that even a stricter
    rule of this sort can lead to another choice; a condition may then find nothing wrong.
    """
    changed = {each.rule_id for each in changes if each.change is not Change.SAME}
    rules = [*before.values(), *after.values()]
    choose = any(_chooses(rule) for rule in rules if rule.rule_id in changed)
    if choose and any(_looks_at_choice(rule) for rule in rules):
        text = "other validations may be relied on, and a rule of kind `cel` may judge them"
        yield Difference(Change.UNCLEAR, text)


def _looks_at_choice(rule: Rule) -> bool:
    """Whether it is a condition on the identifiers' facts, which tell of what was chosen."""
    kept = rule.requirement
    return isinstance(kept, CEL) and any(path.split(".")[0] == "identifiers" for path in kept.reads)


def _chooses(rule: Rule) -> bool:
    return type(rule.requirement).refuses is not Requirement.refuses
