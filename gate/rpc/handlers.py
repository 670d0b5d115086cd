"""Stands around every RPC: who calls, may they, what do they say, and what went wrong."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Generic, NoReturn, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from gate.errors import Malformed, Tampered
from gate.rpc.roles import Identities, Peer
from gate.rpc.status import status_of

M = TypeVar("M", bound=Message)

STOPPED = "stored bytes contradicted their hash: nothing is released until it is cleared up"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Method(Generic[M]):
    """One RPC: the message it takes, and what answers it for an authorised peer.

    `releases` marks those that may leave a release: they end when tampering shows.
    """

    request: type[M]
    answer: Callable[[M, Peer], Message]
    releases: bool = False

    def parse(self, data: bytes) -> M:
        """Read the request off the wire; raises Malformed where the bytes are none."""
        try:
            return self.request.FromString(data)
        except DecodeError:
            name = self.request.DESCRIPTOR.name
            raise Malformed(f"the bytes received are no {name} message") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What all RPCs have in common; once `tampered` is set, nothing is released."""

    identities: Identities
    tampered: Event

    def service(
        self, name: str, methods: Mapping[str, Method[Any]]
    ) -> "grpc.GenericRpcHandler[Any, Any]":
        """Return the handlers of one service by the names of its RPCs."""
        handlers = {
            rpc: grpc.unary_unary_rpc_method_handler(self._handler(f"{name}/{rpc}", method))
            for rpc, method in methods.items()
        }
        return grpc.method_handlers_generic_handler(name, handlers)

    def _handler(
        self, rpc: str, method: Method[Any]
    ) -> Callable[[bytes, grpc.ServicerContext], bytes]:
        def handle(data: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                return self._answer(rpc, method, data, context)
            # A linter's sys.exit must not leave the call hanging, hence every exception.
            except BaseException as error:  # noqa: BLE001 - becomes a status, and is logged
                self._fail(rpc, error, context)

        return handle

    def _answer(
        self, rpc: str, method: Method[Any], data: bytes, context: grpc.ServicerContext
    ) -> bytes:
        # 1. Who calls, and may they? Nothing they sent is looked at before.
        peer = self.identities.peer(context)
        peer.require(rpc)
        # 2. Where stored bytes were found changed, releasing has stopped.
        if method.releases and self.tampered.is_set():
            raise Tampered(STOPPED)
        # 3. Read, answer, write.
        return method.answer(method.parse(data), peer).SerializeToString()

    def _fail(self, rpc: str, error: BaseException, context: grpc.ServicerContext) -> NoReturn:
        status = status_of(error)
        if isinstance(error, Tampered) and not self.tampered.is_set():
            self.tampered.set()
            _log.critical("%s: releasing stops: %s", rpc, error)
        if status.code is grpc.StatusCode.INTERNAL:
            _log.error("%s failed", rpc, exc_info=error)
        context.abort_with_status(status)
