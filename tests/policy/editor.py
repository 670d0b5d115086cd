"""A policy's file as an editor sees it: YAML 1.2, core schema, checked by JSON Schema."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from gate.policy.document import Node, Plain

_BARE = re.compile(r"[A-Za-z0-9_.~<>=+-][A-Za-z0-9_.~<>=+-]*")
_CORE = (
    (None, re.compile(r"~|null|Null|NULL|")),
    (True, re.compile(r"true|True|TRUE")),
    (False, re.compile(r"false|False|FALSE")),
)
_NUMBERS = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)


class _Core(yaml.SafeLoader):
    """PyYAML without its own ideas of what a scalar is (YAML 1.2.2 §10.3)."""

    yaml_implicit_resolvers: Mapping[str, Any] = {}  # type: ignore[assignment]  # none at all


def _scalar(loader: _Core, node: yaml.ScalarNode) -> Any:
    del loader
    text = node.value
    if node.style:
        return text
    for value, pattern in _CORE:
        if pattern.fullmatch(text):
            return value
    for number, read in _NUMBERS:
        if number.fullmatch(text):
            return read(text)
    return text


def _mapping(loader: _Core, node: yaml.MappingNode) -> dict[str, Any]:
    """A mapping; its keys are the texts that were written."""
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


_Core.add_constructor("tag:yaml.org,2002:str", _scalar)
_Core.add_constructor("tag:yaml.org,2002:map", _mapping)


def seen(text: str | bytes) -> Any:
    """The file's content as JSON."""
    return yaml.load(text, _Core)


def complaints(schema: Mapping[str, Any], text: str | bytes) -> list[ValidationError]:
    """What an editor underlines, the most telling first."""
    found = sorted(
        Draft202012Validator(schema).iter_errors(seen(text)), key=lambda error: error.json_path
    )
    return [_inner(error) for error in found]


def _inner(error: ValidationError) -> ValidationError:
    return best_match(error.context) or error if error.context else error


def written(node: Node) -> Iterator[str]:
    """A document as YAML again, in flow style: what stood bare stands bare where it may."""
    if isinstance(node.value, dict):
        yield "{"
        for key, value in node.value.items():
            yield f"{json.dumps(key, ensure_ascii=False)}: "
            yield from written(value)
            yield ", "
        yield "}"
    elif isinstance(node.value, tuple):
        yield "["
        for value in node.value:
            yield from written(value)
            yield ", "
        yield "]"
    elif isinstance(node.value, Plain) and _BARE.fullmatch(node.value):
        yield node.value
    else:
        yield json.dumps(str(node.value), ensure_ascii=False)
