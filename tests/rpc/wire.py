"""Calls any RPC with any bytes."""

from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from gate.v1 import (
    decision_log_pb2,
    evidence_registry_pb2,
    issuance_gate_pb2,
    policy_catalog_pb2,
)

_FILES = (decision_log_pb2, evidence_registry_pb2, issuance_gate_pb2, policy_catalog_pb2)

RPCS: Mapping[str, MethodDescriptor] = {
    f"{service.full_name}/{method.name}": method
    for file in _FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
"""Every RPC of the protos, as the role table names it."""


def request_class(rpc: str) -> type[Message]:
    """The message that the RPC takes."""
    return GetMessageClass(RPCS[rpc].input_type)


def send(channel: grpc.Channel, rpc: str, data: bytes) -> Any:
    """Send these bytes; gives the answer, or raises the RpcError that says why not."""
    answer = GetMessageClass(RPCS[rpc].output_type)
    call = channel.unary_unary(
        f"/{rpc}", request_serializer=bytes, response_deserializer=answer.FromString
    )
    return call(data, timeout=30)


def status(channel: grpc.Channel, rpc: str, data: bytes) -> grpc.StatusCode:
    """The status that these bytes get."""
    try:
        send(channel, rpc, data)
    except grpc.RpcError as error:
        return error.code()
    return grpc.StatusCode.OK
