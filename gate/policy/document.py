"""One YAML file, read strictly, with the place of every key and value.

Only the events of PyYAML's parser are used. Nothing is resolved: a scalar stays the text
that was written (`NO`, `1.10`, `010`, `12:30`), and the model's field says later what it
has to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import yaml

from gate.policy.characters import decode, describe, refused_characters
from gate.policy.problems import Problems
from gate.policy.quoting import quoted
from gate.policy.scalar_source import place_within

DEEPEST = 16
"""How many lists and mappings may stand inside one another."""

Path: TypeAlias = tuple[str | int, ...]
"""The keys and list indexes that lead from the top of a document to a value."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Plain(str):
    """A scalar written without quotes: only such a one can be a number or true or false."""

    __slots__ = ()


class Mark(NamedTuple):
    """A place in a file, counted from 1."""

    line: int
    column: int


_TOP = Mark(1, 1)


class Node(NamedTuple):
    """A value with its place; for a mapping, `keys` has the place of each key.

    `style` says how a scalar was written: by a quote, `|`, `>`, or plainly where it is empty.
    """

    value: "str | tuple[Node, ...] | dict[str, Node]"
    mark: Mark
    keys: Mapping[str, Mark] = {}
    style: str = ""

    def plain(self) -> object:
        """The same without places: nested dicts and tuples of text."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return tuple(node.plain() for node in self.value)
        return self.value


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read, and where to report mistakes in it; `source` is its text."""

    file: str
    root: Node
    problems: Problems
    source: str = ""

    def add(
        self, path: Path, text: str, *, at_key: bool = False, within: Mark | None = None
    ) -> None:
        """Note a mistake at the value that the path leads to, or at its key.

        Where the path goes on beyond what was written, the place is the last thing there.
        `within` is a line and column of the value, which must be a text, as it was read.
        """
        node, mark, names = self.root, self.root.mark, list[str]()
        for segment in path:
            names.append(self._name(node, segment))
            value = node.value
            if isinstance(value, dict) and segment in value:
                mark = node.keys[str(segment)] if at_key else value[str(segment)].mark
                node = value[str(segment)]
            elif isinstance(value, tuple) and isinstance(segment, int):
                node = value[segment]
                mark = node.mark
        if within is not None and isinstance(node.value, str):
            mark = Mark(*place_within(self.source, mark, node.style, node.value, within))
        trail = f"{' > '.join(names)}: " if names else ""
        self.problems.add(self.file, *mark, f"{trail}{text}")

    def _name(self, node: Node, segment: str | int) -> str:
        """What people call this step: the id or name of a list's entry, else its number from 1."""
        if isinstance(segment, str):
            return quoted(segment)[1:-1]
        entry = node.value[segment].value if isinstance(node.value, tuple) else None
        given = (entry.get("id") or entry.get("name")) if isinstance(entry, dict) else None
        written = given.value if given and isinstance(given.value, str) else ""
        return quoted(written)[1:-1] or f"#{segment + 1}"


def read(file: str, data: bytes, problems: Problems) -> Document:
    """Read one YAML file; an empty mapping, with reasons noted, where it is not what it must be.

    Refused are duplicate keys, anchors, aliases, tags, merge keys, directives, a second
    document, keys without a value, and nesting deeper than DEEPEST.
    """
    text = decode(file, data, problems)
    nothing = Document(file, Node({}, _TOP), problems)
    if text is None:
        return nothing
    builder = _Builder(file, problems)
    loader = _LOADER(text)
    try:
        while loader.check_event() and not builder.gave_up:
            builder.take(loader.get_event())
    except yaml.MarkedYAMLError as error:
        builder.add(_where(error), _in_words(error))
    except yaml.YAMLError:
        builder.add(_TOP, "the file cannot be read as YAML")
    finally:
        loader.dispose()
    if builder.root is None and not builder.wrong:
        builder.add(_TOP, "the file is empty")
    if builder.root is None or builder.wrong:
        return nothing
    return Document(file, builder.root, problems, text)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; `key` waits for its value."""

    mark: Mark
    nodes: list[Node] | dict[str, Node]
    keys: dict[str, Mark] = field(default_factory=dict)
    key: str | None = None


class _Builder:
    """Builds nodes from events with a stack of its own, so that nesting costs no recursion."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.root: Node | None = None
        self.wrong = False
        self.gave_up = False
        self._file = file
        self._problems = problems
        self._open: list[_Open] = []
        self._documents = 0

    def add(self, mark: Mark, text: str) -> None:
        """Note a mistake in the YAML itself."""
        self.wrong = True
        self._problems.add(self._file, *mark, text)

    def take(self, event: yaml.Event) -> None:
        """Go on by one event of the parser."""
        match event:
            case yaml.DocumentStartEvent():
                self._begin_document(event)
            case yaml.AliasEvent():
                self.add(_start(event), f"the alias `*{event.anchor}` is not allowed: {_REPEAT}")
                self._place(Node("", _start(event)))
            case yaml.ScalarEvent():
                self._refuse_decoration(event)
                self._take_scalar(event)
            case yaml.CollectionStartEvent():
                self._refuse_decoration(event)
                self._begin(event)
            case yaml.CollectionEndEvent():
                self._end()
            case _:
                pass

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self.add(_start(event), "a second document begins here: one file holds one document")
            self.gave_up = True
        if event.version or event.tags:
            self.add(_start(event), "directives (`%YAML`, `%TAG`) are not allowed")

    def _refuse_decoration(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            text = f"the anchor `&{event.anchor}` is not allowed: {_REPEAT}"
            self.add(_start(event), text)
        if event.tag is not None:
            self.add(_start(event), f"the tag {quoted(event.tag)} is not allowed: {_QUOTE}")

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        text = event.value if event.style else Plain(event.value)
        # Only an escape can bring in what the text of the file was already searched for.
        for at in refused_characters(text) if event.style == '"' else ():
            escape = f"an escape in double quotes gives {describe(text[at])}"
            self.add(_start(event), f"{escape}: a backslash stays one in single quotes")
        expects_key = self._open and isinstance(self._open[-1].nodes, dict) and self._key is None
        if expects_key:
            self._take_key(text, event)
            return
        if text == "" and not event.style:
            at_key = f"the key {quoted(self._key)}" if self._key else "this entry"
            self.add(_start(event), f"{at_key} has no value")
        self._place(Node(text, _start(event), style=event.style or ""))

    @property
    def _key(self) -> str | None:
        return self._open[-1].key if self._open else None

    def _take_key(self, key: str, event: yaml.ScalarEvent) -> None:
        inside = self._open[-1]
        if key == "<<" and not event.style:
            self.add(_start(event), f"the merge key `<<` is not allowed: {_REPEAT}")
        elif key in inside.keys:
            first = inside.keys[key].line
            self.add(_start(event), f"the key {quoted(key)} stands twice: first in line {first}")
        elif key == "":
            self.add(_start(event), "an empty key is not allowed")
        inside.keys.setdefault(key, _start(event))
        inside.key = key

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) == DEEPEST:
            self.add(_start(event), f"nested more than {DEEPEST} deep")
            self.gave_up = True
            return
        if self._open and isinstance(self._open[-1].nodes, dict) and self._key is None:
            self.add(_start(event), "a key must be a single word, not a list or mapping")
            self.gave_up = True
            return
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(_start(event), {} if mapping else []))

    def _end(self) -> None:
        done = self._open.pop()
        nodes = done.nodes
        value = nodes if isinstance(nodes, dict) else tuple(nodes)
        self._place(Node(value, done.mark, done.keys))

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        inside = self._open[-1]
        if isinstance(inside.nodes, list):
            inside.nodes.append(node)
        elif inside.key is None:
            self.gave_up = True  # An alias stands where a key must: noted already.
        else:
            inside.nodes[inside.key] = node
            inside.key = None


_REPEAT = "write the value out where it is meant, or put a text that begins so in quotes"
_QUOTE = "put a text that begins with `!` in quotes"


def _start(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1) if mark else _TOP


def _where(error: yaml.MarkedYAMLError) -> Mark:
    mark = error.problem_mark or error.context_mark
    return Mark(mark.line + 1, mark.column + 1) if mark else _TOP


def _in_words(error: yaml.MarkedYAMLError) -> str:
    """The parser's complaint, with advice where its cause is nearly always the same."""
    problem = (error.problem or "cannot be read").strip()
    advice = ""
    if error.context and ("alias" in error.context or "anchor" in error.context):
        return "a text that begins with `*` or `&` must stand in quotes"
    if "cannot start any token" in problem:
        advice = ": indent with spaces, and put a text that begins with a sign in quotes"
    elif "mapping values are not allowed" in problem:
        advice = ": put a text that holds a colon and a blank in quotes"
    return f"this is not YAML: {problem}{advice}"
