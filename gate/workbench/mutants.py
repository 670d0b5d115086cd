"""Every small change of a policy that could let something through, or block too much."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gate.policy import Site
from gate.policy.document import Document, Node, Plain, read
from gate.policy.problems import Problems
from gate.policy.quoting import quoted
from gate.policy.schema import FILES, names_in, schema_of
from gate.workbench.flow import written
from gate.workbench.grammar import Grammar
from gate.workbench.mutant import Change, Mutant
from gate.workbench.mutant_lists import list_mutants
from gate.workbench.mutant_patterns import pattern_changes
from gate.workbench.mutant_scalars import scalar_changes

_TELLING = frozenset(
    {
        "approvals",
        "as",
        "description",
        "file",
        "for_each",
        "format",
        "id",
        "kind",
        "message",
        "name",
        "owner",
        "reason",
        "references",
        "requested_by",
        "requester_help",
        "require",
        "ticket",
        "title",
    }
)
"""Keys of what is told or signed, and of what is another rule when it is changed."""

_NOTHING_IF_LEFT_OUT = frozenset({"allow"})
"""Mappings in which a key that is left out allows nothing, so that one more allows more."""

_PATTERNS = {"whole": "anywhere", "anywhere": "whole"}


def mutants(files: Mapping[str, bytes], site: Site) -> Iterator[Mutant]:
    """Every mutant of a policy that loads, in the order of its files.

    In each YAML file every key and entry is left out once, every closed word exchanged for
    another, every number and date moved by one, and every list of closed words gets each of
    those that it lacks; in `lists/` every entry is left out, and the date moved of what gets
    old. The policy's own version and whatever is only told stay as they are.
    """
    names = names_in(files, site)
    for name, shape in FILES.items():
        file = f"{name}.yaml"
        if file in files:
            document = read(file, files[file], Problems())
            yield from _of_file(document, Grammar.of(schema_of(shape, names), document.root))
    ageing = _ageing(read("policy.yaml", files["policy.yaml"], Problems()).root.plain())
    for file in sorted(files):
        if file.startswith("lists/"):
            yield from list_mutants(file, files[file], ageing=file in ageing)


def _ageing(policy: Any) -> frozenset[str]:
    """The files of the lists that get too old; the date of others decides nothing."""
    lists = policy.get("lists", {}).values()
    return frozenset(each["file"] for each in lists if "greatest_age" in each)


def _of_file(document: Document, grammar: Grammar) -> Iterator[Mutant]:
    for change in _changes(document.root, grammar):
        if change.steps != ("version",):
            yield Mutant(
                file=document.file,
                steps=change.steps,
                mark=change.mark,
                what=change.what,
                data=written(change.node).encode(),
            )


def _changes(node: Node, grammar: Grammar, key: str = "") -> Iterator[Change]:
    """Every small change at a node and below it."""
    match node.value:
        case dict() as entries:
            yield from _mapping_changes(node, entries, grammar, key)
        case tuple() as entries:
            yield from _list_changes(node, entries, grammar)
        case scalar:
            pattern = key in _PATTERNS
            for text in pattern_changes(scalar) if pattern else scalar_changes(scalar, grammar):
                new = Plain(text) if isinstance(scalar, Plain) else text
                what = f"{shown(text)} instead of {shown(scalar)}"
                yield Change(steps=(), mark=node.mark, what=what, node=node._replace(value=new))


def _mapping_changes(
    node: Node, entries: dict[str, Node], grammar: Grammar, key: str
) -> Iterator[Change]:
    for name, value in entries.items():
        if name in _TELLING:
            continue
        others = {other: each for other, each in entries.items() if other != name}
        dropped = node._replace(value=others)
        yield Change(steps=(name,), mark=node.keys[name], what="left out", node=dropped)
        for change in _changes(value, grammar.below(name, value), name):
            yield change.under(name, node._replace(value={**entries, name: change.node}))
        if name in _PATTERNS:
            other = _PATTERNS[name]
            renamed = node._replace(value={**others, other: value})
            what = f"{other} instead of {name}"
            yield Change(steps=(name,), mark=node.keys[name], what=what, node=renamed)
    for name in grammar.keys if key in _NOTHING_IF_LEFT_OUT else ():
        if name not in entries:
            nothing = Node((), node.mark)
            for change in _additions(nothing, (), grammar.below(name, nothing)):
                yield change.under(name, node._replace(value={**entries, name: change.node}))


def _list_changes(node: Node, entries: tuple[Node, ...], grammar: Grammar) -> Iterator[Change]:
    for at, entry in enumerate(entries):
        before, after = entries[:at], entries[at + 1 :]
        name, dropped = _name(at, entry), node._replace(value=(*before, *after))
        yield Change(steps=(name,), mark=entry.mark, what="left out", node=dropped)
        if isinstance(entry.value, str):
            continue  # Another word is one left out and one added, which are told apart.
        for change in _changes(entry, grammar.below(at, entry)):
            yield change.under(name, node._replace(value=(*before, change.node, *after)))
    yield from _additions(node, entries, grammar)


def _additions(node: Node, entries: Iterable[Node], grammar: Grammar) -> Iterator[Change]:
    present = [entry.value for entry in entries]
    for word in grammar.entry_words:
        if word not in present:
            more = node._replace(value=(*entries, Node(word, node.mark)))
            yield Change(steps=(word,), mark=node.mark, what="added", node=more)


def shown(text: str) -> str:
    """A text in one line, without characters that hide."""
    return quoted(text)[1:-1]


def _name(at: int, entry: Node) -> str:
    """What people call an entry: a scalar itself, else its id or name, else its number from 1."""
    if isinstance(entry.value, str):
        return shown(entry.value)
    given = (
        entry.value.get("id") or entry.value.get("name") if isinstance(entry.value, dict) else None
    )
    return given.value if given and isinstance(given.value, str) else f"#{at + 1}"
