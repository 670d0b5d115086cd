"""The proofs that releases went out with, for as long as these live."""

from datetime import datetime
from threading import Lock

MOST_KEPT = 10_000
"""In number; a proof has about two kilobytes."""


class RecentProofs:
    """Sees to it that a release has one proof, however often and on whatever thread it is given.

    An entry can be proven under any later checkpoint of its log, and each of these proofs is
    as good; but a repeat within a release's life is answered with the same bytes. After a
    restart, or beyond the ten thousand newest, a repeat has the same token and a newer proof.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[datetime, str]] = {}

    def settle(self, decision_id: str, proof: str, *, until: datetime, now: datetime) -> str:
        """The proof that this decision's release went out with, or this one if it is the first."""
        with self._lock:
            _, settled = self._kept.setdefault(decision_id, (until, proof))
            self._forget(now)
        return settled

    def _forget(self, now: datetime) -> None:
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) <= MOST_KEPT and self._kept[oldest][0] > now:
                return
            del self._kept[oldest]
