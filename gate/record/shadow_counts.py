"""What a candidate policy would have decided otherwise, as counts that can be added up."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Final

from gate.model import Mode

MOST_EXAMPLES: Final = 20
"""How many decisions are named for each count."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions, and the ids of the first of them."""

    count: int = 0
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, decision_id: str) -> "Tally":
        """One decision."""
        return cls(1, (decision_id,))

    def __add__(self, later: "Tally") -> "Tally":
        """Both, this one's decisions first."""
        examples = (*self.examples, *later.examples)[:MOST_EXAMPLES]
        return Tally(self.count + later.count, examples)


NONE = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDifference:
    """How a rule of the candidate differs from that of the active policy, in decisions.

    `active` and `candidate` are the modes in which the two last had it, None where one has no
    such rule. A rule fails where it is not met or cannot be judged, whatever its mode: so one
    that only runs dry is tried out too. `fails_otherwise` counts where it fails in both, in
    another mode.
    """

    rule_id: str
    active: Mode | None
    candidate: Mode | None
    newly_fails: Tally = NONE
    no_longer_fails: Tally = NONE
    fails_otherwise: Tally = NONE

    @property
    def differs(self) -> bool:
        """Whether it ever came out otherwise."""
        return self.count > 0

    @property
    def count(self) -> int:
        """In how many decisions it came out otherwise."""
        counts = (self.newly_fails, self.no_longer_fails, self.fails_otherwise)
        return sum(tally.count for tally in counts)

    def __add__(self, later: "RuleDifference") -> "RuleDifference":
        """Both; the modes are those of the later one."""
        return RuleDifference(
            rule_id=self.rule_id,
            active=later.active,
            candidate=later.candidate,
            newly_fails=self.newly_fails + later.newly_fails,
            no_longer_fails=self.no_longer_fails + later.no_longer_fails,
            fails_otherwise=self.fails_otherwise + later.fails_otherwise,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowCounts:
    """What became of some decisions under a candidate.

    Of `judged`, `differing` had another verdict or a rule that came out otherwise. `errors`
    could not be judged and `timeouts` not in time; `dropped` were never tried, because too many
    waited. `rules` has, by their ids, those that differ or that only one of the two has.
    """

    judged: int = 0
    differing: Tally = NONE
    newly_blocked: Tally = NONE
    newly_released: Tally = NONE
    errors: Tally = NONE
    timeouts: Tally = NONE
    dropped: int = 0
    rules: tuple[RuleDifference, ...] = field(default=())

    @property
    def fine(self) -> bool:
        """Whether the candidate judged all it was given as the active policy did."""
        return not (self.differing.count or self.errors.count or self.timeouts.count)

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return self != _NOTHING

    def __add__(self, later: "ShadowCounts") -> "ShadowCounts":
        """Both, the decisions of this one first."""
        sums = {name: getattr(self, name) + getattr(later, name) for name in _SUMMED}
        return ShadowCounts(rules=_merged(self.rules, later.rules), **sums)


_SUMMED = tuple(each.name for each in fields(ShadowCounts) if each.name != "rules")
_NOTHING = ShadowCounts()


def _merged(
    rules: Iterable[RuleDifference], later: Iterable[RuleDifference]
) -> tuple[RuleDifference, ...]:
    merged = {rule.rule_id: rule for rule in rules}
    for rule in later:
        before = merged.get(rule.rule_id)
        merged[rule.rule_id] = rule if before is None else before + rule
    return tuple(merged[rule_id] for rule_id in sorted(merged))
