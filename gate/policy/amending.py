"""Adds an approval to a YAML file that people wrote, and changes nothing else in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gate.errors import Refused
from gate.policy.approvals import Approval, stated_time
from gate.policy.document import Mark, Node, read
from gate.policy.problems import Problems
from gate.tlog.base64 import encode_base64

_KEY = "approvals"
_BOM = "\ufeff"


def with_approval(file: str, data: bytes, section: str, at: int, approval: Approval) -> bytes:
    """The file with one approval more for an entry of this section, counted from 0.

    Comments, blank lines and the order of keys stay as they are. Each place where the approval
    could be written is tried, and the first is taken with which the file says what it said
    and this approval. Raises Refused where there is none, with the text to write in by hand.
    """
    text = data.decode().removeprefix(_BOM)
    root = _root(file, data)
    line = _written(approval)
    rest, approvals = _said(root, section, at) or ({}, [])
    wanted = rest, sorted([*approvals, sorted(_fields(approval).items())])
    for changed in _candidates(_Text(text), _entry(root, section, at), line):
        if _said(_root(file, changed.encode()), section, at) == wanted:
            return (_BOM * data.startswith(_BOM.encode()) + changed).encode()
    raise Refused(f"{file}: no place was found for the approval: write it in by hand: {line}")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in which to write at places; lines may end with CRLF."""

    text: str

    def offset(self, mark: Mark) -> int:
        """Where a place is, counted from the start."""
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: mark.line - 1]) + mark.column - 1

    def line_end(self, line: int) -> Mark:
        """The place after the last character of a line."""
        return Mark(line, len(self.text.split("\n")[line - 1].removesuffix("\r")) + 1)

    def inserted(self, mark: Mark, *lines: str, until: str = "") -> str:
        """The text with these lines at a place, instead of what stands there until this sign."""
        start = self.offset(mark)
        rest = self.text[start:].partition(until)[2] if until else self.text[start:]
        line_end = "\r\n" if "\r\n" in self.text else "\n"
        return self.text[:start] + line_end.join(lines) + rest


def _candidates(text: _Text, entry: Node, line: str) -> Iterator[str]:
    """The text with the approval in each place that may be right, the best one first."""
    keys, values = entry.keys, entry.value
    if not isinstance(values, dict):
        return
    approvals = values.get(_KEY)
    if approvals is None:
        yield from _with_key(text, entry, line)
        return
    indent = " " * (approvals.mark.column - 1)
    if approvals.value == ():
        key = keys[_KEY]
        colon = Mark(key.line, key.column + len(_KEY) + 1)
        yield text.inserted(colon, "", f"{' ' * (key.column + 1)}- {line}", until="]")
        yield text.inserted(approvals.mark, f"[{line}]", until="]")
        return
    yield text.inserted(text.line_end(_last(approvals).line), "", f"{indent}- {line}")
    after = Mark(approvals.mark.line, approvals.mark.column + 1)
    yield text.inserted(after, f"{line}, ")
    yield text.inserted(approvals.mark, f"- {line}", indent)


def _with_key(text: _Text, entry: Node, line: str) -> Iterator[str]:
    """The text with the key, which the entry does not have yet: as its last, or between others."""
    first = min(entry.keys.values())
    indent = " " * (first.column - 1)
    lines = (f"{indent}{_KEY}:", f"{indent}  - {line}")
    yield text.inserted(text.line_end(_last(entry).line), "", *lines)
    for mark in sorted(entry.keys.values(), reverse=True):
        yield text.inserted(mark, f"{_KEY}:", f"{indent}  - {line}", indent)
        yield text.inserted(mark, f"{_KEY}: [{line}], ")


def _fields(approval: Approval) -> dict[str, str]:
    return {
        "by": approval.by,
        "at": stated_time(approval.at),
        "signature": encode_base64(approval.signature),
    }


def _written(approval: Approval) -> str:
    by, at, signature = _fields(approval).values()
    return f'{{by: {json.dumps(by, ensure_ascii=False)}, at: {at}, signature: "{signature}"}}'


def _root(file: str, data: bytes) -> Node:
    """The file as it reads; an empty mapping where it does not."""
    return read(file, data, Problems()).root


def _entry(root: Node, section: str, at: int) -> Node:
    entries = root.value[section].value if isinstance(root.value, dict) else ()
    if not isinstance(entries, tuple):
        raise TypeError(section)
    entry: Node = entries[at]
    return entry


def _last(node: Node) -> Mark:
    """The place of the last value in it."""
    below = node.value.values() if isinstance(node.value, dict) else node.value
    nodes = () if isinstance(below, str) else tuple(below)
    return max([node.mark, *map(_last, nodes)])


def _said(root: Node, section: str, at: int) -> tuple[Any, list[Any]] | None:
    """All that a file says but the approvals of one entry, and these in some order."""
    whole: Any = root.plain()
    try:
        entry = dict(whole[section][at])
        approvals = [sorted(each.items()) for each in entry.pop(_KEY, ())]
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    others = (*whole[section][:at], entry, *whole[section][at + 1 :])
    return {**whole, section: others}, sorted(approvals)
