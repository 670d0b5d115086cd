"""What the gate and a process that holds a policy of its own say to each other, as JSON.

Nothing is pickled, and answers are bounded: a process that was brought down by what it read can
say something untrue about that policy, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from gate.errors import Malformed
from gate.model import Decision, Issuer, PolicyRef
from gate.policy import Person, Problem

MAX_BUNDLE: Final = 16 << 20
"""The most bytes that the files of a policy may have together."""

MAX_SETUP: Final = 4 * MAX_BUNDLE
MAX_ANSWER: Final = 4 << 20

_CONFIG = ConfigDict(strict=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The files of a policy by path, and what it is loaded for.

    `site` names the importable function, written `package.module:name`, that makes a Site of
    the three below it: what compiles conditions has no form in which it could be sent.
    """

    files: Mapping[str, bytes]
    site: str
    issuers: tuple[Issuer, ...]
    people: tuple[Person, ...]
    longest_exception: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the process is told first.

    With `trial` the tests are run: those of the policy, and `operators`, by path in their folder,
    unless that is None. `memory_limit` is in bytes of address space, `load_limit` in seconds
    until the first answer, `judge_limit` in seconds for each decision.
    """

    bundle: Bundle
    trial: bool
    operators: Mapping[str, bytes] | None
    memory_limit: int
    load_limit: float
    judge_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The first answer: which policy this is, or what is wrong with it.

    `problems` are mistakes in its files and tests that failed, `failure` says why it could not
    be tried out; where there is either, the process has ended.
    """

    ref: PolicyRef | None = None
    problems: tuple[Problem, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The answer to a decision's document: how this policy decides, or why it could not."""

    decision: Decision | None = None
    failure: str = ""


class Message(Generic[M]):
    """Writes and reads one type of message."""

    def __init__(self, adapter: TypeAdapter[tuple[M]]) -> None:
        self._adapter = adapter

    def encode(self, message: M) -> bytes:
        """The message's bytes."""
        return self._adapter.dump_json((message,))

    def decode(self, data: bytes) -> M:
        """The message with these bytes; raises Malformed where there is none."""
        try:
            (message,) = self._adapter.validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise Malformed(f"an answer that cannot be read: {first['msg']}") from None
        return message


# Only through the tuple do the settings reach the dataclasses, which do not know of pydantic.
SETUP = Message(TypeAdapter(tuple[Setup], config=_CONFIG))
TRIED = Message(TypeAdapter(tuple[Tried], config=_CONFIG))
JUDGED = Message(TypeAdapter(tuple[Judged], config=_CONFIG))
