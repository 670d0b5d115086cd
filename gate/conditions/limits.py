"""What a condition may not do although the engine would let it.

Each limit closes a way to take endless memory or time, or a text that says something else
than it seems to.
"""

from collections.abc import Callable, Iterator

from gate.conditions.complaints import Fault
from gate.conditions.functions import FUNCTIONS, OPERATORS
from gate.conditions.tree import UNKNOWN, Call, ListLiteral, Literal, Loop, Node, Struct
from gate.conditions.type_words import type_in_words
from gate.policy.characters import describe, refused_characters
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted

LONGEST = 2_000
"""Characters of one text."""

DEEPEST_LOOPS = 2
"""Loops inside one another; `for_each` is one of them."""

_SUMMANDS = frozenset(
    {"int", "wrapper(int)", "google.protobuf.Timestamp", "google.protobuf.Duration"}
)
_SEARCHES = frozenset({"startsWith", "endsWith", "contains", "matches"})
_WRITTEN_OUT = {
    "matches": "the regular expression",
    "timestamp": "the moment",
    "duration": "the length of time",
}

Trial = Callable[[str, str], str | None]
"""Whether a function takes a text: None, or the engine's reason why not, perhaps empty."""


def refused_text(text: str) -> Iterator[Fault]:
    """What is wrong with a text before anything reads it."""
    if len(text) > LONGEST:
        long = f"{len(text):,} characters are too many: at most {LONGEST:,}"
        yield Fault(0, f"{long}; split the rule into several")
    if not text.strip():
        yield Fault(0, "nothing is written here")
    for at in refused_characters(text):
        yield Fault(at, f"{describe(text[at])} is not allowed: remove it")


def exceeded(node: Node, names: frozenset[str], trial: Trial, loops: int = 0) -> Iterator[Fault]:
    """What goes beyond the limits in this part and all below.

    `names` are taken already, `loops` counts those around it.
    """
    match node:
        case Loop():
            yield from _loop(node, names, loops)
            yield from exceeded(node.range, names, trial, loops)
            for part in node.body:
                yield from exceeded(part, names | {node.variable}, trial, loops + 1)
            return
        case Call():
            yield from _call(node, trial)
        case ListLiteral():
            yield from _list(node)
        case Struct():
            yield Fault(node.at, "maps and messages cannot be written in a condition")
        case Literal():
            yield from _literal(node)
        case _:
            pass
    for part in node.parts:
        yield from exceeded(part, names, trial, loops)


def _loop(loop: Loop, names: frozenset[str], loops: int) -> Iterator[Fault]:
    if loops >= DEEPEST_LOOPS:
        text = f"more than {DEEPEST_LOOPS} loops inside one another (`for_each` is one)"
        yield Fault(loop.at, f"{text}: ask about the facts of each entry instead")
    if loop.variable in names:
        # Two things of one name read alike and mean different things.
        yield Fault(loop.at, f"the name {quoted(loop.variable)} is taken: choose another one")


def _call(call: Call, trial: Trial) -> Iterator[Fault]:
    if call.function in OPERATORS:
        if call.function == "_+_" and not {arg.type for arg in call.args} <= _SUMMANDS:
            text = f"`+` adds numbers and times, not {type_in_words(call.args[0].type)}"
            yield Fault(call.at, f"{text}: compare the parts one by one")
        return
    if call.function not in FUNCTIONS:
        hint = did_you_mean(call.function, FUNCTIONS)
        yield Fault(call.at, f"the function {quoted(call.function)} is not allowed here{hint}")
    elif len(call.args) != FUNCTIONS[call.function]:
        text = f"{quoted(call.function)} takes nothing more: it gives the part in UTC"
        yield Fault(call.at, text)
    else:
        yield from _argument(call, trial)


def _argument(call: Call, trial: Trial) -> Iterator[Fault]:
    """What is wrong with the last argument, where it must be written out."""
    last = call.args[-1]
    text = last.text if isinstance(last, Literal) else None
    if call.function in _SEARCHES and text == "":
        yield Fault(last.at, f"every text passes {quoted(call.function)} of an empty text")
    what = _WRITTEN_OUT.get(call.function)
    if what is None:
        return
    if text is None:
        yield Fault(last.start, f"{what} must be written out here, as a text in quotes")
    elif (reason := trial(call.function, text)) is not None:
        yield Fault(last.at, f"{quoted(text)} is not {_A[call.function]}{reason}")


_A = {
    "matches": "a regular expression: ",
    "timestamp": "a moment: write timestamp('2027-03-15T00:00:00Z')",
    "duration": "a length of time: write duration('36h')",
}


def _list(node: ListLiteral) -> Iterator[Fault]:
    if not node.elements:
        yield Fault(node.at, "an empty list says nothing: ask for `.size() == 0`")
        return
    types = {element.type for element in node.elements}
    if len(types) > 1:
        first, second = sorted(map(type_in_words, types))[:2]
        yield Fault(node.at, f"a list must hold things of one type, not {first} and {second}")


def _literal(literal: Literal) -> Iterator[Fault]:
    if literal.type == UNKNOWN:
        text = "`null` cannot be asked for: write `has(…)`, or `!has(…)`"
        yield Fault(literal.at, text)
    for at in refused_characters(literal.text or "")[:1]:
        char = describe((literal.text or "")[at])
        text = f"an escape gives {char}: in r'…' a backslash stays one"
        yield Fault(literal.at, text)
