"""What differs between two versions of something, in words, and which way each thing goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from gate.policy.change import Change
from gate.policy.schedule import Schedule
from gate.policy.sentences import length_of, since, some

T_ = TypeVar("T_")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is no longer as it was; SAME where it is told and changes no verdict."""

    change: Change
    text: str


def opposite(change: Change) -> Change:
    """The change seen from the other side: what is stricter one way is looser the other."""
    swapped = {Change.STRICTER: Change.LOOSER, Change.LOOSER: Change.STRICTER}
    return swapped.get(change, change)


def between_sets(
    new: frozenset[str], old: frozenset[str], what: str, *, added: Change
) -> Iterator[Difference]:
    """What came to a set and what left it; `added` says which way an entry more goes."""
    if more := new - old:
        yield Difference(added, f"{what} added: {some(more)}")
    if fewer := old - new:
        yield Difference(opposite(added), f"{what} removed: {some(fewer)}")


def between_coverings(
    names: tuple[frozenset[str], frozenset[str]], what: str, *, stricter: bool, looser: bool
) -> Iterator[Difference]:
    """What came to block lists and what left them, where an entry may cover others.

    `names` are the new entries and the old. `stricter`: something is blocked that was not;
    `looser`: something is no longer. An entry that another one covers changes nothing.
    """
    new, old = names
    if more := new - old:
        yield Difference(
            Change.STRICTER if stricter else Change.SAME, f"{what} added: {some(more)}"
        )
    if fewer := old - new:
        change = Change.LOOSER if looser else Change.SAME
        yield Difference(change, f"{what} removed: {some(fewer)}")


def between_limits(
    new: Schedule[timedelta], old: Schedule[timedelta], what: str
) -> Iterator[Difference]:
    """Where an upper limit changes, on which days: longer is looser.

    Before its first step a schedule has no value, and nothing passes.
    """
    for start, is_now, was in paired(new, old):
        if is_now != was:
            longer = was is None or (is_now is not None and is_now > was)
            text = f"{since(start)}{what} {_limit(is_now)}, it was {_limit(was)}"
            yield Difference(Change.LOOSER if longer else Change.STRICTER, text)


def between_lengths(new: timedelta, old: timedelta, what: str) -> Iterator[Difference]:
    """An upper limit that goes by no date."""
    yield from between_limits(Schedule.constant(new), Schedule.constant(old), what)


def paired(new: Schedule[T_], old: Schedule[T_]) -> Iterator[tuple[datetime, T_ | None, T_ | None]]:
    """Both values from each moment at which either changes; None before a first step."""
    starts = {step.start for step in (*new.steps, *old.steps)}
    before: tuple[T_ | None, T_ | None] = (None, None)
    for start in sorted(starts):
        values = new.at(start), old.at(start)
        if values != before:
            yield start, *values
        before = values


def _limit(length: timedelta | None) -> str:
    return "nothing, so that nothing passes" if length is None else length_of(length)
