"""How many calls are taken at once: in all, and from one caller."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from threading import Lock

from gate.errors import Overloaded


class Limit(StrEnum):
    """Which limit a refused call ran into."""

    CALLER = "caller"
    SERVER = "server"
    LOG = "log"
    LINT = "lint"


class Shed(Overloaded):
    """A call that was refused at once, because too many are under way already."""

    def __init__(self, message: str, *, limit: Limit = Limit.SERVER) -> None:
        super().__init__(message)
        self.limit = limit


class Admission:
    """Lets `calls` run at once, and `per_caller` of one caller; what is beyond is shed.

    Nobody waits here: a call that is let in runs, and one that is not is answered at once.
    """

    def __init__(self, *, calls: int, per_caller: int) -> None:
        self._calls = calls
        self._per_caller = per_caller
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()
        self._all = 0

    @property
    def under_way(self) -> int:
        """How many calls run now."""
        return self._all

    @contextmanager
    def admit(self, caller: str) -> Iterator[None]:
        """Hold a place for one call of this caller; raises Shed where there is none."""
        self.enter(caller)
        try:
            yield
        finally:
            self.leave(caller)

    def enter(self, caller: str) -> None:
        """Take a place, to be given back by `leave`; raises Shed where there is none."""
        with self._lock:
            if self._under_way[caller] >= self._per_caller:
                raise Shed(
                    f"`{caller}` has {self._per_caller} calls under way, which is the limit for "
                    "one caller: ask again when one has ended",
                    limit=Limit.CALLER,
                )
            if self._all >= self._calls:
                raise Shed(f"{self._calls} calls are under way, which is the limit: ask again")
            self._under_way[caller] += 1
            self._all += 1

    def leave(self, caller: str) -> None:
        """Give the place of one call back."""
        with self._lock:
            self._all -= 1
            self._under_way[caller] -= 1
            # Callers come and go, and the table must not grow with them.
            if not self._under_way[caller]:
                del self._under_way[caller]
