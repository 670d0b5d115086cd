"""DER as a tree of values, read and written by the parts under test and nothing else.

A node is a tag and its value: what the type says for a primitive universal type, octets for
another primitive, a tuple of nodes for a constructed one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from gate.x509.der import (
    BIT_STRING,
    BOOLEAN,
    ENUMERATED,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_IDENTIFIER,
    RELATIVE_OID,
    SET,
    TEXT_TAGS,
    UTC_TIME,
    Reader,
    encode,
    encode_bit_string,
    encode_boolean,
    encode_integer,
    encode_oid,
    encode_set_of,
    encode_text,
    encode_time,
)
from gate.x509.der.contents import PRIMITIVES


@dataclass(frozen=True, slots=True)
class Node:
    """One element."""

    tag: int
    value: Any


def read(data: bytes) -> Node:
    """The one element that these bytes are, as its values."""
    reader = Reader(data)
    reader.element("tree")
    reader.finish("tree")
    return _read_all(data, 0, len(data))[0]


def _read_all(data: bytes, start: int, stop: int) -> tuple[Node, ...]:
    reader, nodes = Reader(data, start, stop), []
    while reader.remaining:
        tag = _tag(data, reader.at)
        place = reader.content(tag, "tree")
        if tag in PRIMITIVES:
            nodes.append(Node(tag, PRIMITIVES[tag](data, *place, "tree")))
        elif tag.to_bytes(4).lstrip(b"\x00")[0] & 0x20:
            nodes.append(Node(tag, _read_all(data, *place)))
        else:
            nodes.append(Node(tag, data[slice(*place)]))
    return tuple(nodes)


def _tag(data: bytes, at: int) -> int:
    stop = at + 1
    if data[at] & 0x1F == 0x1F:
        while data[stop] & 0x80:
            stop += 1
        stop += 1
    return int.from_bytes(data[at:stop])


def write(node: Node) -> bytes:
    """The DER of a tree; a SET is put in order."""
    if node.tag in _WRITERS:
        return _WRITERS[node.tag](node.value)
    if isinstance(node.value, tuple):
        members = map(write, node.value)
        return encode_set_of(*members) if node.tag == SET else encode(node.tag, *members)
    return encode(node.tag, node.value or b"")


def _write_relative_oid(arcs: str) -> bytes:
    # `0.0` in front makes an absolute one, whose first octet these two arcs are.
    return encode(RELATIVE_OID, encode_oid(f"0.0.{arcs}")[3:])


_WRITERS: dict[int, Callable[[Any], bytes]] = {
    BOOLEAN: encode_boolean,
    INTEGER: encode_integer,
    ENUMERATED: partial(encode_integer, tag=ENUMERATED),
    BIT_STRING: lambda value: encode_bit_string(*value),
    OBJECT_IDENTIFIER: encode_oid,
    RELATIVE_OID: _write_relative_oid,
    UTC_TIME: encode_time,
    GENERALIZED_TIME: lambda value: encode(GENERALIZED_TIME, value.encode()),
    **{tag: partial(encode_text, tag) for tag in TEXT_TAGS},
}
