"""Whether the clock may be trusted at the start, held against the log and a person's word."""

from datetime import datetime, timedelta

from gate.errors import ConfigError, Malformed, Tampered
from gate.ports import LogStorage
from gate.record import read_leaf
from gate.service import FAR, TOLERANCE

STATED_WITHIN = timedelta(minutes=5)
"""How far the time that a person states may lie from the machine's clock."""


def check_clock(
    storage: LogStorage, present: datetime, accepted: datetime | None
) -> datetime | None:
    """The time that the log has reached and the gate must not go behind; None for none.

    `accepted` is the present time as a person states it: then the log's own times do not
    count. Raises ConfigError where the clock disagrees with that statement, lies behind the
    log's last entry, or more than 30 days ahead of it; Tampered where that entry is missing or
    does not read. A log without an entry takes any clock.
    """
    if accepted is not None:
        if abs(present - accepted) > STATED_WITHIN:
            raise ConfigError(
                f"--accept-clock says {_shown(accepted)}, the machine's clock {_shown(present)}: "
                "set the clock right, or state the present time to within 5 minutes"
            )
        return None
    reached = _last_time(storage)
    if reached is None:
        return None
    if reached - present > TOLERANCE:
        raise ConfigError(_disagree(present, reached, "behind it"))
    if present - reached > FAR:
        raise ConfigError(_disagree(present, reached, f"more than {FAR.days} days ahead of it"))
    return reached


def _last_time(storage: LogStorage) -> datetime | None:
    """The time of the last entry, which opening the log holds against the signed checkpoint.

    Not the newest time of all: that one stays in the future after a start with a wrong clock,
    and each start after the recovery would be refused.
    """
    state = storage.state()
    if state is None:
        return None
    entry = storage.entry(state.size - 1)
    if entry is None:
        raise Tampered(f"entry {state.size - 1}, the last, is not there: run `gate log verify`")
    try:
        return read_leaf(entry.leaf).at
    except Malformed as error:
        raise Tampered(f"entry {state.size - 1}, the last, does not read: {error}") from error


def _disagree(present: datetime, reached: datetime, where: str) -> str:
    return (
        f"the machine's clock says {_shown(present)}, the log's last entry {_shown(reached)}: "
        f"the clock is {where}; set it right, and where it is right, state the present time: "
        f"`gate serve --accept-clock {_shown(present)}`"
    )


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
