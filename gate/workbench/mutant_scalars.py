"""What else might stand where a scalar of a policy stands: a word, number or date beside it."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from gate.model import Mode, Severity
from gate.policy.overrides import TREATMENTS
from gate.policy.scalars import words_of
from gate.workbench.grammar import Grammar

_LADDERS = (tuple(words_of(Mode)), tuple(words_of(Severity)), tuple(TREATMENTS))
"""Closed words of which one is stronger than the next."""

_VERSION = re.compile(r"(?:~=|[=!<>]=?) *[0-9.]*?([0-9]+)(?![0-9.])")
_FLAGS = {"true": "false", "false": "true"}
_DATE = len("2027-03-15")


def scalar_changes(given: str, grammar: Grammar) -> Iterator[str]:
    """The words beside this one, the number or day before and after it, the other flag.

    Of words without an order, all others; of versions, each limit with its last number moved.
    """
    if grammar.is_flag:
        yield _FLAGS[given]
    elif grammar.is_whole:
        yield from _beside(int(given))
    elif grammar.is_date:
        yield from days_beside(given)
    elif grammar.words in _LADDERS:
        yield from _neighbours(given, grammar.words)
    elif grammar.words:
        yield from (word for word in grammar.words if word != given)
    else:
        yield from moved_numbers(given, _VERSION)


def moved_numbers(text: str, number: re.Pattern[str]) -> Iterator[str]:
    """The text with each number that the first group finds one lower and one higher."""
    for found in number.finditer(text):
        for other in _beside(int(found[1])):
            yield f"{text[: found.start(1)]}{other}{text[found.end(1) :]}"


def _beside(number: int) -> Iterator[str]:
    if number:
        yield str(number - 1)
    yield str(number + 1)


def days_beside(given: str) -> Iterator[str]:
    """The day before and the one after it, with the time of day that was written, if any."""
    day = date.fromisoformat(given[:_DATE])
    for other in (day - timedelta(days=1), day + timedelta(days=1)):
        yield f"{other.isoformat()}{given[_DATE:]}"


def _neighbours(given: str, words: Sequence[str]) -> Iterator[str]:
    for weaker, stronger in pairwise(words):
        if given in {weaker, stronger}:
            yield stronger if given == weaker else weaker
