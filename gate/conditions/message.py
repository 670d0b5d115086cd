"""Messages with facts in them: `{cert.validity_seconds}` and no more than that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import chain

from google.protobuf.message import Message as ProtoMessage
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import BoolValue, Int64Value, StringValue

from gate.conditions.complaints import Fault
from gate.conditions.limits import refused_text
from gate.conditions.vocabulary import Scope, find
from gate.errors import Malformed
from gate.policy.quoting import quoted

_PLACE = re.compile(r"\{([^{}]*)\}")
_MOST = 10


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message: plain texts, and after each of them but the last a fact."""

    texts: tuple[str, ...]
    facts: tuple[str, ...]

    def filled(self, values: Mapping[str, object]) -> str:
        """The message with each fact's value; what a certificate says is made safe to show."""
        shown = (_shown(_value(path, values)) for path in self.facts)
        return "".join(chain(*zip(self.texts, (*shown, ""), strict=True)))


def read_message(text: str, scope: Scope) -> MessageText | tuple[Fault, ...]:
    """The message, or what is wrong with it: every placeholder must be one fact's path."""
    faults = [*refused_text(text), *_faults(text, scope)]
    if faults:
        return tuple(faults)
    parts = _PLACE.split(text.strip())
    texts = tuple(re.sub(r"\s+", " ", part) for part in parts[::2])
    return MessageText(texts, tuple(part.strip() for part in parts[1::2]))


def _faults(text: str, scope: Scope) -> Iterator[Fault]:
    for match in _PLACE.finditer(text):
        path = match[1].strip()
        at = match.start(1) + len(match[1]) - len(match[1].lstrip())
        try:
            found = find(path, scope)
        except Malformed as error:
            yield Fault(at, str(error))
            continue
        if found.group is not None:
            hint = "" if found.many else f": write `{{{path}.{next(iter(found.fields))}}}`"
            yield Fault(at, f"{quoted(path)} is a group of facts, not one fact{hint}")
    rest = _PLACE.sub(lambda match: "\0" * len(match[0]), text)
    if brace := re.search(r"[{}]", rest):
        yield Fault(brace.start(), f"a lone `{brace[0]}`: braces stand around a fact's name")


def _value(path: str, values: Mapping[str, object]) -> object:
    """The value of a fact, or None where it is absent."""
    first, *rest = path.split(".")
    value = values[first]
    for name in rest:
        if not isinstance(value, ProtoMessage):
            return None
        field = value.DESCRIPTOR.fields_by_name[name]
        if field.message_type and not field.is_repeated and not value.HasField(name):
            return None
        value = getattr(value, name)
    return value


def _shown(value: object) -> str:
    match value:
        case None:
            return "absent"
        case StringValue() | Int64Value() | BoolValue():
            return _shown(value.value)
        case bool() | int():
            return str(value).lower()
        case str():
            return quoted(value)
        case Timestamp():
            return f"{value.ToDatetime(tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
        case Sequence():
            return _listed([_shown(each) for each in value])
        case _:
            raise Malformed(f"{type(value).__name__} cannot stand in a message")


def _listed(shown: list[str]) -> str:
    if not shown:
        return "none"
    rest = len(shown) - _MOST
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(shown[:_MOST]) + more
