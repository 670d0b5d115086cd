"""Facts that may be absent: what compares one must first have asked whether it is there.

To the engine an absent fact is null, and null is unequal to everything: `order.account != 'x'`
would be true where there is no order at all. All other uses of null are errors to it.
"""

from collections.abc import Iterator

from gate.conditions.complaints import Fault
from gate.conditions.tree import UNKNOWN, Call, Literal, Node, Select, path_of, walk
from gate.conditions.vocabulary import group_of
from gate.policy.quoting import quoted

_COMPARISONS = frozenset({"_==_", "_!=_", "@in"})


def unguarded(node: Node, there: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Comparisons with facts that may be absent; `there` are those asked for around this part.

    A fact counts as asked for by `has(a) && …`, `!has(a) || …` and `has(a) ? … : …`, on
    whichever side: where it is absent, the answer does not hang on the comparison.
    """
    match node:
        case Call(function="_&&_"):
            there |= _asked(node)
        case Call(function="_||_"):
            there |= _asked_not(node)
        case Call(function="_?_:_"):
            condition, then, otherwise = node.args
            yield from unguarded(condition, there)
            yield from unguarded(then, there | _asked(condition))
            yield from unguarded(otherwise, there | _asked_not(condition))
            return
        case Call(function=function) if function in _COMPARISONS:
            yield from _compared(node, there)
        case Select(asks=True):
            yield from _needless(node)
        case _:
            pass
    for part in node.parts:
        yield from unguarded(part, there)


def _asked(node: Node) -> frozenset[str]:
    """The facts that are there wherever this is true."""
    match node:
        case Call(function="_&&_"):
            return frozenset().union(*map(_asked, node.args))
        case Call(function="!_"):
            return _asked_not(node.args[0])
        case Select(asks=True):
            return frozenset({_path(node)} - {""})
        case _:
            return frozenset()


def _asked_not(node: Node) -> frozenset[str]:
    """The facts that are there wherever this is false."""
    match node:
        case Call(function="_||_"):
            return frozenset().union(*map(_asked_not, node.args))
        case Call(function="!_"):
            return _asked(node.args[0])
        case _:
            return frozenset()


def _path(asking: Select) -> str:
    above = path_of(asking.operand)
    return f"{above}.{asking.field}" if above else ""


def _compared(comparison: Call, there: frozenset[str]) -> Iterator[Fault]:
    for arg in comparison.args:
        if isinstance(arg, Literal) and arg.type == UNKNOWN:
            return  # A comparison with null, which gate.conditions.limits refuses.
    for arg in comparison.args:
        if _group(arg.type):
            yield Fault(comparison.at, "groups of facts cannot be compared: compare their facts")
        elif arg.type.startswith("list(wrapper("):
            yield Fault(arg.start, "facts that may be absent cannot be compared as a list")
        elif arg.type.startswith("wrapper("):
            yield from _guarded(arg, there, comparison)


def _guarded(arg: Node, there: frozenset[str], comparison: Call) -> Iterator[Fault]:
    path = path_of(arg)
    if "." not in path:
        yield Fault(arg.start, "this may be absent: compare a fact by its name, after `has(…)`")
    elif path not in there:
        text = f"{quoted(path)} may be absent: write `has({path}) && …` beside the comparison"
        yield Fault(comparison.at, text)


def _group(type_: str) -> bool:
    while type_.startswith("list("):
        type_ = type_[5:-1]
    return group_of(type_) is not None


def uncertain(node: Node) -> Iterator[Fault]:
    """Comparisons of what the type checker could not tell the type of: nothing is sure there."""
    for each in walk(node):
        if isinstance(each, Call) and each.function in _COMPARISONS:
            for arg in each.args:
                if UNKNOWN in arg.type:
                    yield Fault(arg.start, "this can be anything: compare facts by their names")


def _needless(asking: Select) -> Iterator[Fault]:
    """`has` of what is always there asks whether it is zero, false or empty."""
    group = group_of(asking.operand.type)
    fact = group[1].fields.get(asking.field) if group else None
    if fact is None or fact.optional:
        return
    name = quoted(_path(asking) or asking.field)
    if fact.many:
        yield Fault(asking.at, f"{name} is a list, which is always there: ask for its `.size()`")
    else:
        yield Fault(asking.at, f"{name} is always there: `has` would ask if it is zero or empty")
