"""What a new version of something allows, measured against the old one."""

from collections.abc import Iterable
from enum import StrEnum


class Change(StrEnum):
    """How a new version differs: every case judged alike, or fewer released, or more, or both."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    UNCLEAR = "unclear"


def combined(changes: Iterable[Change]) -> Change:
    """All of these changes together: stricter here and looser there is unclear."""
    found = set(changes) - {Change.SAME}
    if not found:
        return Change.SAME
    return found.pop() if len(found) == 1 else Change.UNCLEAR
