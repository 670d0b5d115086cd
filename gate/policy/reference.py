"""The reference of kinds: what each demands and how it is written, out of the code itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_type_hints

import yaml
from pydantic.fields import FieldInfo

from gate.policy.certificate_profile.shape import CertificateProfileFile, ChoiceShape
from gate.policy.exception_shape import ExceptionShape
from gate.policy.files import GrantShape, ListShape, ProfileShape
from gate.policy.holder_shape import HolderShape
from gate.policy.kinds import KINDS
from gate.policy.markdown import bullets, joined, prose, table
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import RuleShape, WhenShape
from gate.policy.schedule import StepShape
from gate.policy.shape import Shape

_HEADS = ("key", "needed", "is", "such as")

_OPENING = """\
# The kinds of rules

This page is made out of the gate's own code by `gate policy docs`. [Write a policy](policy.md)
tells how to work with these.

Each rule says what must be true of a certificate before it is released. Its `kind` decides what
that is, and which keys it has besides those of every rule. A length of time is one of `{days: 99}`,
`{hours: 47}` and `{seconds: 30}`; a date is 00:00:00 UTC of its day."""


def kinds_reference() -> str:
    """The reference in Markdown: the keys of every rule, then each kind under the same headings."""
    parts = [_OPENING, _contents(), "## Keys of every rule", keys_table(RuleShape)]
    parts += ["Under `when`, every key that is given must match:", keys_table(WhenShape)]
    for kind, shape in KINDS.items():
        parts += _kind(kind, shape)
    for heading, shape_of in _OTHERS.items():
        parts += [heading, keys_table(shape_of)]
    return joined(parts)


def example_of(shape: type[RuleShape]) -> str:
    """A rule of this kind in YAML, of the examples that its keys have."""
    kind = _kind_of(shape)
    title = str(shape.model_fields["kind"].description).partition(". ")[0].rstrip(".")
    keys: dict[str, Any] = {"id": kind.replace("_", "-"), "title": title, "kind": kind}
    keys["mode"] = "enforce"
    keys |= {key: field.examples[0] for key, field in _own_keys(shape) if field.examples}
    lines = [line for key, example in keys.items() for line in _written(key, example)]
    return "- " + "\n  ".join(lines) + "\n"


def keys_table(shape: type[Shape]) -> str:
    """The keys of a shape, and those of the shapes below it."""
    return table(_HEADS, _rows(keys_of(shape).items()))


def keys_of(shape: type[Shape]) -> dict[str, FieldInfo]:
    """The keys of a shape as authors write them."""
    return {field.alias or name: field for name, field in shape.model_fields.items()}


_OTHERS: Mapping[str, type[Shape]] = {
    "## Keys of a profile": ProfileShape,
    "## Keys of a list": ListShape,
    "## Keys of a step of a schedule": StepShape,
    "## Keys of a grant": GrantShape,
    "## Keys of an exception": ExceptionShape,
    "## Keys of a holder": HolderShape,
    "## Keys of a certificate profile": CertificateProfileFile,
    "## Keys of a choice in a certificate profile": ChoiceShape,
}


def _contents() -> str:
    return bullets(
        f"[`{kind}`](#{kind}): {_description(shape.model_fields['kind'])}"
        for kind, shape in KINDS.items()
    )


def _kind(kind: str, shape: type[RuleShape]) -> Iterator[str]:
    requirement = _requirement(shape)
    yield f"## `{kind}`"
    yield "### What must be true"
    yield _description(shape.model_fields["kind"])
    yield "### Parameters"
    rows = list(_rows(_own_keys(shape)))
    yield table(_HEADS, rows) if rows else "None."
    yield "### Example"
    yield f"```yaml\n{example_of(shape)}```"
    yield "### When it fails"
    yield bullets(
        f"`policy.{kind}{f'.{ending}' if ending else ''}`: {prose(fault)}"
        for ending, fault in requirement.faults.items()
    )
    yield f"A block by it is put down to `{requirement.cause}`."
    if requirement.sections:
        yield "### References"
        yield ", ".join(requirement.sections)


def _rows(keys: Any, before: str = "") -> Iterator[tuple[str, str, str, str]]:
    for key, field in keys:
        name = f"{before}{key}"
        example = "" if not field.examples else f"`{_inline(field.examples[0])}`"
        needed = "yes" if field.is_required() else "no"
        yield f"`{name}`", needed, _description(field), example
        # What many keys hold is said once: a length of time at the top of the page.
        for below in _shapes(field.annotation):
            if not issubclass(below, (WhenShape, ChoiceShape)) and not _is_length(below):
                yield from _rows(keys_of(below).items(), f"{name} > ")


def _is_length(shape: type[Shape]) -> bool:
    return {"days", "hours", "seconds"} <= shape.model_fields.keys()


def _shapes(annotation: Any) -> Iterator[type[Shape]]:
    """The shapes in an annotation, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for each in get_args(annotation):
        yield from _shapes(each)


def _own_keys(shape: type[RuleShape]) -> Iterator[tuple[str, FieldInfo]]:
    for key, field in keys_of(shape).items():
        if key not in RuleShape.model_fields:
            yield key, field


def _kind_of(shape: type[RuleShape]) -> str:
    return next(kind for kind, each in KINDS.items() if each is shape)


def _requirement(shape: type[RuleShape]) -> type[Requirement]:
    """The class of what a shape resolves to."""
    found: type[Requirement] = get_type_hints(shape.resolve)["return"]
    return found


def _description(field: FieldInfo) -> str:
    return prose(field.description or "")


def _written(key: str, example: Any) -> Iterator[str]:
    """A key with its example: each mapping in a list on a line of its own, all else inline."""
    entries = example if isinstance(example, list) else []
    if entries and all(isinstance(entry, dict) for entry in entries):
        yield f"{key}:"
        yield from (f"  - {_inline(entry)}" for entry in entries)
    else:
        yield f"{key}: {_inline(example)}"


def _inline(example: Any) -> str:
    """An example in one line of YAML."""
    text: str = yaml.safe_dump(
        example, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000
    )
    return re.sub(r"'(\d{4}-\d\d-\d\d)'", r"\1", text.removesuffix("...\n").strip())
