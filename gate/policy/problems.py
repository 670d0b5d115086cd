"""The mistakes found in a policy, each with its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from gate.errors import ConfigError
from gate.policy.quoting import quoted

_MOST = 200


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: a file, the line and column counted from 1 (0 for the file alone), and words."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        name = quoted(self.file)[1:-1]
        place = f"{name}:{self.line}:{self.column}" if self.line else name
        return f"{place}: {self.text}"


class PolicyError(ConfigError):
    """A file of a policy is wrong; `found` has every mistake with its place."""

    def __init__(self, *found: Problem, uncounted: int = 0) -> None:
        more = (f"and {uncounted} more problems",) if uncounted else ()
        super().__init__(*map(str, found), *more)
        self.found = found


class Problems:
    """Collects every mistake of one phase, to be told together."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def add(self, file: str, line: int, column: int, text: str) -> None:
        """Note one mistake; the same words about the same place count once."""
        self._found[Problem(file, line, column, text)] = None

    def raise_any(self) -> None:
        """Raise PolicyError with all that was found, if anything was."""
        if self._found:
            raise self.error()

    def error(self) -> PolicyError:
        """All that was found, in the order of the files' lines.

        After two hundred the rest is only counted: a file that wrong is another kind of file.
        """
        found = sorted(self._found)
        return PolicyError(*found[:_MOST], uncounted=max(0, len(found) - _MOST))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` for the known word nearest to this one, or nothing."""
    nearest = closest(word, known)
    return f"; did you mean {quoted(nearest)}?" if nearest else ""


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to this one, whatever its case, or None."""
    by_folded = {each.casefold(): each for each in known}
    matches = get_close_matches(word[:100].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def listed(words: Iterable[str]) -> str:
    """The words in backticks, joined by commas and a last `or`."""
    each = [quoted(word) for word in words]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} or {each[-1]}"
