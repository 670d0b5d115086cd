"""Texts that a regular expression matches, as far as they can be made of its own signs."""

import re
import string
from collections.abc import Iterator
from re import Pattern

from gate.workbench.mutant_patterns import TOKEN, groups

_MOST = 20
_SIGNS = f"{string.ascii_lowercase}{string.digits}{string.punctuation} \ufffd"
_NO_SIGN = frozenset({"(", "(?:", ")", "^", "$", "+"})
_OPTIONAL = frozenset({"?", "*"})
_COUNT = re.compile(r"\{([0-9]*),?[0-9]*\}")


def samples(pattern: Pattern[str]) -> tuple[str, ...]:
    """A text for each way through its alternatives, at most twenty; each of them does match.

    Optional parts are left out, repeated ones stand as often as they must. Where no text
    made so matches, there is none.
    """
    ways = _ways(pattern.pattern)
    made = ("".join(_signs(way)) for way, _ in zip(ways, range(_MOST), strict=False))
    return tuple(dict.fromkeys(text for text in made if text and pattern.fullmatch(text)))


def _ways(pattern: str) -> Iterator[str]:
    """The pattern with one alternative of each group in its place, in every way."""
    chosen = next((group for group in groups(pattern) if group.bars), None)
    if chosen is None:
        yield pattern
        return
    for start, end in chosen.alternatives:
        yield from _ways(pattern[: chosen.begins] + pattern[start:end] + pattern[chosen.ends :])


def _signs(pattern: str) -> list[str]:
    """The signs of a text for a pattern without alternatives."""
    found: list[str] = []
    for each in TOKEN.findall(pattern):
        if each in _OPTIONAL and found:
            found.pop()
        elif (count := _COUNT.fullmatch(each)) and found:
            found.append(found.pop() * int(count[1] or 0))
        elif each not in _NO_SIGN:
            found.append(next((sign for sign in (each, *_SIGNS) if _matches(each, sign)), ""))
    return found


def _matches(token: str, sign: str) -> bool:
    return len(sign) == 1 and re.fullmatch(token, sign, re.IGNORECASE) is not None
