"""docs/config.md and the shape of gate.yaml say the same."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import pytest
from pydantic.fields import FieldInfo

from gate.config.shape import GateFile
from gate.policy.document import read
from gate.policy.problems import Problems
from gate.policy.shape import Shape, shaped
from gate.rpc import Role
from gate.rpc.roles import ALLOWED
from tests.config.example import DOCUMENT, EXAMPLE

HEADER = "| key | type | default | meaning |\n|---|---|---|---|\n"
ROW = re.compile(r"^\| `([a-z_\[\].]+)` \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEXT = DOCUMENT.read_text()
TABLES = "\n".join(part.partition("\n\n")[0] for part in TEXT.split(HEADER)[1:])
ROWS = {key: (kind, default) for key, kind, default, _ in ROW.findall(TABLES)}


def inner(annotation: Any) -> tuple[type[Shape] | None, bool]:
    """The shape that is somewhere in this annotation, and whether in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation, False
    for argument in get_args(annotation):
        shape, _ = inner(argument)
        if shape is not None:
            listed = getattr(annotation, "__origin__", None) is tuple
            return shape, listed or inner(argument)[1]
    return None, False


def keys(shape: type[Shape], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key that holds a value, as the document writes it."""
    for name, field in shape.model_fields.items():
        below, listed = inner(field.annotation)
        if below is None:
            yield before + name, field
        else:
            yield from keys(below, f"{before}{name}{'[]' if listed else ''}.")


KEYS = dict(keys(GateFile))


def written(value: object, before: str = "") -> Iterator[str]:
    """Every key in what was read."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from written(below, f"{before}.{name}" if before else name)
    elif isinstance(value, tuple) and all(isinstance(each, dict) for each in value):
        for below in value:
            yield from written(below, f"{before}[]")
    else:
        yield before


def test_the_walk_finds_keys_at_every_depth() -> None:
    assert {"format", "listen.port", "issuers[].name", "identities[].limited_to.methods"} <= {*KEYS}


def test_every_key_is_documented_and_every_documented_key_is_there() -> None:
    assert set(ROWS) == set(KEYS)


def test_every_key_stands_in_the_example() -> None:
    problems = Problems()
    found = read("example", EXAMPLE.encode(), problems).root.plain()
    problems.raise_any()
    assert set(written(found)) == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_default_is_the_real_one(key: str) -> None:
    default = ROWS[key][1]
    field = KEYS[key]
    if field.is_required():
        assert default == "needed"
    elif field.default is None:
        assert default in {"none", "all", "the gate's"}
    else:
        real = field.default.value if isinstance(field.default, Enum) else field.default
        assert default == f"`{real}`".replace("False", "false")


def loads(key: str, number: int) -> bool:
    """Whether the example is taken with another number under this key."""
    section, name = key.split(".")
    at = EXAMPLE.index(f"\n  {name}: ", EXAMPLE.index(f"\n{section}:"))
    end = EXAMPLE.index("\n", at + 1)
    text = f"{EXAMPLE[:at]}\n  {name}: {number}{EXAMPLE[end:]}"
    return shaped(read("gate.yaml", text.encode(), Problems()), GateFile) is not None


@pytest.mark.parametrize("key", KEYS)
def test_the_documented_bounds_are_the_real_ones(key: str) -> None:
    bounds = re.fullmatch(r"(\d+) to (\d+)", ROWS[key][0])
    numeric = KEYS[key].annotation is int
    assert (bounds is not None) is numeric
    if bounds is None:
        return
    least, most = int(bounds[1]), int(bounds[2])
    found = {number: loads(key, number) for number in (least - 1, least, most, most + 1)}
    assert found == {least - 1: False, least: True, most: True, most + 1: False}


def test_every_role_is_documented_with_an_rpc_or_more() -> None:
    documented = set(re.findall(r"^\| `([a-z]+)` \| [a-z]", TEXT, re.MULTILINE))
    assert {role.value for role in Role} <= documented
    assert all(any(role in allowed for allowed in ALLOWED.values()) for role in Role)
