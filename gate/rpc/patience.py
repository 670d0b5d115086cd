"""How long a peer may take to say what it wants, while it holds one of the gate's threads."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Lock, Thread

import grpc

from gate.errors import Malformed
from gate.rpc.status import CallEnded

_INTERVAL = 0.5


class Patience:
    """Cancels calls that keep a thread waiting for longer than `limit`."""

    def __init__(self, limit: timedelta) -> None:
        self._limit = limit.total_seconds()
        self._lock = Lock()
        self._until: dict[grpc.ServicerContext, float] = {}
        self._stopped = Event()
        self._thread = Thread(target=self._watch, name="gate-patience", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        self._thread.join()

    @contextmanager
    def within(self, context: grpc.ServicerContext) -> Iterator[None]:
        """Cancel the call unless what is done here ends in time."""
        with self._lock:
            self._until[context] = time.monotonic() + self._limit
        try:
            yield
        finally:
            with self._lock:
                del self._until[context]

    def message(self, messages: Iterator[bytes], context: grpc.ServicerContext) -> bytes:
        """The one message of a call.

        Raises CallEnded where the call ends before the message came, Malformed where the
        peer sends none.
        """
        try:
            with self.within(context):
                data = next(messages)
        except grpc.RpcError:
            raise CallEnded("the call ended before its message had come") from None
        except StopIteration:
            if context.is_active():
                raise Malformed("the call brought no message") from None
            raise CallEnded("the call ended before its message had come") from None
        # A caller that has left hears no answer, and nothing is judged for it.
        if not context.is_active() or context.time_remaining() <= 0:
            raise CallEnded("the call's deadline passed before it was begun")
        return data

    def _watch(self) -> None:
        while not self._stopped.wait(_INTERVAL):
            now = time.monotonic()
            with self._lock:
                late = [context for context, until in self._until.items() if until <= now]
                for context in late:
                    context.cancel()  # type: ignore[no-untyped-call]  # so in the stubs
