"""Linters as slow as a test wants them, which count what goes on in them."""

import time
from threading import Event, Lock

from gate.model import LinterReport
from tests.rpc.served import Served, TinyLinters


class HeldLinters(TinyLinters):
    """Linters that hold every certificate until `go_on` is set."""

    def __init__(self, served: Served, begun: int = 1) -> None:
        super().__init__()
        self.go_on, self.full = Event(), Event()
        self._wanted, self._lock = begun, Lock()
        self.begun = 0
        served.gate._linters = self

    def lint(self, *given: object) -> tuple[LinterReport, ...]:
        with self._lock:
            self.begun += 1
            if self.begun >= self._wanted:
                self.full.set()
        assert self.go_on.wait(30)
        return ()


class SlowLinters(TinyLinters):
    """Linters that take `seconds` for each certificate, and know how many they had at once."""

    def __init__(self, served: Served, seconds: float) -> None:
        super().__init__()
        self._seconds, self._lock = seconds, Lock()
        self._now = self.most = self.ended = 0
        served.gate._linters = self

    def lint(self, *given: object) -> tuple[LinterReport, ...]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(self._seconds)
        with self._lock:
            self._now -= 1
            self.ended += 1
        return ()
