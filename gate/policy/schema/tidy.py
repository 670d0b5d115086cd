"""Makes a generated JSON Schema one that editors understand: real names, plain choices."""

from collections.abc import Mapping
from typing import Any

from gate.policy.named import NAMES_OF, Section
from gate.policy.schema.names import Names, as_read

_AS_IT_IS = frozenset({"examples", "enum", "const", "enumDescriptions"})


def tidied(schema: Any, names: Names) -> Any:
    """The schema with names in place of marks, without titles, and with no choice left open.

    Where a value may be a list, a mapping or a scalar, its type decides which schema is meant
    (`if` and `then`): a mistake is then told for that one, not as a failure of each.
    """
    if isinstance(schema, list):
        return [tidied(each, names) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {
        key: value if key in _AS_IT_IS else tidied(value, names)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
    if "gt" in found:
        # A limit that is put around a scalar keeps pydantic's name.
        found["exclusiveMinimum"] = found.pop("gt")
    if NAMES_OF in found:
        found = _named(found, names)
    return _decided(found) if isinstance(found.get("anyOf"), list) else found


def _named(schema: dict[str, Any], names: Names) -> dict[str, Any]:
    """The enumeration of the names of a section; as it was where none are known."""
    known = names.sections.get(Section(schema.pop(NAMES_OF)))
    if known is None:
        return schema
    words = [word for name in known for word in as_read(name)]
    told = {"description": schema["description"]} if "description" in schema else {}
    return {**told, "enum": words}


def _decided(schema: dict[str, Any]) -> dict[str, Any]:
    """The same choice by the type of the value; the last alternative is what is left."""
    *alternatives, last = sorted(schema.pop("anyOf"), key=_rank)
    decided = last
    for alternative in reversed(alternatives):
        decided = {
            "if": {"type": _type(alternative)},
            "then": alternative,
            "else": decided,
        }
    return {**schema, **decided}


_TYPES = ("null", "array", "object")


def _type(schema: Mapping[str, Any]) -> str | None:
    given = "object" if "$ref" in schema else schema.get("type")
    return given if given in _TYPES else None


def _rank(schema: Mapping[str, Any]) -> int:
    """Null, lists and mappings first; there can be only one alternative that is none of them."""
    given = _type(schema)
    return len(_TYPES) if given is None else _TYPES.index(given)
