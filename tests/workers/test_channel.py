"""Whole messages, or none, and never later than wanted."""

import socket
import struct
import time
from collections.abc import Iterator

import pytest

from gate.errors import Malformed, Unavailable
from gate.workers import FOREVER, Channel


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    with theirs:
        yield channel, theirs
    channel.close()


def soon() -> float:
    return time.monotonic() + 0.05


@pytest.mark.parametrize("message", [b"", b"x", bytes(100_000)])
def test_a_message_arrives_whole(message: bytes) -> None:
    ours, theirs = map(Channel, socket.socketpair())
    ours.send(message, until=FOREVER)
    assert theirs.receive(limit=len(message), until=FOREVER) == message
    ours.close()
    theirs.close()


def test_a_message_that_comes_in_drips_arrives(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    for byte in struct.pack("!I", 3) + b"abc":
        theirs.sendall(bytes([byte]))
    assert channel.receive(limit=3, until=FOREVER) == b"abc"


def test_a_message_that_announces_too_much_is_malformed(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, theirs = ends
    theirs.sendall(struct.pack("!I", 4))
    with pytest.raises(Malformed, match="4 bytes where 3 are allowed"):
        channel.receive(limit=3, until=FOREVER)


@pytest.mark.parametrize("begun", [b"", b"\x00", struct.pack("!I", 3) + b"ab"])
def test_a_message_that_does_not_come_is_not_waited_for(
    ends: tuple[Channel, socket.socket], begun: bytes
) -> None:
    channel, theirs = ends
    theirs.sendall(begun)
    with pytest.raises(TimeoutError):
        channel.receive(limit=3, until=soon())


def test_a_message_that_nobody_reads_is_not_waited_for(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, _ = ends
    with pytest.raises(TimeoutError):
        channel.send(bytes(1 << 24), until=soon())


def test_a_moment_in_the_past_is_no_time_at_all(ends: tuple[Channel, socket.socket]) -> None:
    channel, _ = ends
    with pytest.raises(TimeoutError):
        channel.send(b"x", until=time.monotonic() - 1)


def test_an_end_that_is_gone_is_unavailable(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall(b"\x00\x00")
    theirs.close()
    with pytest.raises(Unavailable):
        channel.receive(limit=3, until=FOREVER)
    with pytest.raises(Unavailable):
        channel.send(b"x", until=FOREVER)


def test_an_end_is_quiet_until_it_speaks_or_goes(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    assert channel.quiet()
    theirs.sendall(b"x")
    assert not channel.quiet()


def test_an_end_that_is_gone_is_not_quiet(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.close()
    assert not channel.quiet()
