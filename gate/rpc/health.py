"""Health as grpc.health.v1 tells it: SERVING only while the gate could release."""

import logging
from collections.abc import Sequence
from threading import Event, Thread

from grpc_health.v1.health import OVERALL_HEALTH, HealthServicer
from grpc_health.v1.health_pb2 import HealthCheckResponse

from gate.service import Gate

INTERVAL = 1.0
"""In seconds."""

_log = logging.getLogger(__name__)


class HealthWatch:
    """Looks at the gate once a second and tells the health service what it saw."""

    def __init__(self, *, gate: Gate, tampered: Event, services: Sequence[str]) -> None:
        self.servicer = HealthServicer()
        self._gate = gate
        self._tampered = tampered
        self._services = (OVERALL_HEALTH, *services)
        self._said: bool | None = None
        self._stopped = Event()
        self._thread = Thread(target=self._watch, name="gate-health", daemon=True)

    def start(self) -> None:
        """Look once, so that the first answer is true, and then regularly."""
        self._look()
        self._thread.start()

    def stop(self) -> None:
        """Say NOT_SERVING from now on, whatever the gate says."""
        self._stopped.set()
        self._thread.join()
        self.servicer.enter_graceful_shutdown()

    def _watch(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        serving = self._serving()
        # Saying it again would wake every client that watches.
        if serving is self._said:
            return
        status = HealthCheckResponse.SERVING if serving else HealthCheckResponse.NOT_SERVING
        for service in self._services:
            self.servicer.set(service, status)
        self._said = serving

    def _serving(self) -> bool:
        try:
            return self._gate.healthy and not self._tampered.is_set()
        except Exception:  # noqa: BLE001 - a gate that cannot say how it is, is not well
            _log.exception("the gate's health is unknown: NOT_SERVING")
            return False
