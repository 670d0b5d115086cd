"""Approvals: what people sign who answer for an exception, a holder or a whole policy.

Signed with Ed25519 (RFC 8032) are these bytes: the text `gate policy approval 1`, one octet
zero, and an object as JSON without blanks, keys in alphabetical order, in UTF-8 with nothing
escaped that need not be. Its keys are `approved` (`exception`, `holder` or `policy`),
`policy` (the policy's name), `what` (every field of the thing approved, its approvals apart),
`by` and `at`. So a signature is good for one thing in one policy, by one person, as of one
moment; and whoever changes a letter of the thing voids it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gate.policy.folding import folded
from gate.policy.site import Person

NEEDED = 2
"""How many people must approve an exception or a holder."""

_CONTEXT = b"gate policy approval 1\x00"

Text: TypeAlias = str | int | list[str] | Mapping[str, "Text"]
"""What the fields of a thing that is approved can be."""


class Approved(StrEnum):
    """What an approval is of; one of the first can never pass for one of the second."""

    EXCEPTION = "exception"
    HOLDER = "holder"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody's signature: 64 bytes, made at a moment that they state themselves."""

    by: str
    at: datetime
    signature: bytes

    def holds(self, person: Person, text: bytes) -> bool:
        """Whether this person made the signature over this text."""
        try:
            Ed25519PublicKey.from_public_bytes(person.public_key).verify(self.signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvable:
    """Something that takes approvals: what it is, in which policy, and all its fields."""

    type: Approved
    policy: str
    fields: Mapping[str, Text]

    def text(self, *, by: str, at: datetime) -> bytes:
        """The bytes that this person signs at this moment."""
        stated = {
            "approved": self.type.value,
            "policy": self.policy,
            "what": self.fields,
            "by": by,
            "at": stated_time(at),
        }
        encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return _CONTEXT + encoder.encode(stated).encode()


def same_person(one: str, other: str) -> bool:
    """Whether two names are meant for one person, whatever their case and look-alike letters."""
    return folded(one) == folded(other)


def stated_time(moment: datetime) -> str:
    """A moment as approvals state it: in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
