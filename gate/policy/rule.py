"""A rule of a policy: a requirement, with where, when and how strongly it holds."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from gate.baseline import EARLIEST
from gate.model import (
    BlockCause,
    Case,
    Environment,
    Finding,
    IdentifierFacts,
    IdentifierType,
    Mode,
    Outcome,
    Purpose,
    RuleOutcome,
    Stage,
    Validation,
)
from gate.policy.lists import NameList
from gate.policy.requirement import Requirement
from gate.policy.schedule import Dated

STRICTEST_FIRST = (Mode.ENFORCE, Mode.WARN, Mode.DRY_RUN, Mode.OFF)

AHEAD = timedelta(days=30)
"""How long before a rule comes into force it is tried out, as a dry run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """To which cases a rule applies: every key that is given must match, None matches all."""

    environments: frozenset[Environment] | None = None
    profiles: frozenset[str] | None = None
    issuers: frozenset[str] | None = None
    accounts: frozenset[str] | None = None
    purposes: frozenset[Purpose] | None = None
    stages: frozenset[Stage] | None = None

    def matches(self, case: Case) -> bool:
        """Whether the case is one of those meant; `environment` is the gate's own."""
        context = case.request.context
        return (
            (self.environments is None or case.environment in self.environments)
            and (self.profiles is None or context.profile in self.profiles)
            and (self.issuers is None or context.issuer in self.issuers)
            and (self.accounts is None or context.account in self.accounts)
            and (self.purposes is None or context.purpose in self.purposes)
            and (self.stages is None or context.stage in self.stages)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One requirement of the policy, stating what must be true for a release.

    `ladder` has the modes by date; before its first step the rule is off. `starts` and
    `ends` bound the time in which it is in force, `ends` not included. `lists` are those that
    the requirement was made with.
    """

    rule_id: str
    title: str
    requirement: Requirement
    when: When
    ladder: tuple[Dated[Mode], ...]
    starts: datetime | None
    ends: datetime | None
    references: tuple[str, ...]
    requester_help: str
    exceptable: bool
    lists: tuple[NameList, ...] = ()
    _quiet: dict[Outcome, RuleOutcome] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def kind(self) -> str:
        """The name of the kind, as policies write it."""
        return self.requirement.kind

    @property
    def cause(self) -> BlockCause:
        """What a block by this rule is put down to."""
        return self.requirement.cause

    @property
    def judges(self) -> frozenset[IdentifierType]:
        """The types of identifier it judges; empty for kinds that judge none."""
        return self.requirement.judges

    def mode(self, case: Case) -> Mode:
        """How strongly it holds: the strictest mode at any moment at which a release could be used.

        What is off all that time and comes into force within AHEAD is tried out: DRY_RUN.
        """
        now = self._strictest(case.at, case.release_ends)
        if now is Mode.OFF and self._strictest(case.at, case.at + AHEAD) is not Mode.OFF:
            return Mode.DRY_RUN
        return now

    def mode_at(self, moment: datetime) -> Mode:
        """How strongly it holds at one moment; OFF where it is not in force."""
        return self._strictest(moment, moment)

    @property
    def turns(self) -> tuple[Dated[Mode], ...]:
        """Every mode in which it is ever in force, from the moment at which it turns to it."""
        moments = {EARLIEST, *(step.start for step in self.ladder)}
        moments |= {moment for moment in (self.starts, self.ends) if moment}
        modes = [Dated(moment, self.mode_at(moment)) for moment in sorted(moments)]
        return (*modes[:1], *(now for was, now in pairwise(modes) if now.value is not was.value))

    def in_force(self, case: Case) -> bool:
        """Whether it is in force at any moment at which a release could be used."""
        begun = self.starts is None or self.starts <= case.release_ends
        return begun and (self.ends is None or case.at < self.ends)

    def applies(self, case: Case) -> bool:
        """Whether this is a case the rule is for."""
        return self.when.matches(case)

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """What of the requirement is not met; empty where all is.

        Anything raised means that it was not shown to be met; Refused, that a list is too old to
        show it.
        """
        for each in self.lists:
            each.refuse_stale(case.release_ends)
        found = self.requirement.judge(case)
        return tuple(replace(finding, source=self.rule_id) for finding in found) if found else ()

    def told(self, mode: Mode, became: Outcome, findings: tuple[Finding, ...] = ()) -> RuleOutcome:
        """What became of it; without findings the same value again while the mode is the same."""
        told = None if findings else self._quiet.get(became)
        if told is None or told.mode is not mode:
            told = RuleOutcome(
                rule_id=self.rule_id,
                title=self.title,
                kind=self.kind,
                mode=mode,
                outcome=became,
                findings=findings,
                references=self.references,
                requester_help=self.requester_help,
            )
            if not findings:
                self._quiet[became] = told
        return told

    def refuses(self, validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
        """Why this one validation is not good enough for this identifier, or None."""
        return self.requirement.refuses(validation, facts, case)

    def _strictest(self, first: datetime, last: datetime) -> Mode:
        """The strictest mode at any moment from `first` to `last`, both included."""
        if len(self.ladder) == 1 and self.starts is None and self.ends is None:
            # Most rules are like this: one mode, for good.
            return self.ladder[0].value if self.ladder[0].start <= last else Mode.OFF
        first = max(first, self.starts or EARLIEST)
        if first > last or (self.ends is not None and self.ends <= first):
            return Mode.OFF
        modes = [Mode.OFF]
        for step in self.ladder:
            if step.start > last or (self.ends is not None and self.ends <= step.start):
                break
            # A step that had begun at first ends all that were before it.
            modes = [step.value] if step.start <= first else [*modes, step.value]
        return modes[0] if len(modes) == 1 else min(modes, key=STRICTEST_FIRST.index)
