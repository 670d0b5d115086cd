"""Errors and statuses: one for each error of the tree, the same table read both ways.

A block is no error. What is not in the tree is a bug: it becomes INTERNAL with a text that
tells nothing of the inside.
"""

from collections.abc import Iterator
from typing import cast

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import BadRequest  # type: ignore[import-untyped]  # no py.typed
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]  # no py.typed
from grpc_status import rpc_status

from gate.errors import (
    ConfigError,
    GateError,
    Malformed,
    Overloaded,
    Refused,
    Tampered,
    Unavailable,
)
from gate.rpc.reading import InvalidMessage, Violation


class NotFound(Refused):
    """There is nothing under this name, or nothing that this peer may read."""


class Unauthenticated(Refused):
    """The peer showed no certificate."""


class PermissionDenied(Refused):
    """The peer's certificate does not give it the role that the call needs."""


class CallEnded(Unavailable):
    """The caller left, or its time was up, before anything was begun."""


CODES: dict[type[GateError], grpc.StatusCode] = {
    Malformed: grpc.StatusCode.INVALID_ARGUMENT,
    InvalidMessage: grpc.StatusCode.INVALID_ARGUMENT,
    Refused: grpc.StatusCode.ALREADY_EXISTS,
    NotFound: grpc.StatusCode.NOT_FOUND,
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    CallEnded: grpc.StatusCode.CANCELLED,
    Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Tampered: grpc.StatusCode.DATA_LOSS,
    ConfigError: grpc.StatusCode.FAILED_PRECONDITION,
}

BUG = "the gate failed and nothing was released: its operators find the reason in its log"

MOST_TEXT = 500
MOST_VIOLATIONS = 2000
"""In bytes: percent-encoded and in base64, all of it stays under the 8 KiB of headers that
clients take by default.
"""


def status_of(error: BaseException) -> grpc.Status:
    """Return the status by which a client hears of this error."""
    code = next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), None)
    if code is None:
        return rpc_status.to_status(Status(code=grpc.StatusCode.INTERNAL.value[0], message=BUG))
    status = Status(code=code.value[0], message=_shorten(str(error)))
    if isinstance(error, Malformed):
        detail = AnyMessage()
        detail.Pack(BadRequest(field_violations=_violations(error)))
        status.details.append(detail)
    return rpc_status.to_status(status)


def error_of(call: grpc.RpcError) -> GateError:
    """Return the error that a client raises for this failed call.

    Statuses that no error of the tree has, such as DEADLINE_EXCEEDED or INTERNAL, become
    Unavailable: the outcome may be unknown, and nothing was released to this caller.
    """
    code, text = call.code(), call.details() or "no reason was given"
    if code is grpc.StatusCode.INVALID_ARGUMENT:
        violations = tuple(_told_violations(call))
        return InvalidMessage(*violations) if violations else Malformed(text)
    for kind, known in CODES.items():
        if code is known:
            return kind(text)
    return Unavailable(f"the gate did not answer: {code.name}: {text}")


def _violations(error: Malformed) -> Iterator[BadRequest.FieldViolation]:
    """Yield as many violations as a client's limit for headers lets through."""
    found = (
        error.violations
        if isinstance(error, InvalidMessage)
        else (Violation(field="", description=str(error)),)
    )
    left = MOST_VIOLATIONS
    for at, violation in enumerate(found):
        told = BadRequest.FieldViolation(
            field=violation.field, description=_shorten(violation.description)
        )
        left -= told.ByteSize()
        if left < 0 and at:
            yield BadRequest.FieldViolation(description=f"{len(found) - at} more are not told")
            return
        yield told


def _told_violations(call: grpc.RpcError) -> Iterator[Violation]:
    try:
        status = rpc_status.from_call(cast("grpc.Call", call))
    except ValueError:
        return
    for detail in status.details if status else ():
        told = BadRequest()
        if detail.Unpack(told):
            for one in told.field_violations:
                yield Violation(field=one.field, description=one.description)


def _shorten(text: str) -> str:
    data = text.encode(errors="replace")
    return text if len(data) <= MOST_TEXT else data[:MOST_TEXT].decode(errors="ignore") + "…"
