"""A thread that looks at the policy's folder, and brings what is new there into use."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

from gate.errors import GateError, Unavailable
from gate.rollout.rollout import Rollout
from gate.rollout.settling import Files, Settling
from gate.rollout.standing import Standing
from gate.service import Gate

AGAIN = timedelta(minutes=5)
"""After so long a policy that was refused is tried again: what stood against it may be gone."""

_log = logging.getLogger(__name__)


class PolicyWatch:
    """Looks at the folder every `interval`; whatever it finds, the active policy goes on judging.

    `active` are the files of the policy that judges at the start.
    """

    def __init__(
        self,
        *,
        settling: Settling,
        rollout: Rollout,
        gate: Gate,
        standing: Standing,
        interval: timedelta,
        active: Files,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settling = settling
        self._rollout = rollout
        self._gate = gate
        self._standing = standing
        self._interval = interval.total_seconds()
        self._active: Files | None = active
        self._refused: Files | None = None
        self._refused_at = 0.0
        self._seconds = seconds
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="gate-policy", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and end what was begun."""
        self._stopping.set()
        self._rollout.cancel()
        self._thread.join()

    def look(self) -> None:
        """Look once, and bring a new policy into use or say why not."""
        files: Files | None = None
        try:
            files = self._settling.look()
            if files is not None and not self._is_known(files):
                self._activate(files)
        except GateError as error:
            self._refuse(files, error)
        except Exception as error:  # noqa: BLE001 - the active policy goes on judging
            _log.exception("the policy's folder could not be looked at")
            self._refuse(files, Unavailable(f"a fault of the gate: {type(error).__name__}"))

    def _is_known(self, files: Files) -> bool:
        """Whether there is nothing to do: these judge already, or were refused not long ago."""
        if files == self._active:
            self._refused = None
            self._standing.mended()
            return True
        due = self._refused_at + AGAIN.total_seconds()
        return files == self._refused and self._seconds() < due

    def _activate(self, files: Files) -> None:
        # Until it is known how this ends, no files are known to be those of the active policy.
        self._active = None
        _log.info("a new policy is in the folder, and is being tried out")
        admitted = self._rollout.admit(files)
        if admitted.policy.ref != self._gate.policy:
            self._gate.activate(admitted.policy)
            self._standing.activated(admitted.policy.ref, admitted.at)
        self._active, self._refused = files, None
        self._standing.mended()

    def _refuse(self, files: Files | None, error: GateError) -> None:
        if self._stopping.is_set():
            return
        if files is not None:
            self._refused, self._refused_at = files, self._seconds()
        self._standing.refused(error, self._gate.policy)

    def _watch(self) -> None:
        while not self._stopping.wait(self._interval):
            self.look()
