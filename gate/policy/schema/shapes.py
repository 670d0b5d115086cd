"""The JSON Schema of each file of a policy."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from gate.policy.certificate_profile.shape import CertificateProfileFile
from gate.policy.exception_shape import ExceptionsFile
from gate.policy.files import GrantsFile, PolicyFile
from gate.policy.holder_shape import HoldersFile
from gate.policy.kinds import KINDS
from gate.policy.overrides import OverrideShape
from gate.policy.rule_shape import RuleShape
from gate.policy.schema.generator import ShapeSchema
from gate.policy.schema.names import Names
from gate.policy.schema.tidy import tidied
from gate.policy.shape import Shape

_READ: Literal["validation"] = "validation"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILES: Mapping[str, type[Shape]] = {
    "policy": PolicyFile,
    "grants": GrantsFile,
    "exceptions": ExceptionsFile,
    "holders": HoldersFile,
    "profile": CertificateProfileFile,
}
"""The shape of each file of a policy by its name without `.yaml`; `profile` stands for each."""


def schema_of(shape: type[Shape], names: Names) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file, as an editor sees it, for these names.

    It accepts every file that a gate accepts, apart from texts with blanks around them in
    quotes. Not everything that a gate refuses is wrong to it: what files mean together is for
    `gate policy check`.
    """
    top, defs = _generated(shape)
    if shape is PolicyFile and names.lints:
        overrides = {**defs[OverrideShape.__name__], "allOf": list(_lints(names))}
        defs = {**defs, OverrideShape.__name__: overrides}
    used = {name: defs[name] for name in sorted(_used(top, defs))}
    return {"$schema": DIALECT, **tidied({**top, "$defs": used}, names)}


@cache
def _generated(shape: type[Shape]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of a shape for any names, and its definitions; nobody changes them."""
    kinds = KINDS.values() if shape is PolicyFile else ()
    models = [(each, _READ) for each in (shape, *kinds)]
    references, definitions = models_json_schema(models, schema_generator=ShapeSchema)
    defs = definitions["$defs"]
    top = defs.pop(_name(references[shape, _READ]))
    if kinds:
        by_kind = {name: references[kind, _READ] for name, kind in KINDS.items()}
        top["properties"]["rules"]["items"] = {"$ref": "#/$defs/Rule"}
        defs["Rule"] = _rule(by_kind, defs)
    return top, defs


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).removeprefix("#/$defs/")


def _used(schema: Any, defs: Mapping[str, Any]) -> set[str]:
    """The definitions that a schema comes to by its references."""
    found = set[str]()
    waiting = [schema]
    while waiting:
        match waiting.pop():
            case {"$ref": str()} as reference if (name := _name(reference)) not in found:
                found.add(name)
                waiting += [defs[name], *reference.values()]
            case Mapping() as mapping:
                waiting += mapping.values()
            case list() as items:
                waiting += items
            case _:
                pass
    return found


def _rule(by_kind: Mapping[str, Mapping[str, Any]], defs: Mapping[str, Any]) -> dict[str, Any]:
    """A rule: its kind decides which keys there are, and what is told of a wrong one."""
    of_all = [field.alias or name for name, field in RuleShape.model_fields.items()]
    told = [_kind_in_words(defs[_name(kind)]) for kind in by_kind.values()]
    return {
        "type": "object",
        "description": "One requirement.",
        "required": ["kind"],
        "properties": {
            **{name: {} for name in of_all},
            "kind": {
                "description": "What must be true; each kind has keys of its own.",
                "enum": list(by_kind),
                "enumDescriptions": told,
            },
        },
        "allOf": [
            {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": kind}
            for name, kind in by_kind.items()
        ],
    }


def _kind_in_words(shape: Mapping[str, Any]) -> str:
    return str(shape["properties"]["kind"].get("description") or shape.get("description", ""))


def _lints(names: Names) -> Iterator[dict[str, Any]]:
    """The lints that overrides may name, by linter; any, where `known_from` names a version."""
    for linter, lints in names.lints.items():
        meant = {"properties": {"linter": {"const": linter}}, "required": ["linter"]}
        yield {
            "if": {
                "properties": {"lint": meant},
                "required": ["lint"],
                "not": {"required": ["known_from"]},
            },
            "then": {"properties": {"lint": {"properties": {"id": {"enum": list(lints)}}}}},
        }
