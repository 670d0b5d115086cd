"""Types in words, for the messages about conditions."""

from collections.abc import Callable

from gate.conditions.vocabulary import group_of
from gate.policy.quoting import quoted

_WORDS = {
    "bool": ("true or false", "true or false"),
    "int": ("a whole number", "whole numbers"),
    "uint": ("an unsigned number", "unsigned numbers"),
    "double": ("a decimal", "decimals"),
    "string": ("a text", "texts"),
    "bytes": ("octets", "octets"),
    "null": ("`null`", "`null`"),
    "google.protobuf.Timestamp": ("a moment", "moments"),
    "google.protobuf.Duration": ("a length of time", "lengths of time"),
}


def type_in_words(type_: str) -> str:
    """What a type is called in a sentence, from CEL's spelling of it."""
    if inner := _inside(type_, "wrapper"):
        return f"{type_in_words(inner)} that may be absent"
    if inner := _inside(type_, "list"):
        return f"a list of {_many(inner)}"
    if type_ in _WORDS:
        return _WORDS[type_][0]
    return _group(type_, lambda path: f"the group of facts {quoted(path)}")


def _many(type_: str) -> str:
    if type_ in _WORDS:
        return _WORDS[type_][1]
    return _group(type_, lambda path: f"entries of {quoted(path)}")


def _group(type_: str, words: Callable[[str], str]) -> str:
    found = group_of(type_)
    if found is None:
        return "anything"
    path, _ = found
    return words(path)


def _inside(type_: str, outer: str) -> str:
    begins = type_.startswith(f"{outer}(") and type_.endswith(")")
    return type_[len(outer) + 1 : -1] if begins else ""
