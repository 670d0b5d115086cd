"""What is said of a policy that loads: nothing is wrong with it, and something may not be meant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gate.policy.document import Document, Path
from gate.policy.problems import Problem, Problems

SOON = timedelta(days=30)
"""How long ahead it is said that something ends."""


class NoticeCode(StrEnum):
    """What a notice is about; machines go by these words, and they stay as they are."""

    RULE_ENDED = "rule-ended"
    RULE_ENDS_SOON = "rule-ends-soon"
    RULE_OFF = "rule-off"
    RULE_NEVER_APPLIES = "rule-never-applies"
    RULE_NEVER_DECIDES = "rule-never-decides"
    MODE_STEPS_PAST = "mode-steps-past"
    MODE_STEP_UNREACHED = "mode-step-unreached"
    PROFILE_NOT_GRANTED = "profile-not-granted"
    GRANT_REDUNDANT = "grant-redundant"
    GRANT_USELESS = "grant-useless"
    LIST_ENTRIES_REDUNDANT = "list-entries-redundant"
    LIST_TOO_OLD = "list-too-old"
    LIST_OLD_SOON = "list-old-soon"
    PATTERN_ALWAYS_MATCHES = "pattern-always-matches"
    PATTERN_NEVER_MATCHES = "pattern-never-matches"
    SCHEDULE_STEPS_PAST = "schedule-steps-past"
    METHODS_END_SOON = "methods-end-soon"
    OVERRIDE_ENDED = "override-ended"
    OVERRIDE_ENDS_SOON = "override-ends-soon"
    EXCEPTION_EXPIRED = "exception-expired"
    EXCEPTION_EXPIRES_SOON = "exception-expires-soon"
    HOLDER_EXPIRED = "holder-expired"
    HOLDER_REVIEW_SOON = "holder-review-soon"
    HOLDER_USELESS = "holder-useless"


MEANING: Mapping[NoticeCode, str] = {
    NoticeCode.RULE_ENDED: "A rule's `ends` has passed.",
    NoticeCode.RULE_ENDS_SOON: "A rule ends within thirty days.",
    NoticeCode.RULE_OFF: "A rule is off, and no later step of its modes turns it on.",
    NoticeCode.RULE_NEVER_APPLIES: "A rule is for certificates that no grant allows.",
    NoticeCode.RULE_NEVER_DECIDES: "Whatever a rule refuses, another one refuses already.",
    NoticeCode.MODE_STEPS_PAST: "All steps of a rule's modes lie in the past.",
    NoticeCode.MODE_STEP_UNREACHED: "A step of a rule's modes comes when the rule has ended.",
    NoticeCode.PROFILE_NOT_GRANTED: "A profile stands in no grant.",
    NoticeCode.GRANT_REDUNDANT: "Everything a grant gives, another one gives too.",
    NoticeCode.GRANT_USELESS: "A grant gives what a rule always refuses.",
    NoticeCode.LIST_ENTRIES_REDUNDANT: "Entries of a list are covered by others of it.",
    NoticeCode.LIST_TOO_OLD: "A list is older than its greatest age.",
    NoticeCode.LIST_OLD_SOON: "A list reaches its greatest age within thirty days.",
    NoticeCode.PATTERN_ALWAYS_MATCHES: "A pattern matches every text.",
    NoticeCode.PATTERN_NEVER_MATCHES: "A pattern can match no text.",
    NoticeCode.SCHEDULE_STEPS_PAST: "All steps of a schedule lie in the past.",
    NoticeCode.METHODS_END_SOON: "A method of validation is no longer allowed within thirty days.",
    NoticeCode.OVERRIDE_ENDED: "An override of a lint has ended.",
    NoticeCode.OVERRIDE_ENDS_SOON: "An override of a lint ends within thirty days.",
    NoticeCode.EXCEPTION_EXPIRED: "An exception has expired.",
    NoticeCode.EXCEPTION_EXPIRES_SOON: "An exception expires within seven days.",
    NoticeCode.HOLDER_EXPIRED: "An approved holder's review date has passed.",
    NoticeCode.HOLDER_REVIEW_SOON: "An approved holder is to be reviewed within thirty days.",
    NoticeCode.HOLDER_USELESS: "An approved holder of what no rule opens to holders.",
}
"""Each code in one sentence."""


@dataclass(frozen=True, slots=True, order=True)
class Notice(Problem):
    """Something that its author may want to change: a place, what to do, and what it is about."""

    code: NoticeCode


@dataclass(slots=True)
class Notices:
    """Collects what is said of the files of a policy, as at one moment."""

    documents: Mapping[str, Document]
    at: datetime
    found: set[Notice] = field(default_factory=set)

    def add(
        self, code: NoticeCode, file: str, path: Path, text: str, *, at_key: bool = False
    ) -> None:
        """Say something of the value that a path leads to, or of its key."""
        told = Problems()
        replace(self.documents[file], problems=told).add(path, text, at_key=at_key)
        for problem in told.error().found:
            self.add_line(code, problem)

    def add_line(self, code: NoticeCode, problem: Problem) -> None:
        """Say something of a place in a file that is no YAML."""
        self.found.add(Notice(problem.file, problem.line, problem.column, problem.text, code))

    def days_left(self, moment: datetime, *, within: timedelta = SOON) -> int | None:
        """The whole days until a moment that is near; negative where it came, None where far."""
        left = moment - self.at
        return left // timedelta(days=1) if left <= within else None
