"""Small changes of regular expressions: an alternative less, another count, no repetition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gate.workbench.mutant_scalars import moved_numbers

TOKEN = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[0-9,]*\}|\(\?:|.", re.DOTALL
)
"""One sign, class, count or bracket of a group; the last is `(` or `(?:`, or `)`."""

_COUNT = re.compile(r"\{[0-9,]+\}")
_NUMBER = re.compile(r"([0-9]+)")
_REPEATING = frozenset({"?", "*", "+"})


def pattern_changes(pattern: str) -> Iterator[str]:
    """The pattern with an alternative, a `?`, `*` or `+` less, or a count moved by one."""
    for group in groups(pattern):
        for start, end in group.cuts:
            yield pattern[:start] + pattern[end:]
    for token in TOKEN.finditer(pattern):
        before, after = pattern[: token.start()], pattern[token.end() :]
        if token[0] in _REPEATING:
            yield before + after
        elif _COUNT.fullmatch(token[0]):
            yield from (before + other + after for other in moved_numbers(token[0], _NUMBER))


@dataclass(slots=True)
class Group:
    """What stands between two brackets, or the whole pattern: where it begins and ends.

    `bars` are the places of the bars between its alternatives.
    """

    begins: int
    ends: int = 0
    bars: list[int] = field(default_factory=list)

    @property
    def alternatives(self) -> list[tuple[int, int]]:
        """Where each alternative begins and ends."""
        return list(
            zip(
                [self.begins, *(bar + 1 for bar in self.bars)], [*self.bars, self.ends], strict=True
            )
        )

    @property
    def cuts(self) -> list[tuple[int, int]]:
        """What to cut out for each alternative: it and a bar beside it."""
        if not self.bars:
            return []
        (first, bar), *others = self.alternatives
        return [(first, bar + 1), *((start - 1, end) for start, end in others)]


def groups(pattern: str) -> Iterator[Group]:
    """Every group, an inner one before those around it, and the whole pattern at last."""
    open_groups = [Group(0)]
    for token in TOKEN.finditer(pattern):
        if token[0] in {"(", "(?:"}:
            open_groups.append(Group(token.end()))
        elif token[0] == "|":
            open_groups[-1].bars.append(token.start())
        elif token[0] == ")" and len(open_groups) > 1:
            closed = open_groups.pop()
            closed.ends = token.start()
            yield closed
    open_groups[0].ends = len(pattern)
    yield open_groups[0]
