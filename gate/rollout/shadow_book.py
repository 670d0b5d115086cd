"""What is counted of a candidate: kept until it is recorded, and summed up from the log."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from gate.errors import Refused, Unavailable
from gate.model import PolicyRef
from gate.ports import LogStorage, StoredEntry
from gate.record import (
    DecisionLog,
    ShadowCounts,
    ShadowDocument,
    open_shadow,
    read_leaf,
    shadow_entries,
    shadow_entry,
)
from gate.record.shadows import counts_told, digests_told

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A candidate, and the policy beside which it was judged."""

    active: PolicyRef
    candidate: PolicyRef


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and since when."""

    since: datetime
    counts: ShadowCounts = ShadowCounts()  # noqa: RUF009 - a value that never changes

    def __add__(self, later: "Counted") -> "Counted":
        """Both."""
        return Counted(min(self.since, later.since), self.counts + later.counts)


class ShadowBook:
    """Counts by pair; `in_all` is what this process has counted since its start.

    One thread counts and writes, any may ask for the sums.
    """

    def __init__(
        self,
        *,
        storage: LogStorage,
        log: DecisionLog,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        new_salt: Callable[[], bytes],
    ) -> None:
        self.in_all = ShadowCounts()
        self._storage = storage
        self._log = log
        self._clock = clock
        self._new_id = new_id
        self._new_salt = new_salt
        self._lock = Lock()
        self._pair: Pair | None = None
        self._waiting: dict[Pair, Counted] = {}
        self._recorded: dict[tuple[bytes, bytes], Counted] = {}
        self._read_to: dict[bytes, int] = {}

    def turn_to(self, pair: Pair) -> None:
        """From now on this is the pair that is judged; what was counted before is written."""
        if pair == self._pair:
            return
        if self._pair is not None:
            self.write()
        with self._lock:
            self._pair = pair
            self._waiting.setdefault(pair, Counted(self._clock()))

    def count(self, pair: Pair, counts: ShadowCounts) -> None:
        """Add to what was counted of a pair."""
        with self._lock:
            self.in_all += counts
            before = self._waiting.get(pair) or Counted(self._clock())
            self._waiting[pair] = Counted(before.since, before.counts + counts)

    def write(self) -> None:
        """Record what was counted and is not recorded yet; what the log refuses is kept."""
        with self._lock:
            until = self._clock()
            entries = [
                shadow_entry(
                    entry_id=self._new_id(),
                    document=ShadowDocument(
                        candidate=pair.candidate,
                        active=pair.active,
                        since=min(counted.since, until),
                        until=until,
                        counts=counted.counts,
                    ),
                    salt=self._new_salt(),
                )
                for pair, counted in self._waiting.items()
                if counted.counts
            ]
            if not entries:
                return
            try:
                self._log.append(entries)
            except Unavailable as error:
                _log.warning("what was counted of a candidate is not recorded yet: %s", error)
                return
            self._waiting = {} if self._pair is None else {self._pair: Counted(until)}

    def total(self, pair: Pair) -> Counted | None:
        """All that was ever counted of a pair, None where it was never judged.

        Raises Tampered where an entry is not the one that the log has.
        """
        with self._lock:
            digest = pair.candidate.digest
            self._take(shadow_entries(self._storage, digest, after=self._read_to.get(digest, -1)))
            recorded = self._recorded.get((pair.active.digest, digest))
            waiting = self._waiting.get(pair)
        if recorded is None or waiting is None:
            return recorded or waiting
        return recorded + waiting

    def _take(self, entries: Iterable[StoredEntry]) -> None:
        for entry in entries:
            self._log.attest(entry)
            leaf = read_leaf(entry.leaf)
            active, candidate = digests_told(leaf)
            try:
                document = open_shadow(entry)
                found = Counted(document.since, document.counts)
            except Refused:
                # It has been erased: what the leaf says is left.
                found = Counted(*counts_told(leaf))
            before = self._recorded.get((active, candidate))
            self._recorded[active, candidate] = found if before is None else before + found
            self._read_to[candidate] = entry.index
