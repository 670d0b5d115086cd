"""Nodes of a document written as flow YAML, which reads back as the same nodes."""

import json
import re

from gate.policy.document import Node, Plain

_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


def written(node: Node) -> str:
    """The text of a node in one line; what need not stand in quotes does so still, mostly.

    Only a scalar without quotes can be a number, or true or false, and such a one stays so.
    """
    match node.value:
        case dict() as entries:
            inside = (f"{_text(key)}: {written(each)}" for key, each in entries.items())
            return f"{{{', '.join(inside)}}}"
        case tuple() as entries:
            return f"[{', '.join(map(written, entries))}]"
        case scalar:
            bare = isinstance(scalar, Plain) and _BARE.fullmatch(scalar)
            return str(scalar) if bare else _text(scalar)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
