"""A rule of a policy: a requirement, with where, when and how strongly it holds."""

from dataclasses import dataclass, replace
from datetime import datetime

from gate.model import (
    BlockCause,
    Case,
    Environment,
    Finding,
    IdentifierFacts,
    IdentifierType,
    Mode,
    Purpose,
    Stage,
    Validation,
)
from gate.policy.requirement import Requirement
from gate.policy.schedule import Dated

STRICTEST_FIRST = (Mode.ENFORCE, Mode.WARN, Mode.DRY_RUN, Mode.OFF)


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
    `ends` bound the time in which it is in force, `ends` not included.
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
        """The strictest mode in force at any moment at which a release could be used."""
        modes = [Mode.OFF]
        for step in self.ladder:
            if step.start > case.release_ends:
                break
            # A step that had begun when the case was judged ends all that were before it.
            modes = [step.value] if step.start <= case.at else [*modes, step.value]
        return modes[0] if len(modes) == 1 else min(modes, key=STRICTEST_FIRST.index)

    def in_force(self, case: Case) -> bool:
        """Whether it is in force at any moment at which a release could be used."""
        begun = self.starts is None or self.starts <= case.release_ends
        return begun and (self.ends is None or case.at < self.ends)

    def applies(self, case: Case) -> bool:
        """Whether this is a case the rule is for."""
        return self.when.matches(case)

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """What of the requirement is not met; empty where all is.

        Anything raised means that it was not shown to be met.
        """
        found = self.requirement.judge(case)
        return tuple(replace(finding, source=self.rule_id) for finding in found)

    def refuses(self, validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
        """Why this one validation is not good enough for this identifier, or None."""
        return self.requirement.refuses(validation, facts, case)
