"""Texts in CEL, compiled and checked into conditions."""

import re
from collections.abc import Iterator
from functools import cache

from google.protobuf.message import DecodeError

from gate.conditions.absence import uncertain, unguarded
from gate.conditions.complaints import Fault, in_words
from gate.conditions.condition import ENTRIES, CELCondition, FactsOfCase
from gate.conditions.engine import VERSION, Engine, Program
from gate.conditions.limits import exceeded, refused_text
from gate.conditions.message import MessageText, read_message
from gate.conditions.reading import constant_parts, facts_read
from gate.conditions.tree import Name, Node, read_tree, walk
from gate.conditions.trial import trial
from gate.conditions.type_words import type_in_words
from gate.conditions.vocabulary import FACTS, FactType, Scope, find
from gate.errors import Malformed
from gate.policy.quoting import quoted
from gate.ports import Condition, ConditionFault

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,39}")


@cache
def compiler() -> "CELCompiler":
    """The compiler of conditions: one for all, so that the conditions of a case share its facts."""
    return CELCompiler()


class CELCompiler:
    """Compiles conditions in CEL; see gate.ports.ConditionCompiler."""

    def __init__(self) -> None:
        self._engine = _engine(FACTS)
        self._facts = FactsOfCase(self._engine)

    @property
    def version(self) -> str:
        """Name and version of the engine."""
        return VERSION

    def compile(
        self, *, require: str, message: str, for_each: str = "", element: str = ""
    ) -> Condition | tuple[ConditionFault, ...]:
        """The condition, or everything that is wrong with its texts."""
        entry = _entry(for_each.strip(), element)
        if isinstance(entry, ConditionFault):
            return (entry,)
        scope = FACTS if entry is None else {**FACTS, element: entry}
        engine = self._engine if entry is None else _engine(scope)
        tree = _checked(require, engine, scope, element)
        told = read_message(message, scope)
        if isinstance(tree, Node) and isinstance(told, MessageText):
            return self._condition(tree, require, told, for_each.strip(), element)
        faults = [*_placed("require", require, tree)] if isinstance(tree, tuple) else []
        if isinstance(told, tuple):
            faults += _placed("message", message, told)
        return tuple(faults)

    def _condition(
        self, tree: Node, require: str, message: MessageText, for_each: str, element: str
    ) -> Condition | tuple[ConditionFault, ...]:
        engine, text = self._engine, require
        if for_each:
            engine = _engine({**FACTS, ENTRIES: find(for_each, FACTS)})
            # A line break, because the text may end in a comment.
            text = f"{ENTRIES}.map({element}, {require}\n)"
        program = engine.compile(text)
        if not isinstance(program, Program):
            return tuple(_placed("require", require, in_words(program, require, FACTS)))
        known = {name: name for name in FACTS} | ({element: for_each} if for_each else {})
        reads = facts_read(tree, known) | ({for_each} if for_each else set())
        return CELCondition(
            engine=engine,
            program=program,
            message=message,
            for_each=for_each,
            element=element,
            facts=self._facts,
            reads=tuple(sorted(reads)),
        )


def _engine(scope: Scope) -> Engine:
    return Engine({name: type_.cel for name, type_ in scope.items()})


def _entry(for_each: str, element: str) -> FactType | ConditionFault | None:
    """The type of the entries that are judged one by one; None where there are none."""
    if not for_each:
        text = "`as` names each entry of `for_each`, which is missing"
        return ConditionFault(part="as", line=1, column=1, text=text) if element else None
    try:
        found = find(for_each, FACTS)
    except Malformed as error:
        return ConditionFault(part="for_each", line=1, column=1, text=str(error))
    if not found.many:
        text = f"{quoted(for_each)} is not a list: leave `for_each` and `as` out"
        return ConditionFault(part="for_each", line=1, column=1, text=text)
    if not element:
        text = "give each entry a name with `as`"
        return ConditionFault(part="for_each", line=1, column=1, text=text)
    text = ""
    if not _NAME.fullmatch(element):
        text = f"{quoted(element)} is not a name: use small letters, digits and `_`"
    elif element in FACTS:
        text = f"the name {quoted(element)} is taken: choose another one"
    return ConditionFault(part="as", line=1, column=1, text=text) if text else found.one


def _checked(text: str, engine: Engine, scope: Scope, element: str) -> Node | tuple[Fault, ...]:
    """The tree of a condition over these names, or what is wrong with it."""
    if faults := tuple(refused_text(text)):
        return faults
    program = engine.compile(text)
    if not isinstance(program, Program):
        return in_words(program, text, scope)
    try:
        tree = read_tree(program.tree)
    except DecodeError:
        return (Fault(0, "the condition is nested too deep: write it flatter"),)
    except Malformed as error:
        return (Fault(0, str(error)),)
    faults = tuple(sorted(set(_faults(tree, scope, element))))
    return faults or tree


def _faults(tree: Node, scope: Scope, element: str) -> Iterator[Fault]:
    refused = (
        *exceeded(tree, frozenset(scope), trial, loops=int(bool(element))),
        *unguarded(tree),
    )
    yield from refused or _unsound(tree, element)


def _unsound(tree: Node, element: str) -> Iterator[Fault]:
    """What only makes sense to tell of a condition that is otherwise as it must be."""
    if tree.type != "bool":
        yield Fault(0, f"this is {type_in_words(tree.type)}, and must be true or false")
        return
    yield from uncertain(tree)
    yield from constant_parts(tree)
    names = {node.name for node in walk(tree) if isinstance(node, Name)}
    if element and names and element not in names:
        yield Fault(0, f"this does not look at {quoted(element)}: leave `for_each` and `as` out")


def _placed(part: str, text: str, faults: tuple[Fault, ...]) -> Iterator[ConditionFault]:
    for fault in faults:
        before = text[: fault.at]
        line, column = before.count("\n") + 1, fault.at - (before.rfind("\n") + 1) + 1
        yield ConditionFault(part=part, line=line, column=column, text=fault.text)
