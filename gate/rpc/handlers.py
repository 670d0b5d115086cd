"""Stands around every RPC: who calls, may they, what do they say, and what went wrong."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Generic, NoReturn, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from gate.errors import Malformed, Overloaded, Tampered
from gate.rpc.admission import Admission, Limit, Shed
from gate.rpc.call import CURRENT, REQUEST_ID, Call
from gate.rpc.metrics import Metrics
from gate.rpc.patience import Patience
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
    admission: Admission
    patience: Patience
    metrics: Metrics

    def service(
        self, name: str, methods: Mapping[str, Method[Any]]
    ) -> "grpc.GenericRpcHandler[Any, Any]":
        """Return the handlers of one service by the names of its RPCs.

        On the wire a unary call is a stream of one message. Taken as a stream here, a call
        is known by its caller before its message has come, and who does not send one is
        not waited for any longer than others.
        """
        handlers = {
            rpc: grpc.stream_unary_rpc_method_handler(self._handler(f"{name}/{rpc}", method))
            for rpc, method in methods.items()
        }
        return grpc.method_handlers_generic_handler(name, handlers)

    def _handler(
        self, rpc: str, method: Method[Any]
    ) -> Callable[[Iterator[bytes], grpc.ServicerContext], bytes]:
        def handle(messages: Iterator[bytes], context: grpc.ServicerContext) -> bytes:
            call = Call(rpc=rpc, peer=context.peer())
            before = CURRENT.set(call)
            try:
                answer = self._answer(call, method, messages, context)
            # A linter's sys.exit must not leave the call hanging, hence every exception.
            except BaseException as error:  # noqa: BLE001 - becomes a status, and is logged
                self._fail(call, error, context)
            else:
                context.set_trailing_metadata(((REQUEST_ID, call.request_id),))
                self._end(call)
                return answer
            finally:
                CURRENT.reset(before)

        return handle

    def _answer(
        self,
        call: Call,
        method: Method[Any],
        messages: Iterator[bytes],
        context: grpc.ServicerContext,
    ) -> bytes:
        # 1. Who calls, and may they? Nothing they sent is looked at before.
        peer = self.identities.peer(context)
        call.caller = peer.identity
        peer.require(call.rpc)
        # 2. Is there room for one more of theirs?
        with self.admission.admit(peer.identity):
            data = self.patience.message(messages, context)
            # 3. Where stored bytes were found changed, releasing has stopped.
            if method.releases and self.tampered.is_set():
                raise Tampered(STOPPED)
            # 4. Read, answer, write.
            return method.answer(method.parse(data), peer).SerializeToString()

    def _fail(self, call: Call, error: BaseException, context: grpc.ServicerContext) -> NoReturn:
        status = status_of(error)
        call.status, call.error = status.code.name, type(error).__name__
        if isinstance(error, Tampered) and not self.tampered.is_set():
            self.tampered.set()
            _log.critical("%s: releasing stops: %s", call.rpc, error)
        if isinstance(error, Overloaded):
            self.metrics.shed(error.limit if isinstance(error, Shed) else Limit.LOG)
        if status.code is grpc.StatusCode.INTERNAL:
            _log.error("%s failed", call.rpc, exc_info=error)
        self._end(call)
        context.abort_with_status(_named(status, call))

    def _end(self, call: Call) -> None:
        self.metrics.ended(call)
        call.write()


@dataclass(frozen=True, slots=True)
class _NamedStatus(grpc.Status):
    """A status whose metadata also tell the id of the call."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, str | bytes], ...]


def _named(status: grpc.Status, call: Call) -> grpc.Status:
    told = tuple(status.trailing_metadata or ())
    return _NamedStatus(status.code, status.details, (*told, (REQUEST_ID, call.request_id)))
