"""Pieces of the English in which policies are explained and compared."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, time, timedelta
from typing import TypeVar

from gate.baseline import EARLIEST
from gate.model import IdentifierType
from gate.policy.quoting import quoted
from gate.policy.schedule import Schedule

T_ = TypeVar("T_")

TYPE_NAMES = {IdentifierType.DNS: "DNS name", IdentifierType.IP: "IP address"}

_MOST = 10


def date_of(moment: datetime) -> str:
    """A moment as policies write it: the bare date where it is midnight in UTC."""
    at_midnight = moment.time() == time()
    return f"{moment:%Y-%m-%d}" if at_midnight else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def enumerated(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`; `nothing` where there are no words."""
    each = list(words)
    if len(each) < 2:  # noqa: PLR2004 - one word needs no joining
        return each[0] if each else "nothing"
    return f"{', '.join(each[:-1])} {last} {each[-1]}"


def some(words: Collection[str]) -> str:
    """The first ten of the words in backticks, and how many more there are."""
    shown = [quoted(word) for word in sorted(words)[:_MOST]]
    return enumerated([*shown, f"{len(words) - _MOST} more"] if len(words) > _MOST else shown)


def counted(number: int, word: str) -> str:
    """`1 name`, `2 names`, `3 prefixes`."""
    ending = "" if number == 1 else "es" if word.endswith("x") else "s"
    return f"{number} {word}{ending}"


def length_of(length: timedelta) -> str:
    """A length of time in the largest unit that divides it."""
    for unit, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour")):
        if not length % unit:
            return counted(length // unit, word)
    return counted(length // timedelta(seconds=1), "second")


def types_of(types: Collection[IdentifierType], last: str = "and") -> str:
    """The types of identifier in words: `DNS name and IP address`."""
    return enumerated([TYPE_NAMES[type_] for type_ in IdentifierType if type_ in types], last)


def sentence(clause: str) -> str:
    """The clause with a capital and a full stop."""
    return f"{clause[:1].upper()}{clause[1:]}."


def by_date(schedule: Schedule[T_], clause: Callable[[T_], str]) -> str:
    """One sentence for each step of a schedule, with the date from which it holds."""
    sentences = (
        sentence(f"{since(step.start)}{clause(step.value)}") for _, step, _ in schedule.spans()
    )
    return " ".join(sentences)


def since(moment: datetime) -> str:
    """`from 2027-03-15, ` before a clause; nothing for what always held."""
    return "" if moment == EARLIEST else f"from {date_of(moment)}, "
