"""Where time, ids and salts come from: the only place that asks the machine for them."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

SALT_LENGTH = 32


class Sources(TypedDict):
    """What every part needs that records something."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes]


def now() -> datetime:
    """The present moment, in UTC: the clock of every gate that serves."""
    return datetime.now(UTC)  # noqa: TID251 - this is the composition root


def seconds() -> float:
    """Seconds that nobody can set, counted while the machine is suspended too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def new_id() -> str:
    """A new id that sorts by the time it was made (UUIDv7, RFC 9562 §5.7)."""
    milliseconds = int(now().timestamp() * 1000)
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def new_salt() -> bytes:
    """A new salt for the commitment to a private document."""
    return secrets.token_bytes(SALT_LENGTH)
