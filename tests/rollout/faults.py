"""Ways in which loading a policy can go wrong beyond what its text says."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gate.config.policies import gate_site
from gate.model import Case
from gate.policy import Site


def crashing_site(*_: Any, **__: Any) -> Site:
    os.abort()


def hanging_site(*_: Any, **__: Any) -> Site:
    while True:
        time.sleep(1)


def devouring_site(*_: Any, **__: Any) -> Site:
    held = list[bytes]()
    while True:
        held.append(bytes(64 << 20))


def leaving_site(*_: Any, **__: Any) -> Site:
    raise SystemExit("a library thinks that it is a program")


def failing_site(*_: Any, **__: Any) -> Site:
    raise RuntimeError("no engine")


def siteless(*_: Any, **__: Any) -> Any:
    return gate_site


FAULTS: dict[Callable[..., Any], str] = {
    crashing_site: "SIGABRT",
    hanging_site: "not loaded and tested within 1.5 s",
    devouring_site: "MemoryError",
    leaving_site: "SystemExit",
    failing_site: "RuntimeError: no engine",
    siteless: "makes no site",
}


class _Trap:
    """Compiles conditions that do something else than to judge, each time they are asked."""

    version = "trap 1"
    reads = ()

    def __init__(self, spring: Callable[[], Any]) -> None:
        self._spring = spring

    def compile(self, **_: str) -> Any:
        return self

    def unmet(self, _: Case) -> tuple[str, ...]:
        self._spring()
        return ()


def _trapped(spring: Callable[[], Any], given: Any, named: Any) -> Site:
    return replace(gate_site(*given, **named), conditions=_Trap(spring))


def hanging_conditions(*given: Any, **named: Any) -> Site:
    return _trapped(lambda: time.sleep(3600), given, named)


def crashing_conditions(*given: Any, **named: Any) -> Site:
    return _trapped(os.abort, given, named)


def killing_conditions(*given: Any, **named: Any) -> Site:
    return _trapped(lambda: os.kill(os.getpid(), signal.SIGKILL), given, named)
