"""The life of a process that holds a policy: load and test it, then judge what it is sent."""

import os
import socket
import sys
import time
from collections.abc import Mapping
from importlib import import_module

from gate.decide import decide
from gate.errors import GateError
from gate.model import Issuer
from gate.policy import Policy, PolicyError, Problem, Site, load
from gate.record.document import DECISIONS
from gate.rollout.messages import (
    JUDGED,
    MAX_SETUP,
    SETUP,
    TRIED,
    Bundle,
    Judged,
    Setup,
    Tried,
)
from gate.rollout.trial_tests import failed_tests
from gate.workbench.recorded_case import case_of
from gate.workers import FOREVER, Channel, end_after, let_go_of_signals, restrict

MAX_DOCUMENT = 32 << 20

_GRACE = 1.0
_NICENESS = 10
"""Trying something out must not slow down those who wait for a decision."""


def serve(descriptor: int) -> None:
    """Run the process over the socket with this descriptor until the gate closes its end."""
    let_go_of_signals()
    os.nice(_NICENESS)
    channel = Channel(socket.socket(fileno=descriptor))
    setup = SETUP.decode(channel.receive(limit=MAX_SETUP, until=FOREVER))
    # The gate kills this process at the limit. Should the gate itself be gone, this does.
    end_after(setup.load_limit + _GRACE)
    policy: Policy | None = None
    try:
        restrict(setup.memory_limit)
        policy = _load(setup.bundle)
        files, operators = setup.bundle.files, setup.operators
        problems = failed_tests(files, policy, operators) if setup.trial else ()
        tried = Tried(ref=policy.ref, problems=problems)
    except PolicyError as error:
        tried = Tried(problems=error.found)
    except GateError as error:
        tried = Tried(problems=(Problem("policy", 0, 0, str(error)),))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the gate is told
        tried = Tried(failure=f"{type(error).__name__}: {error}"[:1000])
    end_after(0)
    channel.send(TRIED.encode(tried), until=time.monotonic() + _GRACE)
    if policy is not None and not tried.problems and not tried.failure:
        _judge_all(channel, policy, setup)


def _load(bundle: Bundle) -> Policy:
    module, _, name = bundle.site.partition(":")
    site = getattr(import_module(module), name)(
        bundle.issuers, people=bundle.people, longest_exception=bundle.longest_exception
    )
    if not isinstance(site, Site):
        raise TypeError(f"`{bundle.site}` makes no site")
    return load(bundle.files, site=site)


def _judge_all(channel: Channel, policy: Policy, setup: Setup) -> None:
    issuers = {issuer.name: issuer for issuer in setup.bundle.issuers}
    while True:
        document = channel.receive(limit=MAX_DOCUMENT, until=FOREVER)
        end_after(setup.judge_limit + _GRACE)
        answer = JUDGED.encode(_judge(document, policy, issuers))
        end_after(0)
        channel.send(answer, until=time.monotonic() + setup.judge_limit)


def _judge(document: bytes, policy: Policy, issuers: Mapping[str, Issuer]) -> Judged:
    try:
        case = case_of(DECISIONS.decode(document), issuers)
        return Judged(decision=decide(case, policy))
    except GateError as error:
        return Judged(failure=str(error)[:1000])
    except Exception as error:  # noqa: BLE001 - a fault of one case is none of the next
        return Judged(failure=f"{type(error).__name__}: {error}"[:1000])


if __name__ == "__main__":
    try:
        serve(int(sys.argv[1]))
    except Exception:  # noqa: BLE001 - the gate is gone, or what it sent cannot be understood
        os._exit(1)
