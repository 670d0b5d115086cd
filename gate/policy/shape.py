"""The base of everything a policy file can say, and how its mistakes are told."""

from typing import Any, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from gate.policy.document import Document, Path
from gate.policy.problems import closest
from gate.policy.quoting import quoted
from gate.policy.scalars import mistake

_WORDS = {
    "string_type": "must be a text",
    "tuple_type": "must be a list: write each entry after `- `, or all of them in `[ ]`",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "greater_than": "must be more than 0",
}


class Shape(BaseModel):
    """A mapping with fixed keys; an unknown key is a mistake that names the nearest known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @model_validator(mode="wrap")
    @classmethod
    def _name_unknown_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            known = [field.alias or name for name, field in cls.model_fields.items()]
            details = _unknown_keys_named(error.errors(include_url=False), known)
            raise ValidationError.from_exception_data(cls.__name__, details) from None


def keys_given(count: int) -> ConfigDict:
    """For a shape that has just so many keys: editors learn it so, its own check tells others."""
    return ConfigDict(json_schema_extra={"minProperties": count, "maxProperties": count})


S_ = TypeVar("S_", bound=Shape)


def shaped(document: Document, shape: type[S_]) -> S_ | None:
    """The document as this shape; None where it has another, with every reason noted."""
    try:
        return shape.model_validate(document.root.plain())
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            _note(document, problem)
        return None


def mistake_at(path: Path, text: str, given: object) -> ValidationError:
    """A mistake that a validator found somewhere below the value it was given."""
    detail = InitErrorDetails(type=mistake(text), loc=path, input=given)
    return ValidationError.from_exception_data("mistake", [detail])


def _note(document: Document, problem: ErrorDetails) -> None:
    path = problem["loc"]
    match problem["type"]:
        case "missing":
            document.add(path[:-1], f"the key {quoted(str(path[-1]))} is missing")
        case "unknown_key":
            document.add(path, problem["msg"], at_key=True)
        case _ if path and path[-1] == "[key]":
            document.add(path[:-1], problem["msg"], at_key=True)
        case kind:
            document.add(path, _WORDS.get(kind, problem["msg"]))


def _unknown_keys_named(errors: list[ErrorDetails], known: list[str]) -> list[InitErrorDetails]:
    """The same errors, each unknown key with the known one that was probably meant.

    A key that is missing because it was misspelt is not told a second time.
    """
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
    meant = {loc: closest(str(loc[0]), known) for loc in unknown}
    told = {(name,) for name in meant.values()}
    return [
        _again(error, meant.get(error["loc"]))
        for error in errors
        if not (error["type"] == "missing" and error["loc"] in told)
    ]


def _again(error: ErrorDetails, meant: str | None) -> InitErrorDetails:
    named: str | PydanticCustomError = error["type"]
    if error["type"] == "extra_forbidden":
        hint = f"; did you mean {quoted(meant)}?" if meant else ""
        text = f"unknown key {quoted(str(error['loc'][-1]))}{hint}"
        named = PydanticCustomError("unknown_key", "{text}", {"text": text})
    elif error["type"] == "unknown_key":
        named = PydanticCustomError("unknown_key", "{text}", {"text": error["msg"]})
    elif error["type"] == "mistake":
        named = mistake(error["msg"])
    return InitErrorDetails(
        type=named, loc=error["loc"], input=error["input"], ctx=error.get("ctx", {})
    )
