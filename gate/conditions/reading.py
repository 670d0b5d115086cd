"""Which facts a condition reads, and which of its parts read none."""

from collections.abc import Iterator, Mapping

from gate.conditions.complaints import Fault
from gate.conditions.tree import Call, Loop, Name, Node, Select, walk

_CONNECTIVES = frozenset({"_&&_", "_||_", "!_", "_?_:_"})


def facts_read(node: Node, known: Mapping[str, str]) -> frozenset[str]:
    """The facts that this part looks at, as dotted paths.

    `known` says for each name which fact it stands for; the entries of a list have the path of
    the list.
    """
    match node:
        case Name() | Select() if path := _path(node, known):
            return frozenset({path})
        case Loop():
            entries = _path(_source(node.range), known)
            inner = {**known, node.variable: entries}
            of_entries = (facts_read(part, inner) for part in node.body)
            return facts_read(node.range, known).union(*of_entries)
        case _:
            return frozenset().union(*(facts_read(part, known) for part in node.parts))


def constant_parts(node: Node) -> Iterator[Fault]:
    """Conditions within this one that look at no fact, the whole of it included."""
    if not _looks(node):
        yield Fault(node.start, "this looks at no fact: it is always the same")
        return
    for each in walk(node):
        asked = each.args if isinstance(each, Call) and each.function in _CONNECTIVES else ()
        asked = each.body if isinstance(each, Loop) else asked
        for part in asked:
            if part.type == "bool" and not _looks(part):
                yield Fault(part.start, "this looks at no fact: it is always the same")


def _looks(node: Node) -> bool:
    return any(isinstance(each, Name) for each in walk(node))


def _path(node: Node, known: Mapping[str, str]) -> str:
    match node:
        case Name():
            return known.get(node.name, "")
        case Select():
            above = _path(node.operand, known)
            return f"{above}.{node.field}" if above else ""
        case Call(function="_[_]"):
            return _path(node.args[0], known)
        case _:
            return ""


def _source(node: Node) -> Node:
    """The list from which a filter takes its elements."""
    while isinstance(node, Loop) and node.filters:
        node = node.range
    return node
