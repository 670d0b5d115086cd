"""Reads the fields of a request and notes everything that is wrong with them.

A request is refused with all its faults at once, each with its path
(`requests[3].context.purpose`). What stands in for a faulty value never leaves this pass:
`read` raises after it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from gate.errors import Malformed
from gate.model import Identifier, IdentifierType
from gate.rpc.convert_time import EPOCH, time_from_message
from gate.rpc.words import WordTable

LONGEST_TEXT = 500
"""In characters; a key of an index in PostgreSQL holds about 2,700 bytes at most."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""C0, DEL, C1, line separators, and what turns the direction of reading around."""

E = TypeVar("E", bound=Enum)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One fault of a request; `field` is its path, or empty where it is no single field."""

    field: str
    description: str

    def __str__(self) -> str:
        return f"`{self.field}` {self.description}" if self.field else self.description


class InvalidMessage(Malformed):
    """A message whose fields are not what they should be, with every fault found."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(str(violation) for violation in violations))
        self.violations = violations


class Reading:
    """One pass over a message or a part of it; faults go to a list that all parts share."""

    def __init__(self, path: str, violations: list[Violation]) -> None:
        self._path = path
        self._violations = violations

    def part(self, name: str, index: int | None = None) -> "Reading":
        """Return the reading of a field, or of one item of a repeated field."""
        path = f"{self._path}{name}" if index is None else f"{self._path}{name}[{index}]"
        return Reading(f"{path}.", self._violations)

    def fault(self, name: str, description: str) -> None:
        """Note a fault of the field with this name."""
        self._violations.append(Violation(field=f"{self._path}{name}", description=description))

    def text(self, name: str, value: str, *, required: bool = False) -> str:
        """Read a line of text: it has an end, and nothing in it moves a terminal's cursor."""
        if required and not value:
            self.fault(name, "is missing")
        if len(value) > LONGEST_TEXT:
            self.fault(name, f"has {len(value)} characters; {LONGEST_TEXT} are the most")
        elif _CONTROL.search(value):
            self.fault(name, "has control characters: write one line of plain text")
        return value

    def digest(self, name: str, value: bytes) -> bytes:
        """Read a SHA-256, or nothing."""
        if len(value) not in {0, sha256().digest_size}:
            self.fault(name, f"has {len(value)} bytes: a SHA-256 has 32")
        return value

    def word(self, name: str, number: int, table: WordTable[E, Any]) -> E:
        """Read an enum value; proto3 enums are open, so any number may come."""
        member = table.member(number)
        if member is not None:
            return member
        self.fault(name, "is missing" if number == 0 else f"has the unknown number {number}")
        return table.any_member

    def time(self, name: str, stamp: Timestamp | None) -> datetime:
        """Read a moment, cut to microseconds; None is a missing one."""
        if stamp is None:
            self.fault(name, "is missing")
            return EPOCH
        try:
            return time_from_message(stamp)
        except Malformed as error:
            self.fault(name, str(error))
            return EPOCH

    def identifier(self, name: str, type_: IdentifierType, value: str) -> Identifier:
        """Read a DNS name or an address as evidence records it."""
        faults = len(self._violations)
        self.text(name, value, required=True)
        if len(self._violations) == faults:
            try:
                return Identifier.parse(type_, value)
            except Malformed as error:
                self.fault(name, f"is no identifier: {error}")
        return Identifier(type_, "")


def read(reader: Callable[[Reading], T]) -> T:
    """Run one pass; raises InvalidMessage with everything that it found wrong."""
    violations: list[Violation] = []
    value = reader(Reading("", violations))
    if violations:
        raise InvalidMessage(*violations)
    return value
