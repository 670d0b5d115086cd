"""The facts by their names: what a condition or a message may speak of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from gate.conditions.v1.facts_pb2 import Facts
from gate.errors import Malformed
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted

_MOMENT = "google.protobuf.Timestamp"
_OPTIONAL = {
    "google.protobuf.StringValue": "string",
    "google.protobuf.Int64Value": "int",
    "google.protobuf.BoolValue": "bool",
}
_SCALARS = {
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_INT64: "int",
    FieldDescriptor.TYPE_BOOL: "bool",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """What kind of thing a fact is.

    `scalar` is CEL's name of its type, empty for a group of facts, whose message is `group`.
    An `optional` fact may be absent, `many` are a list.
    """

    scalar: str = ""
    group: Descriptor | None = None
    optional: bool = False
    many: bool = False

    @property
    def cel(self) -> str:
        """The type as CEL spells it."""
        one = self.group.full_name if self.group else self.scalar
        return f"list({one})" if self.many else one

    @property
    def one(self) -> "FactType":
        """The type of an entry of the list."""
        return replace(self, many=False)

    @property
    def fields(self) -> Mapping[str, "FactType"]:
        """What the group holds, by name; nothing for what is no single group."""
        return {} if self.group is None or self.many else _fields(self.group)


PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
"""How a fact is named."""

Scope = Mapping[str, FactType]
"""The names that stand at the beginning of a path."""


def _type_of(field: FieldDescriptor) -> FactType:
    many = field.is_repeated
    if field.message_type is None:
        return FactType(scalar=_SCALARS[field.type], many=many)
    name = field.message_type.full_name
    if name == _MOMENT:
        return FactType(scalar=_MOMENT, many=many)
    if name in _OPTIONAL:
        return FactType(scalar=_OPTIONAL[name], optional=True, many=many)
    return FactType(group=field.message_type, many=many)


@cache
def _fields(group: Descriptor) -> Mapping[str, FactType]:
    return MappingProxyType({field.name: _type_of(field) for field in group.fields})


FACTS: Scope = _fields(Facts.DESCRIPTOR)
"""Every fact that there is."""


def find(path: str, scope: Scope) -> FactType:
    """The type of the fact at this dotted path; raises Malformed, in words, where there is none."""
    if not PATH.fullmatch(path):
        raise Malformed(f"{quoted(path)} is not the name of a fact")
    first, *rest = path.split(".")
    if first not in scope:
        raise Malformed(f"there is no fact {quoted(first)}{did_you_mean(first, scope)}")
    found, at = scope[first], first
    for name in rest:
        if name not in found.fields:
            raise Malformed(missing(name, at, found))
        found, at = found.fields[name], f"{at}.{name}"
    return found


def missing(name: str, where: str, group: FactType) -> str:
    """That there is no such fact in a group, in words."""
    if group.many:
        return f"{quoted(where)} is a list: its entries have the facts, not the list"
    if not group.fields:
        return f"{quoted(where)} is a single fact: there is nothing in it"
    hint = did_you_mean(name, group.fields)
    return f"there is no fact {quoted(name)} in {quoted(where)}{hint}"


@cache
def group_of(message: str) -> tuple[str, FactType] | None:
    """Where the group of this message type stands, as a path, and the type of one such group."""
    found = ((path, type_) for path, type_ in paths() if type_.group)
    named = ((path, type_.one) for path, type_ in found if _message(type_) == message)
    return next(named, None)


def paths(scope: Scope = FACTS, above: str = "") -> Iterator[tuple[str, FactType]]:
    """Every fact and group of facts with its dotted path, those of a list's entries included."""
    for name, type_ in scope.items():
        path = f"{above}{name}"
        yield path, type_
        yield from paths(type_.one.fields, f"{path}.")


def _message(type_: FactType) -> str:
    return type_.group.full_name if type_.group else ""
