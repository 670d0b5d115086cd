"""How the policy that judges came to do so, and what was refused since."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from gate.errors import ConfigError, GateError
from gate.model import PolicyRef

_TOLD = 3

_log = logging.getLogger(__name__)


class Standing:
    """What operators hear of the policy: one thread writes it, others read.

    `activated_at` is when the active policy became that, `refusals` counts what was refused since
    the start, and `trouble` says what is wrong in the policy's folder; empty where nothing is.
    """

    def __init__(self) -> None:
        self.activated_at: datetime | None = None
        self.refusals = 0
        self.trouble = ""

    def troubles(self) -> Mapping[str, str]:
        """The trouble by its part, as health tells it; none while all is well."""
        return {"policy": self.trouble} if self.trouble else {}

    def activated(self, ref: PolicyRef, at: datetime) -> None:
        """Note that this policy judges since then."""
        self.activated_at = at
        _log.info("policy `%s` version %d is active", ref.name, ref.version)

    def refused(self, error: GateError, stays: PolicyRef) -> None:
        """Note why what is in the folder may not judge; the same reason twice is told once."""
        problems = error.problems if isinstance(error, ConfigError) else (str(error),)
        told = in_short(problems)
        trouble = f"the folder is refused, version {stays.version} stays active: {told}"
        if trouble == self.trouble:
            return
        self.refusals += 1
        self.trouble = trouble
        _log.error("degraded: %s", trouble)

    def mended(self) -> None:
        """Note that the folder holds the active policy."""
        if self.trouble:
            self.trouble = ""
            _log.info("no longer degraded: the folder holds the active policy")


def in_short(problems: Sequence[str]) -> str:
    """The first few problems, and how many more there are."""
    more = len(problems) - _TOLD
    return "; ".join((*problems[:_TOLD], *((f"and {more} more",) if more > 0 else ())))
