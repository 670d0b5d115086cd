"""What a replay found: decisions that could not be made again, and what another policy says."""

from dataclasses import dataclass, field

from gate.workbench.tally import Tallies, Tally

MOST_TOLD = 1000
"""How many decisions that could not be made again are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreproduced:
    """A decision that could not be made again as it was.

    `rules` says what became of each rule that came out otherwise; it is empty where the case
    could not be built at all.
    """

    decision_id: str
    log_index: int
    why: str
    rules: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class ReplayReport:
    """The counts of a replay; those of a part of a log can be merged with those of the next.

    `decisions` were looked at, `reproduced` came out as recorded under the recorded policy,
    `judged` were judged under the other one. The tallies by rule count decisions: a rule that
    blocks what was released, one that blocked what now would be, one that blocks also or no
    longer where the verdict stays, and one that newly fails where it is not enforced. One
    decision may count under several rules. `unaccepted` are the newly released that nobody
    named beforehand. `linting` counts the findings that linters have now and had not, or had.
    """

    decisions: int = 0
    reproduced: int = 0
    unreproduced: list[Unreproduced] = field(default_factory=list)
    unreproduced_count: int = 0
    reasons: Tallies = field(default_factory=Tallies)
    judged: int = 0
    newly_blocked: Tally = field(default_factory=Tally)
    newly_released: Tally = field(default_factory=Tally)
    unaccepted: Tally = field(default_factory=Tally)
    other_reasons: Tally = field(default_factory=Tally)
    blocking: Tallies = field(default_factory=Tallies)
    releasing: Tallies = field(default_factory=Tallies)
    blocking_too: Tallies = field(default_factory=Tallies)
    blocking_no_more: Tallies = field(default_factory=Tallies)
    failing: Tallies = field(default_factory=Tallies)
    linting: Tallies = field(default_factory=Tallies)

    @property
    def fine(self) -> bool:
        """Whether all was made again as it was, and nothing is released that nobody named."""
        return not self.unreproduced_count and not self.unaccepted.count

    def miss(self, one: Unreproduced) -> None:
        """Note a decision that could not be made again."""
        self.unreproduced_count += 1
        self.reasons.add(one.why, one.decision_id)
        if len(self.unreproduced) < MOST_TOLD:
            self.unreproduced.append(one)

    def merge(self, later: "ReplayReport") -> None:
        """Take in the report on the part of the log that comes next."""
        self.decisions += later.decisions
        self.reproduced += later.reproduced
        self.judged += later.judged
        self.unreproduced_count += later.unreproduced_count
        self.unreproduced += later.unreproduced[: MOST_TOLD - len(self.unreproduced)]
        for name in _TALLIED:
            getattr(self, name).merge(getattr(later, name))


_TALLIED = (
    "reasons",
    "newly_blocked",
    "newly_released",
    "unaccepted",
    "other_reasons",
    "blocking",
    "releasing",
    "blocking_too",
    "blocking_no_more",
    "failing",
    "linting",
)
