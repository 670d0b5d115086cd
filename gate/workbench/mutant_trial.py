"""Whether a policy's tests notice a mutant: the ones that probably do are asked first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from gate.errors import ConfigError, Refused
from gate.model import Outcome
from gate.policy import Policy, Rule, Site, load
from gate.workbench.mutant import Mutant
from gate.workbench.suite import PreparedTest, TestResult, judge


class Fate(Enum):
    """What becomes of a mutant.

    SAME is one whose policy is equal to the unchanged one, so that nothing can tell them apart.
    """

    KILLED = auto()
    SURVIVES = auto()
    SAME = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """A test; `words` are its name and all that the unchanged policy says to it.

    `failing` are the rules that do not pass, `cost` grows with the time that it takes.
    """

    test: PreparedTest
    words: str
    failing: frozenset[str]
    cost: int


@dataclass(slots=True)
class MutantTrial:
    """Judges mutants of a policy by its tests.

    Raises Refused where the policy itself does not pass them: nothing could then be told.
    """

    policy: Policy
    files: Mapping[str, bytes]
    site: Site
    tests: Iterable[PreparedTest]
    _ranked: list[_Ranked] = field(default_factory=list)
    _killers: dict[tuple[str, ...], PreparedTest] = field(default_factory=dict)

    def __post_init__(self) -> None:
        results = tuple(judge(self.tests, self.policy))
        if failed := [result.test.name for result in results if not result.passed]:
            raise Refused(f"the policy does not pass {len(failed)} of its tests: mend these first")
        self._ranked = [_ranked(result) for result in results]

    def fate(self, mutant: Mutant) -> Fate:
        """Killed is what does not load, or makes the outcome of some test another one."""
        try:
            policy = load({**self.files, mutant.file: mutant.data}, site=self.site)
        except ConfigError:
            return Fate.KILLED
        if replace(policy, digest=self.policy.digest) == self.policy:
            return Fate.SAME
        near = (mutant.file, *mutant.steps[:2])
        for result in judge(self._ordered(mutant, policy, near), policy):
            if not result.passed:
                self._killers[near] = result.test
                return Fate.KILLED
        return Fate.SURVIVES

    def _ordered(
        self, mutant: Mutant, policy: Policy, near: tuple[str, ...]
    ) -> Iterator[PreparedTest]:
        """All tests: the last killer near the mutant, then by what they say of the change."""
        changed = _changed(self.policy.rules, policy.rules)
        word = mutant.steps[-1].partition("/")[0]
        last = self._killers.get(near)

        def rank(each: _Ranked) -> tuple[bool, bool, bool, int]:
            unconcerned = changed.isdisjoint(each.failing)
            return each.test is not last, word not in each.words, unconcerned, each.cost

        return (each.test for each in sorted(self._ranked, key=rank))


def _ranked(result: TestResult) -> _Ranked:
    rules = result.decision.rules
    told = (found.message for rule in rules for found in rule.findings)
    return _Ranked(
        test=result.test,
        words=" ".join((result.test.name, *told)),
        failing=frozenset(rule.rule_id for rule in rules if rule.outcome is not Outcome.PASS),
        cost=len(result.test.case.identifiers),
    )


def _changed(old: Iterable[Rule], new: Iterable[Rule]) -> frozenset[str]:
    """The ids of the rules that are only in one of both as they are."""
    before, now = ({rule.rule_id: rule for rule in rules} for rules in (old, new))
    return frozenset(
        each for each in before.keys() | now.keys() if before.get(each) != now.get(each)
    )
