"""JSON Schema from the shapes that read policies: what an editor must know, and no more."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from gate.policy.scalars import ANY_TEXT, WRITTEN, NotEmpty, OneOf, Unique
from gate.policy.schema.names import as_read

_CONTAINERS = frozenset({"tuple", "list", "dict", "model", "union"})
_TRANSPARENT = frozenset({"function-after", "function-wrap", "definitions", "default"})


class ShapeSchema(GenerateJsonSchema):
    """Writes down what readers of scalars take; what it does not know, it lets pass.

    An editor must never call wrong what a gate accepts. No defaults are given, for to an editor
    they are no help, and no titles but those of the shapes' words.
    """

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No field has a title beside its description."""
        del schema
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The schema of the value, without its default."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """The schema of the value: what may be None in a shape is left out of a file."""
        return self.generate_inner(schema["schema"])

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """What the reader of a scalar takes; a text where that is not known."""
        reader, inner = schema["function"]["function"], schema["schema"]
        if isinstance(reader, OneOf):
            return {"enum": [each for word in reader.words for each in as_read(word)]}
        if reader in WRITTEN:
            limits = self.generate_inner(inner) if inner["type"] == "int" else {}
            return {**limits, **WRITTEN[reader]}
        if written := schema.get("json_schema_input_schema"):
            return self.generate_inner(written)
        if inner["type"] == "nullable":
            # Only here can a file say null: the reader makes nothing of it before anything else.
            return {"anyOf": [self.generate_inner(inner), {"type": "null"}]}
        return {} if _kind(inner) in _CONTAINERS else dict(ANY_TEXT)

    def function_plain_schema(
        self, schema: core_schema.PlainValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """What the reader says that it takes; anything where it says nothing."""
        written = schema.get("json_schema_input_schema")
        return self.generate_inner(written) if written else {}

    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """The schema of the value, never empty and without repetition where that is checked."""
        found = self.generate_inner(schema["schema"])
        check = schema["function"]["function"]
        if check is NotEmpty.func:
            found["minItems" if found.get("type") == "array" else "minProperties"] = 1
        elif check is Unique.func and "enum" in found.get("items", {}):
            found["uniqueItems"] = True
        return found

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A mapping, with what its keys and its values may be."""
        values, keys = schema.get("values_schema"), schema.get("keys_schema")
        found: JsonSchemaValue = {"type": "object"}
        if values is not None:
            found["additionalProperties"] = self.generate_inner(values)
        if keys is not None:
            found["propertyNames"] = self.generate_inner(keys)
        return found


def _kind(schema: core_schema.CoreSchema) -> str:
    """What a value is in the end, whatever checks are around it."""
    inner: Any = schema
    while inner["type"] in _TRANSPARENT:
        inner = inner["schema"]
    return str(inner["type"])
