"""What may stand at a place of a policy's file, as the JSON Schema of the file has it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from gate.policy.document import Node

Schema: TypeAlias = Mapping[str, Any]

_REFERENCE = "#/$defs/"
_DATE = r"^[0-9]{4}-"
"""How the pattern of every date begins."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """All schemas that hold for one value; choices by `if` are made for what is written there."""

    schemas: tuple[Schema, ...]
    defs: Schema

    @classmethod
    def of(cls, schema: Schema, node: Node) -> "Grammar":
        """That of a whole file."""
        defs = schema.get("$defs", {})
        return cls(tuple(_holding(schema, node.plain(), defs)), defs)

    def below(self, step: str | int, node: Node) -> "Grammar":
        """That of the value one step down, which is this node."""
        found = self._entry() if isinstance(step, int) else self._under(step)
        holding = (each for schema in found for each in _holding(schema, node.plain(), self.defs))
        return Grammar(tuple(holding), self.defs)

    @property
    def words(self) -> tuple[str, ...]:
        """The closed words of which one must stand here; none where any text may."""
        return _words(self.schemas)

    @property
    def entry_words(self) -> tuple[str, ...]:
        """The closed words of which the entries of a list are."""
        return _words(each for schema in self._entry() for each in _holding(schema, "", self.defs))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that a mapping may have, where they are fixed."""
        return tuple(
            dict.fromkeys(key for each in self.schemas for key in each.get("properties", ()))
        )

    @property
    def is_flag(self) -> bool:
        """Whether true or false must stand here."""
        return any(each.get("type") == "boolean" for each in self.schemas)

    @property
    def is_whole(self) -> bool:
        """Whether a whole number must stand here."""
        return any(each.get("type") == "integer" for each in self.schemas)

    @property
    def is_date(self) -> bool:
        """Whether a date or a time must stand here."""
        return any(str(each.get("pattern", "")).startswith(_DATE) for each in self.schemas)

    def _entry(self) -> Iterator[Schema]:
        return (each["items"] for each in self.schemas if "items" in each)

    def _under(self, key: str) -> Iterator[Schema]:
        for each in self.schemas:
            if key in each.get("properties", {}):
                yield each["properties"][key]
            elif isinstance(each.get("additionalProperties"), Mapping):
                yield each["additionalProperties"]


def _words(schemas: Any) -> tuple[str, ...]:
    found = (word for each in schemas for word in each.get("enum", ()) if isinstance(word, str))
    return tuple(dict.fromkeys(found))


def _holding(schema: Schema, value: object, defs: Schema) -> Iterator[Schema]:
    """The schema, and every other that it says holds for this value too."""
    yield schema
    if reference := schema.get("$ref"):
        yield from _holding(defs[reference.removeprefix(_REFERENCE)], value, defs)
    for each in schema.get("allOf", ()):
        yield from _holding(each, value, defs)
    if "if" in schema:
        chosen = schema.get("then" if _meets(schema["if"], value) else "else")
        if chosen:
            yield from _holding(chosen, value, defs)


_TYPES: Mapping[str, type] = {"array": tuple, "object": dict}


def _meets(condition: Schema, value: object) -> bool:
    """Whether a value meets a condition of the few sorts that the schemas of policies have."""
    if "type" in condition and not isinstance(value, _TYPES.get(condition["type"], type(None))):
        return False
    if "const" in condition and value != condition["const"]:
        return False
    if "not" in condition and _meets(condition["not"], value):
        return False
    if not isinstance(value, dict):
        return True
    return all(key in value for key in condition.get("required", ())) and all(
        _meets(each, value[key])
        for key, each in condition.get("properties", {}).items()
        if key in value
    )
