"""The gate's clock: never goes back, and says when it is not to be trusted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

TOLERANCE = timedelta(seconds=1)
"""How far the machine's clock may step; less than that is smoothed over."""

SETTLING = timedelta(seconds=60)
"""How long after a step the clock stays in doubt."""


class SteadyClock:
    """Tells the time by the machine's clock, and notices where that was set.

    `wall` is the machine's clock, `steady` counts seconds and cannot be set, `newest` is the
    newest time that the log holds. Calling it gives the time, never less than was given
    before; while it is in doubt, the time stands still. Safe to use from many threads.
    """

    def __init__(
        self,
        wall: Callable[[], datetime],
        steady: Callable[[], float],
        newest: datetime | None = None,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._lock = Lock()
        self._seen = wall(), steady()
        self._given = max(newest, self._seen[0]) if newest else self._seen[0]
        self._stepped = timedelta()
        self._settled_at = self._seen[1]

    def __call__(self) -> datetime:
        """The time now, for entries and decisions."""
        with self._lock:
            self._look()
            return self._given

    def trouble(self) -> str:
        """Why nothing that rests on the time may be released now; empty where it may."""
        with self._lock:
            return self._look()

    def _look(self) -> str:
        # 1. Did the clock move on as far as time did? Slewing by NTP stays far below this.
        (wall, steady), (wall_before, steady_before) = (self._wall(), self._steady()), self._seen
        self._seen = wall, steady
        stepped = (wall - wall_before) - timedelta(seconds=steady - steady_before)
        if abs(stepped) > TOLERANCE:
            self._stepped = stepped
            self._settled_at = steady + SETTLING.total_seconds()
        if steady < self._settled_at:
            seconds = self._stepped.total_seconds()
            return f"the clock was set by {seconds:+.1f} s: nothing is released until it settles"
        # 2. Time in the log never goes back.
        behind = self._given - wall
        if behind > TOLERANCE:
            return (
                f"the clock is {behind.total_seconds():.1f} s behind the newest time in the log: "
                "set it right, or wait"
            )
        self._given = max(self._given, wall)
        return ""
