"""Counts with examples, which many workers gather and one adds up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_EXAMPLES = 100
"""How many examples a tally keeps."""


@dataclass(slots=True)
class Tally:
    """How many decisions, and the ids of the first of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, decision_id: str) -> None:
        """Count a decision."""
        self.count += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(decision_id)

    def merge(self, later: "Tally") -> None:
        """Take in what was counted of later decisions."""
        self.count += later.count
        self.examples += later.examples[: MOST_EXAMPLES - len(self.examples)]


@dataclass(slots=True)
class Tallies:
    """A tally for each name: of a rule, of a linter's finding."""

    by_name: dict[str, Tally] = field(default_factory=dict)

    def add(self, name: str, decision_id: str) -> None:
        """Count a decision under this name."""
        self.by_name.setdefault(name, Tally()).add(decision_id)

    def count_each(self, names: Iterable[str], decision_id: str) -> None:
        """Count a decision under each of these names."""
        for name in names:
            self.add(name, decision_id)

    def merge(self, later: "Tallies") -> None:
        """Take in what was counted of later decisions."""
        for name, tally in later.by_name.items():
            self.by_name.setdefault(name, Tally()).merge(tally)

    def __bool__(self) -> bool:
        return bool(self.by_name)

    def ranked(self) -> list[tuple[str, Tally]]:
        """The most counted first, then by name."""
        return sorted(self.by_name.items(), key=lambda one: (-one[1].count, one[0]))
