"""The gate's clock: never goes back, and says when it is not to be trusted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

TOLERANCE = timedelta(seconds=1)
"""How far the machine's clock may step; less than that is smoothed over."""

SETTLING = timedelta(seconds=60)
"""How long after a step the clock stays in doubt."""

DRIFT = timedelta(seconds=5)
"""How far many small steps may add up to, beyond the drift that slewing explains."""

DRIFT_RATE = 0.001
"""Seconds of drift for each second since the last step; NTP slews by 0.0005 at most."""

FAR = timedelta(days=30)
"""A step ahead by more never settles: entries with such a time would outlast it in the log."""

_BRACKET = 0.1
_READINGS = 5


class SteadyClock:
    """Tells the time by the machine's clock, and notices where that was set.

    `wall` is the machine's clock, `steady` counts seconds and cannot be set, `newest` is the
    time that the log has reached. Calling it gives the time, never less than was given
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
        self._seen, _ = self._read()
        self._anchor = self._seen
        self._given = max(newest, self._seen[0]) if newest else self._seen[0]
        self._given_at = self._settled_at = self._seen[1]
        self._stepped = timedelta()

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
        (wall, steady), width = self._read()
        if width > _BRACKET:
            return "the clock could not be read without a pause: the machine is too busy"
        # 1. Did the clock move on as far as time did?
        self._notice_step(wall, steady)
        if steady < self._settled_at:
            seconds = self._stepped.total_seconds()
            return f"the clock was set by {seconds:+.1f} s: nothing is released until it settles"
        # 2. Time in the log never goes back, and a leap is for a person to judge.
        behind = self._given - wall
        if behind > TOLERANCE:
            return (
                f"the clock is {behind.total_seconds():.1f} s behind the newest time in the log: "
                "set it right, or wait, or start the gate with `--accept-clock`"
            )
        leap = -behind - timedelta(seconds=steady - self._given_at)
        if leap > FAR:
            return (
                f"the clock was set ahead by {leap.days} days: set it right, or start the gate "
                "with `--accept-clock`"
            )
        self._given, self._given_at = max(self._given, wall), steady
        return ""

    def _notice_step(self, wall: datetime, steady: float) -> None:
        """Note one step, or what many small ones since the last add up to."""
        stepped = _moved(self._seen, wall, steady)
        drifted = _moved(self._anchor, wall, steady)
        self._seen = wall, steady
        explained = timedelta(seconds=DRIFT_RATE * (steady - self._anchor[1]))
        small = abs(stepped) <= TOLERANCE
        if small and abs(drifted) <= DRIFT + explained:
            return
        self._stepped = drifted if small else stepped
        self._settled_at = steady + SETTLING.total_seconds()
        self._anchor = self._seen

    def _read(self) -> tuple[tuple[datetime, float], float]:
        """Both clocks at one moment, and for how many seconds that moment lasted.

        A pause between the two would look like a step, so a reading that took long is
        taken again, and the shortest counts.
        """
        found: list[tuple[float, datetime, float]] = []
        for _ in range(_READINGS):
            before, wall, after = self._steady(), self._wall(), self._steady()
            found.append((after - before, wall, before))
            if after - before <= _BRACKET:
                break
        width, wall, steady = min(found)
        return (wall, steady), width


def _moved(since: tuple[datetime, float], wall: datetime, steady: float) -> timedelta:
    """How much further the clock moved on than time did."""
    return (wall - since[0]) - timedelta(seconds=steady - since[1])
