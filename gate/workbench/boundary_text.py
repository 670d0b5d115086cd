"""Values written as YAML that people like to read: in one line where that fits, else in several."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from gate.policy.document import Plain
from gate.workbench.boundary import Value

WIDTH = 100
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]*(?: [A-Za-z0-9_/.-]+)*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_MEANT_OTHERWISE = re.compile(r"(?i:null|true|false|yes|no|on|off|y|n)")


def entry(key: str, value: Value, indent: int) -> Iterator[str]:
    """The lines of a key with its value."""
    start = f"{' ' * indent}{_text(key)}:"
    if (line := f"{start} {_flow(value)}") and len(line) <= WIDTH:
        yield line
    elif isinstance(value, Mapping) and value:
        yield start
        for name, each in value.items():
            yield from entry(name, each, indent + 2)
    elif isinstance(value, tuple) and value:
        yield start
        yield from _wrapped([_flow(each) for each in value], indent + 2)
    else:
        yield line


def _wrapped(parts: Iterable[str], indent: int) -> Iterator[str]:
    """A list in as few lines as it needs."""
    *parts, last = parts
    line = f"{' ' * indent}["
    for at, part in enumerate((*(f"{part}," for part in parts), f"{last}]")):
        if at and len(line) + 1 + len(part) > WIDTH:
            yield line
            line = f"{' ' * (indent + 1)}{part}"
        else:
            line += f" {part}" if at else part
    yield line


def _flow(value: Value) -> str:
    match value:
        case None:
            return "null"
        case str():
            return _text(value)
        case int():
            return str(value)
        case tuple():
            return f"[{', '.join(map(_flow, value))}]"
        case _:
            inside = (f"{_text(key)}: {_flow(each)}" for key, each in value.items())
            return f"{{{', '.join(inside)}}}"


def _text(text: str) -> str:
    """A text without quotes where everybody reads it as the same text; a number as a number."""
    bare = _BARE.fullmatch(text) and not _MEANT_OTHERWISE.fullmatch(text)
    plain = isinstance(text, Plain) and re.fullmatch(r"[A-Za-z0-9.:-]+", text)
    return str(text) if bare or plain else json.dumps(text, ensure_ascii=False)
