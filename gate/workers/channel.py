"""Whole messages over a stream socket, each bounded in size and in time."""

import math
import socket
import struct
import time

from gate.errors import Malformed, Unavailable

FOREVER = math.inf

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 16


class Channel:
    """One end of a conversation of length-prefixed messages.

    Moments are readings of `time.monotonic`. Every method raises TimeoutError when the
    moment passes and Unavailable when the other end is gone; after either, and after
    Malformed, the two ends no longer agree on where messages begin and the channel is
    good only for closing.
    """

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def send(self, message: bytes, *, until: float) -> None:
        """Send one message before the moment `until`."""
        self._wait_at_most(until)
        try:
            self._stream.sendall(_LENGTH.pack(len(message)) + message)
        except TimeoutError:
            raise
        except OSError as error:
            raise Unavailable(f"the other end is gone: {error}") from error

    def receive(self, *, limit: int, until: float) -> bytes:
        """Read the next message; raises Malformed where it announces more than `limit` bytes."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, until))
        if length > limit:
            raise Malformed(f"a message of {length} bytes where {limit} are allowed")
        return self._read(length, until)

    def quiet(self) -> bool:
        """Whether the other end is there and nothing it sent is unread."""
        self._stream.settimeout(0)
        try:
            self._stream.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Give back the socket; the other end reads its end."""
        self._stream.close()

    def _read(self, count: int, until: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait_at_most(until)
            try:
                chunk = self._stream.recv(min(count - len(data), _CHUNK))
            except TimeoutError:
                raise
            except OSError as error:
                raise Unavailable(f"the other end is gone: {error}") from error
            if not chunk:
                raise Unavailable("the other end is gone")
            data += chunk
        return bytes(data)

    def _wait_at_most(self, until: float) -> None:
        if until == FOREVER:
            self._stream.settimeout(None)
            return
        remaining = until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the moment has passed")
        self._stream.settimeout(remaining)
