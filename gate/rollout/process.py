"""A process that holds a policy, as the gate sees it."""

import socket
import time
from contextlib import suppress
from subprocess import TimeoutExpired
from typing import Self

from gate.errors import ConfigError, Malformed, Unavailable
from gate.model import Decision, PolicyRef
from gate.policy import PolicyError
from gate.rollout.messages import JUDGED, MAX_ANSWER, SETUP, TRIED, Setup
from gate.workers import Channel, how_it_ended, start_worker

_WORKER = "gate.rollout.worker"
_ENDING = 5.0


class PolicyProcess:
    """Holds one policy in a process of its own, so that whatever is in it costs that process.

    To be used by one thread at a time, and closed; a context manager. Raises Unavailable where
    no process can be started.
    """

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        with theirs:
            try:
                self._process = start_worker(_WORKER, theirs.fileno())
            except OSError as error:
                ours.close()
                raise Unavailable(f"no process for the policy could be started: {error}") from error

    def greet(self) -> PolicyRef:
        """Wait until the policy is loaded and tested; gives its name, version and digest.

        Raises PolicyError with every mistake and every failed test, ConfigError where the
        process crashed, ran out of memory or took too long.
        """
        limit = self._setup.load_limit
        until = time.monotonic() + limit
        try:
            self._channel.send(SETUP.encode(self._setup), until=until)
            tried = TRIED.decode(self._channel.receive(limit=MAX_ANSWER, until=until))
        except TimeoutError:
            raise ConfigError(f"the policy was not loaded and tested within {limit:g} s") from None
        except (Unavailable, Malformed) as error:
            raise ConfigError(f"the policy cannot be tried out: {self._end(error)}") from None
        if tried.problems:
            raise PolicyError(*tried.problems)
        if tried.failure or tried.ref is None:
            raise ConfigError(f"the policy cannot be tried out: {tried.failure}")
        return tried.ref

    def judge(self, document: bytes) -> Decision:
        """How this policy decides the case in a recorded decision's document.

        Raises Malformed where the document gives no case that could be judged; TimeoutError and
        Unavailable where there is no answer, after which the process can only be closed.
        """
        limit = self._setup.judge_limit
        until = time.monotonic() + limit
        try:
            self._channel.send(document, until=until)
            judged = JUDGED.decode(self._channel.receive(limit=MAX_ANSWER, until=until))
        except TimeoutError:
            raise TimeoutError(f"not judged within {limit:g} s") from None
        except Malformed as error:
            raise Unavailable(f"its answer cannot be read: {error}") from None
        if judged.decision is None:
            raise Malformed(judged.failure)
        return judged.decision

    def kill(self) -> None:
        """End the process now, from any thread; who waits for an answer gets none."""
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._channel.close()
        with suppress(TimeoutExpired):
            self._process.wait(_ENDING)

    def _end(self, error: Exception) -> str:
        """Why there is no answer: how the process ended, where it did so by itself."""
        with suppress(TimeoutExpired):
            return how_it_ended(self._process.wait(_ENDING))
        return str(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
