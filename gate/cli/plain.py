"""Values as JSON tells them: times in RFC 3339, digests in hex, words as policies spell them."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any

from gate.model import Identifier


def plain(value: Any) -> Any:
    """The value in dicts, lists, texts and numbers.

    An identifier is its text alone: an address cannot be taken for a name.
    """
    for type_, spell in _SPELLINGS:
        if isinstance(value, type_):
            return spell(value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return plain_fields(value) if is_dataclass(value) else value


def plain_fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass by their names."""
    return {each.name: plain(getattr(value, each.name)) for each in fields(value)}


def rfc3339(moment: datetime) -> str:
    """A moment in UTC, with as much of a second as there is."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


_SPELLINGS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Identifier, lambda identifier: identifier.value),
    (bytes, bytes.hex),
    (datetime, rfc3339),
    (IntEnum, lambda member: member.name.lower()),
    (Enum, lambda member: member.value),
    (Path, str),
)
"""How single values are written; the first type that fits."""
