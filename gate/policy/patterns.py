"""Regular expressions that policy authors write, kept to what always ends soon.

Python's engine tries every way to match. The ways are therefore bounded before a pattern
is accepted, and so is the text it is used on.
"""

import math
import re
from re import Pattern

from gate.errors import Malformed

LONGEST_TEXT = 256
"""Texts longer than this are not searched; X.520's upper bounds lie below it."""

_LONGEST_PATTERN = 200
_MOST_WAYS = 100_000
_MANY = LONGEST_TEXT
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_SET_OPERATION = re.compile(r"\[|--|&&|~~|\|\|")


def compiled(pattern: str, *, anywhere: bool) -> Pattern[str]:
    """The pattern, ready to use on folded text, without regard to case.

    Raises Malformed for what is not a regular expression, and for what could take long:
    repeated groups, references back, look-around, and more repetitions or alternatives
    than leave a hundred thousand ways to match. `anywhere` patterns may begin at each place.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise Malformed(f"longer than {_LONGEST_PATTERN} characters: write several patterns")
    bare = _outline(pattern)
    if re.search(r"\(\?|\\[0-9]", bare):
        raise Malformed("look-around, flags, named groups and references back are not allowed")
    if re.search(r"\)[*+?{]", bare):
        raise Malformed("a group must not be repeated: write several patterns")
    if _ways(bare) * (_MANY if anywhere else 1) > _MOST_WAYS:
        raise Malformed("too many `*`, `+`, `?` or `|` together: write several patterns")
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise Malformed(f"not a regular expression: {error}") from None


def _outline(pattern: str) -> str:
    """The pattern with a letter for each escaped sign and class, and `(` for every group.

    An escaped digit stays: it refers back to a group.
    """
    for token in _ESCAPE_OR_CLASS.findall(pattern):
        if _SET_OPERATION.search(re.sub(r"\\.", "", token[1:-1])):
            raise Malformed("within `[ ]`, write `\\[` for a bracket, and no sign twice")
    lettered = _ESCAPE_OR_CLASS.sub(lambda found: _letter(found[0]), pattern)
    if "[" in lettered:
        raise Malformed("not a regular expression: a `[` has no `]`")
    return lettered.replace("(?:", "(")


def _letter(token: str) -> str:
    return token if token[1:].isdigit() else "x"


def _ways(bare: str) -> int:
    """At most how many ways there are to match a text of the greatest length."""
    ways = math.prod([_MANY] * len(re.findall(r"[*+]", bare)) + [2] * bare.count("?"))
    for least, comma, most in _COUNT.findall(bare):
        if comma:
            ways *= max(min(int(most or _MANY), _MANY) - min(int(least or 0), _MANY) + 1, 1)
    return ways * (bare.count("|") + 1)
