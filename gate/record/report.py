"""What checking a whole log found."""

from dataclasses import dataclass, field

_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, and at which entry, where it is about one."""

    what: str
    index: int | None = None

    def __str__(self) -> str:
        return self.what if self.index is None else f"entry {self.index}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome for a log of `size` entries; sound if there is no problem at all.

    The first thousand problems are told, `problem_count` says how many there were. `erased`
    counts the entries whose private documents are gone, which is no problem.
    """

    size: int
    root: bytes
    problems: tuple[Problem, ...]
    problem_count: int
    erased: int

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.problem_count == 0


@dataclass(slots=True)
class Findings:
    """Collects problems while a log is read."""

    told: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, what: str, index: int | None = None) -> None:
        """Note that something is wrong."""
        self.count += 1
        if len(self.told) < _MOST_TOLD:
            self.told.append(Problem(what=what, index=index))
