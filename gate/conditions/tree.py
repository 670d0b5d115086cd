"""The syntax tree of a condition as its author wrote it: loops whole again, types on each node."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gate.conditions.v1.syntax_pb2 import CheckedExpression
from gate.conditions.v1.syntax_pb2 import Loop as LoopMessage
from gate.conditions.v1.syntax_pb2 import Node as NodeMessage
from gate.conditions.v1.syntax_pb2 import Type as TypeMessage
from gate.errors import Malformed

_PRIMITIVES = {1: "bool", 2: "int", 3: "uint", 4: "double", 5: "string", 6: "bytes"}
_WELL_KNOWN = {2: "google.protobuf.Timestamp", 3: "google.protobuf.Duration"}

UNKNOWN = "unknown"
"""The type of what can be anything: null, an empty list, a list of unlike things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One part of a condition; `at` is its offset in code points, `type` as CEL spells it.

    Operators stand behind their left side.
    """

    at: int
    type: str

    @property
    def start(self) -> int:
        """The offset at which it begins."""
        return min(part.at for part in walk(self))

    @property
    def parts(self) -> "tuple[Node, ...]":
        """The parts it is made of."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """A value that is written out; `text` is None where it is no text."""

    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A fact, or the element of a loop."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Node):
    """A fact within a group; `asks` is true for `has(…)`, which only asks if it is there."""

    operand: Node
    field: str
    asks: bool

    @property
    def parts(self) -> tuple[Node, ...]:
        """The group."""
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """A function, operator or method; what a method is called on is the first of `args`."""

    function: str
    args: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The arguments."""
        return self.args


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLiteral(Node):
    """A list that is written out."""

    elements: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The elements."""
        return self.elements


@dataclass(frozen=True, slots=True, kw_only=True)
class Struct(Node):
    """A map or a message that is written out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Node):
    """`all`, `exists`, `exists_one`, `filter` or `map`: what it asks or makes of each element.

    `filters` says that it gives those elements themselves of which `body` is true.
    """

    variable: str
    range: Node
    body: tuple[Node, ...]
    filters: bool

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is gone through, then what is asked of each element."""
        return (self.range, *self.body)


def read_tree(checked: CheckedExpression) -> Node:
    """The tree of a checked expression; raises Malformed for a loop of no known form."""
    return _Reader(checked).read(checked.root)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything in it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def path_of(node: Node) -> str:
    """The dotted path of a fact, or empty where it is none; the loop's name may begin it."""
    match node:
        case Name():
            return node.name
        case Select(asks=False):
            above = path_of(node.operand)
            return f"{above}.{node.field}" if above else ""
        case _:
            return ""


class _Reader:
    """Reads nodes with the types and places of one expression."""

    def __init__(self, checked: CheckedExpression) -> None:
        self._types = checked.types
        self._positions = checked.source.positions

    def read(self, node: NodeMessage) -> Node:
        """One node with all below it."""
        kind = node.WhichOneof("kind") or ""
        return _READERS[kind](self, node)

    def place(self, node: NodeMessage) -> int:
        """The offset of a node."""
        return self._positions.get(node.id, 0)

    def type(self, node: NodeMessage) -> str:
        """The type of a node."""
        return _spelt(self._types[node.id]) if node.id in self._types else UNKNOWN

    def literal(self, node: NodeMessage) -> Node:
        """A literal."""
        is_text = node.literal.HasField("string_value")
        text = node.literal.string_value if is_text else None
        return Literal(at=self.place(node), type=self.type(node), text=text)

    def name(self, node: NodeMessage) -> Node:
        """A name."""
        return Name(at=self.place(node), type=self.type(node), name=node.name.name)

    def select(self, node: NodeMessage) -> Node:
        """A field."""
        return Select(
            at=self.place(node),
            type=self.type(node),
            operand=self.read(node.select.operand),
            field=node.select.field,
            asks=node.select.test_only,
        )

    def call(self, node: NodeMessage) -> Node:
        """A call; the target comes first."""
        target = [node.call.target] if node.call.HasField("target") else []
        args = tuple(self.read(each) for each in (*target, *node.call.args))
        function = node.call.function
        return Call(at=self.place(node), type=self.type(node), function=function, args=args)

    def list(self, node: NodeMessage) -> Node:
        """A list."""
        elements = tuple(self.read(each) for each in node.list.elements)
        return ListLiteral(at=self.place(node), type=self.type(node), elements=elements)

    def struct(self, node: NodeMessage) -> Node:
        """A map or message."""
        return Struct(at=self.place(node), type=self.type(node))

    def loop(self, node: NodeMessage) -> Node:
        """A loop, out of the steps it was written out into."""
        body = _body(node.loop)
        filters = len(body) > 1 and body[-1].name.name == node.loop.variable
        return Loop(
            at=self.place(node),
            type=self.type(node),
            variable=node.loop.variable,
            range=self.read(node.loop.range),
            body=tuple(self.read(each) for each in (body[:1] if filters else body)),
            filters=filters,
        )


_READERS: dict[str, Callable[[_Reader, NodeMessage], Node]] = {
    "literal": _Reader.literal,
    "name": _Reader.name,
    "select": _Reader.select,
    "call": _Reader.call,
    "list": _Reader.list,
    "struct": _Reader.struct,
    "loop": _Reader.loop,
}


def _step(loop: LoopMessage) -> str:
    return loop.step.call.function


def _body(loop: LoopMessage) -> list[NodeMessage]:
    """What the author wrote, out of the step that collects it.

    `all` and `exists` collect by `&&` and `||`, `map` by adding a list of one, the others do
    so under a condition.
    """
    args = list(loop.step.call.args)
    match _step(loop), len(args):
        case ("_&&_" | "_||_", 2):
            return [args[1]]
        case "_+_", 2:
            return _collected(args)
        case "_?_:_", 3:
            return [args[0], *_collected(list(args[1].call.args))]
        case _:
            raise Malformed("this loop is none of all, exists, exists_one, filter and map")


def _collected(sum_: list[NodeMessage]) -> list[NodeMessage]:
    """What is added; `exists_one` adds the number 1, which nobody wrote."""
    return list(sum_[1].list.elements) if len(sum_) > 1 else []


def _spelt(type_: TypeMessage) -> str:
    match type_.WhichOneof("kind"):
        case "primitive":
            return _PRIMITIVES.get(type_.primitive, UNKNOWN)
        case "wrapper":
            return f"wrapper({_PRIMITIVES.get(type_.wrapper, UNKNOWN)})"
        case "well_known":
            return _WELL_KNOWN.get(type_.well_known, UNKNOWN)
        case "list":
            return f"list({_spelt(type_.list.element)})"
        case "message":
            return type_.message
        case _:
            return UNKNOWN
