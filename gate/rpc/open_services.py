"""Health and reflection: open to every peer that TLS let in, and so the most tightly bounded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

import grpc
from google.protobuf.message import DecodeError
from grpc_health.v1.health import SERVICE_NAME as HEALTH
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_reflection.v1alpha.reflection import SERVICE_NAME as REFLECTION
from grpc_reflection.v1alpha.reflection import ReflectionServicer
from grpc_reflection.v1alpha.reflection_pb2 import (
    ServerReflectionRequest,
    ServerReflectionResponse,
)

from gate.errors import GateError, Malformed
from gate.rpc.admission import Admission
from gate.rpc.health import HealthWatch
from gate.rpc.patience import Patience
from gate.rpc.status import NotFound, status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenServices:
    """The handlers of both services; peers are told apart by the certificates they show.

    `calls` bounds what is answered and ended, `watchers` the streams that wait for news of
    the gate's health.
    """

    health: HealthWatch
    reflection: ReflectionServicer
    calls: Admission
    watchers: Admission
    patience: Patience

    @property
    def handlers(self) -> "tuple[grpc.GenericRpcHandler[Any, Any], ...]":
        """What the server is given."""
        health = {
            "Check": grpc.stream_unary_rpc_method_handler(
                self._check, response_serializer=HealthCheckResponse.SerializeToString
            ),
            "Watch": grpc.stream_stream_rpc_method_handler(
                self._watch, response_serializer=HealthCheckResponse.SerializeToString
            ),
        }
        reflection = {
            "ServerReflectionInfo": grpc.stream_stream_rpc_method_handler(
                self._reflect,
                request_deserializer=ServerReflectionRequest.FromString,
                response_serializer=ServerReflectionResponse.SerializeToString,
            )
        }
        return (
            grpc.method_handlers_generic_handler(HEALTH, health),
            grpc.method_handlers_generic_handler(REFLECTION, reflection),
        )

    def _check(
        self, messages: Iterator[bytes], context: grpc.ServicerContext
    ) -> HealthCheckResponse:
        with _told(context), self.calls.admit(_shown(context)):
            service = self._service(messages, context)
            status = self.health.status(service)
            if status == HealthCheckResponse.SERVICE_UNKNOWN:
                raise NotFound(f"there is no service `{service}`")
            return HealthCheckResponse(status=status)

    def _watch(
        self, messages: Iterator[bytes], context: grpc.ServicerContext
    ) -> Iterator[HealthCheckResponse]:
        with _told(context), self.watchers.admit(_shown(context)):
            service = self._service(messages, context)
            for status in self.health.statuses(service, context.is_active):
                yield HealthCheckResponse(status=status)

    def _reflect(
        self, messages: Iterator[ServerReflectionRequest], context: grpc.ServicerContext
    ) -> Iterator[ServerReflectionResponse]:
        # The whole stream is kept short: a peer that asks on opens another.
        with (
            _told(context),
            self.calls.admit(_shown(context)),
            self.patience.within(context),
        ):
            # The stubs say that it returns nothing.
            yield from cast("Any", self.reflection).ServerReflectionInfo(messages, context)

    def _service(self, messages: Iterator[bytes], context: grpc.ServicerContext) -> str:
        try:
            return str(
                HealthCheckRequest.FromString(self.patience.message(messages, context)).service
            )
        except DecodeError:
            raise Malformed("the bytes received are no HealthCheckRequest message") from None


@contextmanager
def _told(context: grpc.ServicerContext) -> Iterator[None]:
    """Make errors of the tree statuses."""
    try:
        yield
    except GateError as error:
        context.abort_with_status(status_of(error))


def _shown(context: grpc.ServicerContext) -> str:
    """The certificate that the peer showed, in a few characters."""
    found = cast("Mapping[str, Sequence[bytes]]", context.auth_context())
    return sha256(b"".join(found.get("x509_pem_cert", ()))).hexdigest()[:16]
