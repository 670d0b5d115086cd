"""Health as grpc.health.v1 tells it: SERVING only while the gate could release."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Condition, Thread

from grpc_health.v1.health_pb2 import HealthCheckResponse

INTERVAL = 1.0
"""In seconds."""

WHOLE_SERVER = ""
"""What grpc.health.v1 calls all services together."""

STOPPING = {"stopping": "the gate is being stopped"}

_log = logging.getLogger(__name__)


class HealthWatch:
    """Looks at the gate once a second, and tells whoever asks or waits what it saw.

    `look` gives the parts that are in trouble, each with a sentence that says how; with
    none the gate is SERVING. A change is logged with its reasons.

    The servicer of grpcio-health-checking is not used: it sends to those who watch while it
    holds a lock that their going away needs too, and one of them could stop the server.
    """

    def __init__(self, look: Callable[[], Mapping[str, str]], services: Sequence[str]) -> None:
        self._look = look
        self._services = frozenset((WHOLE_SERVER, *services))
        self._changed = Condition()
        self._said: Mapping[str, str] | None = None
        self._stopped = False
        self._thread = Thread(target=self._watch, name="gate-health", daemon=True)

    def start(self) -> None:
        """Look once, so that the first answer is true, and then regularly."""
        self._tell()
        self._thread.start()

    def stop(self) -> None:
        """Say NOT_SERVING from now on, whatever the gate says."""
        with self._changed:
            self._stopped, self._said = True, STOPPING
            self._changed.notify_all()
        self._thread.join()

    def troubles(self) -> Mapping[str, str]:
        """What is the matter at this moment, by part; empty where nothing is."""
        if self._stopped:
            return STOPPING
        try:
            return self._look()
        except Exception:  # noqa: BLE001 - a gate that cannot say how it is, is not well
            if self._said is None or "unknown" not in self._said:
                _log.exception("the gate's health is unknown")
            return {"unknown": "the gate cannot say how it is"}

    def status(self, service: str) -> HealthCheckResponse.ServingStatus:
        """What was last seen, for one of the services or for the whole server."""
        if service not in self._services:
            return HealthCheckResponse.SERVICE_UNKNOWN
        return HealthCheckResponse.NOT_SERVING if self._said else HealthCheckResponse.SERVING

    def statuses(
        self, service: str, wanted: Callable[[], bool]
    ) -> Iterator[HealthCheckResponse.ServingStatus]:
        """The status now and at each change, as long as it is wanted and the gate runs."""
        told = None
        while True:
            with self._changed:
                if (status := self.status(service)) == told:
                    if self._stopped or not wanted():
                        return
                    self._changed.wait(INTERVAL)
                    continue
            told = status
            yield status

    def _watch(self) -> None:
        while not self._stopped:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped, INTERVAL)
            self._tell()

    def _tell(self) -> None:
        found = self.troubles()
        with self._changed:
            if self._stopped:
                return
            before, self._said = self._said, found
            # Saying it again would fill the log.
            if before is not None and found.keys() == before.keys():
                return
            self._changed.notify_all()
        if found:
            _log.error("NOT_SERVING: %s", "; ".join(found.values()))
        else:
            _log.info("SERVING")
