"""Anything over the wire, as every role: never INTERNAL, and never a release.

Runs for a few seconds; FUZZ_SECONDS says how many.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gate.rpc import Role
from gate.rpc.roles import ALLOWED
from gate.rpc.server import LARGEST_REQUEST
from tests import pki
from tests.rpc.served import CONTEXT, TBS, Served, serving
from tests.rpc.wire import RPCS, request_class, send

SECONDS = float(os.environ.get("FUZZ_SECONDS", "4"))
ROUND = 100
GROWTH, GROWTH_OF_ENTRY = 64 << 20, 32 << 10
LARGEST_POOL = 100
ROLES = (*map(str, Role), "nobody")
CLEAR = {
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def mostly(often: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One in twenty from the second, so that most calls get past their first field."""
    return st.integers(0, 19).flatmap(lambda at: seldom if at == 7 else often)


ASKED = (CONTEXT.account, CONTEXT.issuer, CONTEXT.profile, CONTEXT.environment, CONTEXT.order_id)
# The name in the certificate is not among them: nobody can happen to validate it.
words = st.sampled_from(
    ["", "a", *ASKED, "1.1.1.1", "::1", "*.example.com", "dns-01", "3.2.2.4.7", "id-000000"]
)
plain = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=30)
texts = mostly(words | plain, st.text())
NANOS = 999_999_999
NEAR = st.integers(int(pki.NOW.timestamp()) - 10**6, int(pki.NOW.timestamp()))


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A TBSCertificate with a few bytes changed."""
    data = bytearray(TBS)
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)) | st.just(len(data)))])


rarely = mostly(st.just(value=False), st.just(value=True))
SCALARS: dict[int, st.SearchStrategy[object]] = {
    FieldDescriptor.TYPE_STRING: texts,
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_BYTES: bent() | st.binary(max_size=64),
    FieldDescriptor.TYPE_ENUM: mostly(st.integers(1, 2), st.integers(-(2**31), 2**31 - 1)),
    FieldDescriptor.TYPE_INT32: mostly(st.integers(0, NANOS), st.integers(-(2**31), 2**31 - 1)),
    FieldDescriptor.TYPE_UINT32: st.integers(0, 3) | st.integers(0, 2**32 - 1),
    FieldDescriptor.TYPE_INT64: mostly(NEAR, st.integers(-(2**63), 2**63 - 1)),
}


ids = st.integers(0, 50).map(lambda number: f"id-{number:06}")
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "value": mostly(st.sampled_from(["1.1.1.1", "::1", "a.example", "*.a.example"]), texts),
    "authorization_domain": mostly(st.sampled_from(["", "a.example", "example"]), texts),
    "method": mostly(st.sampled_from(["dns-01", "3.2.2.4.7", "3.2.2.5.1"]), texts),
    "request_id": mostly(plain, texts),
    "profile": mostly(st.just(CONTEXT.profile), texts),
    "page_token": mostly(st.just(""), texts),
    "record_id": mostly(ids, texts),
    "decision_id": mostly(ids, texts),
    "spki_sha256": mostly(st.just(b""), st.binary()),
}
"""What makes sense in some fields, so that calls go deep."""


def fill(draw: st.DrawFn, message: Message) -> None:
    """Give each field a value, or leave it out; of a oneof, the last one stays."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None:
            for part in parts(draw, message, field.name, repeated=field.is_repeated):
                fill(draw, part)
        elif not draw(rarely):
            setattr(message, field.name, draw(NAMED.get(field.name, SCALARS[field.type])))


def parts(draw: st.DrawFn, message: Message, name: str, *, repeated: bool) -> Iterator[Message]:
    value = getattr(message, name)
    if repeated:
        for _ in range(draw(st.integers(0, 3))):
            yield value.add()
    elif not draw(rarely):
        value.SetInParent()
        yield value


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """An RPC, a role, and the RPC's message or something that may look like one."""
    rpc = draw(st.sampled_from(sorted(RPCS)))
    role = draw(mostly(st.sampled_from(sorted(ALLOWED[rpc])), st.sampled_from(ROLES)))
    message = request_class(rpc)()
    fill(draw, message)
    data = bytearray(message.SerializeToString())
    if data and draw(rarely):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    if draw(rarely):
        data += draw(st.binary(max_size=40))
    return rpc, role, bytes(data)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gate that knows the order and the applicant, but no validation of the name."""
    with serving(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


@pytest.fixture(scope="module")
def channels(served: Served) -> Iterator[dict[str, grpc.Channel]]:
    opened = {role: served.channel(role) for role in ROLES}
    yield opened
    for channel in opened.values():
        channel.close()


def reply(channel: grpc.Channel, rpc: str, data: bytes) -> tuple[grpc.StatusCode, Message | None]:
    """The status, and the answer where it is OK."""
    try:
        return grpc.StatusCode.OK, send(channel, rpc, data)
    except grpc.RpcError as error:
        return error.code(), None


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def is_release(answer: Message) -> bool:
    """Whether a release is anywhere in the answer."""
    for field, value in answer.ListFields():
        if field.name == "release":
            return True
        if field.message_type is not None:
            found = value if field.is_repeated else [value]
            if any(map(is_release, found)):
                return True
    return False


def test_whatever_is_sent_gets_a_clear_answer_and_no_release(
    served: Served, channels: dict[str, grpc.Channel]
) -> None:
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(calls())
    def one_round(call: tuple[str, str, bytes]) -> None:
        rpc, role, data = call
        assume(len(data) <= LARGEST_REQUEST)
        code, answer = reply(channels[role], rpc, data)
        assert code in CLEAR, (rpc, code)
        assert answer is None or not is_release(answer), (rpc, answer)

    one_round()
    begun, memory, threads = served.log.size, resident(), threading.active_count()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        one_round()
    # The log is in memory here, so it may grow with what was recorded, and by nothing else.
    assert resident() - memory < GROWTH + (served.log.size - begun) * GROWTH_OF_ENTRY
    assert threading.active_count() <= threads + LARGEST_POOL
    assert served.count("gate_calls") == 0
    assert served.server.troubles() == {}
    with served.client("auditor") as auditor:
        assert auditor.checkpoint()
