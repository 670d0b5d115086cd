"""A profile as the text of its file."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from gate.policy.certificate_profile.listing import Listing
from gate.policy.certificate_profile.profile import (
    BOTH_STAGES,
    AttributePin,
    CertificateProfile,
    Critical,
    ExtensionPin,
)
from gate.policy.certificate_profile.shape import FORMAT
from gate.policy.certificate_profile.words import (
    ANY,
    FIXED,
    LISTS,
    NAME_TYPES,
    usual_strings,
)
from gate.x509 import oids

_WIDEST = 96
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NOT_TEXT = re.compile(r"true|false|null|yes|no|on|off|[0-9.]+", re.IGNORECASE)

_Value: TypeAlias = "str | int | bool | list[str] | dict[str, _Value]"


def write_profile(profile: CertificateProfile, *, head: str, notes: Mapping[str, str]) -> str:
    """The text of a profile file; `head` is its comment, `notes` stand beside entries by OID."""
    lines = [*(f"# {line}".rstrip() for line in head.splitlines()), ""]
    lines += [f"format: {FORMAT}", f"title: {_inline(profile.title)}", ""]
    if profile.signature:
        lines.append("signature:")
        lines += [
            f"  {key}: {_inline(sorted(names))}" for key, names in sorted(profile.signature.items())
        ]
        lines.append("")
    lines.append(f"subject_order: {_order(in_order=profile.subject_in_order)}")
    lines.append("subject:" if profile.subject else "subject: []")
    for attribute in profile.subject:
        lines += _entry(_attribute(attribute), notes.get(attribute.oid, ""))
    lines += ["", f"extension_order: {_order(in_order=profile.extensions_in_order)}", "extensions:"]
    for extension in profile.extensions:
        lines += _entry(_extension(extension), notes.get(extension.oid, ""))
    return "\n".join(lines) + "\n"


def _order(*, in_order: bool) -> str:
    return "as-listed" if in_order else "any"


def _entry(entry: dict[str, _Value], note: str) -> Iterator[str]:
    """One line where it fits, else a line for each key."""
    comment = f"   # {note}" if note else ""
    line = f"  - {_inline(entry)}{comment}"
    if len(line) <= _WIDEST:
        yield line
        return
    for at, (key, value) in enumerate(entry.items()):
        yield f"  {' ' if at else '-'} {key}: {_inline(value)}{'' if at else comment}"


def _attribute(pin: AttributePin) -> dict[str, _Value]:
    found: dict[str, _Value] = {"name": pin.name}
    if pin.optional:
        found["optional"] = True
    if pin.repeats:
        found["repeats"] = True
    if pin.strings != usual_strings(pin.oid):
        found["strings"] = sorted(pin.strings)
    if pin.values is not None:
        found["values"] = sorted(pin.values)
    return found


def _extension(pin: ExtensionPin) -> dict[str, _Value]:
    found: dict[str, _Value] = {"name": pin.name}
    if pin.critical is not Critical.FALSE:
        found["critical"] = True if pin.critical is Critical.TRUE else pin.critical.value
    if pin.optional:
        found["optional"] = True
    if pin.stages != BOTH_STAGES:
        found["stages"] = sorted(stage.value for stage in pin.stages)
    return found | dict(_content(pin))


def _content(pin: ExtensionPin) -> Iterator[tuple[str, _Value]]:
    for key, listing in sorted(pin.lists.items()):
        if listing.exactly != () or pin.oid != oids.AUTHORITY_INFO_ACCESS:
            yield key, _listing(listing)
    if pin.qualifiers:
        yield "qualifiers", True
    if pin.oid == oids.SUBJECT_ALT_NAME and pin.types != frozenset(NAME_TYPES.values()):
        yield "types", [name for name, kind in NAME_TYPES.items() if kind in pin.types]
    if pin.oid == oids.SUBJECT_KEY_IDENTIFIER:
        yield "method", pin.key_id.value if pin.key_id else ANY
    if pin.oid not in LISTS and pin.oid not in FIXED:
        yield "value", ANY if pin.value is None else pin.value.hex()


def _listing(listing: Listing) -> _Value:
    if listing.exactly is not None:
        return list(listing.exactly)
    found: dict[str, _Value] = {}
    for key in ("must", "may", "may_begin"):
        if entries := getattr(listing, key):
            found[key] = sorted(entries)
    if listing.least:
        found["least"] = listing.least
    if listing.most is not None:
        found["most"] = listing.most
    return found


def _inline(value: _Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            plain = _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value)
            oid = value.count(".") > 1 and _PLAIN.fullmatch(value)
            return value if plain or oid else json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case _:
            return f"{{{', '.join(f'{key}: {_inline(each)}' for key, each in value.items())}}}"
