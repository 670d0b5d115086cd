"""The mistakes found in a policy, each with its place."""

from collections.abc import Iterable
from difflib import get_close_matches

from gate.errors import ConfigError
from gate.policy.quoting import quoted

_MOST = 200


class Problems:
    """Collects every mistake of one phase, to be told together.

    A place is a file with line and column counted from 1, or the file alone.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], None] = {}

    def add(self, file: str, line: int, column: int, text: str) -> None:
        """Note one mistake; the same words about the same place count once."""
        self._found[(file, line, column, text)] = None

    def raise_any(self) -> None:
        """Raise ConfigError with all that was found, if anything was."""
        if self._found:
            raise self.error()

    def error(self) -> ConfigError:
        """All that was found, in the order of the files' lines.

        After two hundred the rest is only counted: a file that wrong is another kind of file.
        """
        found = sorted(self._found)
        lines = [_line(*problem) for problem in found[:_MOST]]
        if len(found) > _MOST:
            lines.append(f"and {len(found) - _MOST} more problems")
        return ConfigError(*lines)


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


def _line(file: str, line: int, column: int, text: str) -> str:
    name = quoted(file)[1:-1]
    return f"{name}:{line}:{column}: {text}" if line else f"{name}: {text}"
