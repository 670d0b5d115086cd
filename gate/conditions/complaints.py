"""What the engine complains of, in words for people who write policies."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from re import Match

from gate.conditions.engine import EngineFault
from gate.conditions.functions import FUNCTIONS
from gate.conditions.type_words import type_in_words
from gate.conditions.vocabulary import Scope, group_of, missing
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a text, and the offset in characters at which it is."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class _Complaint:
    """One fault as the engine tells it, with the text and the names that it is about."""

    text: str
    at: int
    scope: Scope

    @property
    def before(self) -> str:
        """The text up to the fault."""
        return self.text[: self.at]

    @property
    def rest(self) -> str:
        """The text from the fault on."""
        return self.text[self.at :]


def in_words(faults: Iterable[EngineFault], text: str, scope: Scope) -> tuple[Fault, ...]:
    """The engine's faults in this text, translated.

    After a mistake of syntax the engine stumbles on, so that only the first one is told.
    """
    faults = tuple(faults)
    syntax = [fault for fault in faults if fault.text.startswith("Syntax error")]
    told = dict.fromkeys(_told(fault, text, scope) for fault in syntax[:1] or faults)
    return tuple(fault for fault in told if fault.text)


def offset(text: str, line: int, column: int) -> int:
    """The offset of a line and column counted from 1; the end where the text is shorter."""
    lines = text.split("\n")
    before = sum(len(each) + 1 for each in lines[: max(line, 1) - 1])
    return min(before + max(column, 1) - 1, len(text))


def _told(fault: EngineFault, text: str, scope: Scope) -> Fault:
    complaint = _Complaint(text, offset(text, fault.line, fault.column), scope)
    for pattern, words in _WORDS:
        if match := pattern.search(fault.text):
            return words(complaint, match)
    return Fault(complaint.at, f"the condition cannot be read: {quoted(fault.text)}")


def _no_field(complaint: _Complaint, match: Match[str]) -> Fault:
    name, message = match.groups()
    found = group_of(message)
    text = missing(name, *found) if found else f"there is no fact {quoted(name)}"
    # The engine points at the dot before the name, or at `has`.
    at = complaint.text.find(name, complaint.at)
    return Fault(max(at, complaint.at), text)


def _undeclared(complaint: _Complaint, match: Match[str]) -> Fault:
    name = match[1].removeprefix(".")
    if complaint.rest.startswith("(") and complaint.before.rstrip().endswith(name):
        return _no_function(complaint, name)
    first = name.partition(".")[0]
    # Of a dotted name the engine gives the last dot, or the bracket of the `has` around it.
    at = complaint.text.rfind(first, 0, complaint.at + len(first))
    at = at if at >= 0 else complaint.text.find(first, complaint.at)
    if first in complaint.scope:
        return Fault(max(at, 0), "maps and messages cannot be written in a condition")
    hint = did_you_mean(first, (*complaint.scope, "true", "false"))
    return Fault(max(at, 0), f"there is no fact {quoted(first)}{hint}")


def _no_function(complaint: _Complaint, name: str) -> Fault:
    at = max(complaint.before.rfind(name), 0)
    if name in _LOOPS:
        text = f"{quoted(name)} needs a list before it and a name in it: `list.{name}(x, …)`"
        return Fault(at, text)
    return Fault(at, f"there is no function {quoted(name)}{did_you_mean(name, FUNCTIONS)}")


def _no_overload(complaint: _Complaint, match: Match[str]) -> Fault:
    function, spelt = match.groups()
    types = _split(spelt)
    if "*error*" in types:
        return Fault(complaint.at, "")
    words = [type_in_words(type_) for type_ in types]
    return Fault(complaint.at, _mismatch(function, types, words) + _decimal_hint(complaint, types))


def _mismatch(function: str, types: list[str], words: list[str]) -> str:
    if function in {"_&&_", "_||_"}:
        wrong = next((word for word in words if word != "true or false"), "something else")
        return f"`{function.strip('_')}` joins conditions, and this is {wrong}"
    if function == "_?_:_" and types[0] == "bool":
        return f"both answers must be alike, not {words[1]} and {words[2]}"
    if function in _MISMATCHES:
        return _MISMATCHES[function].format(*words)
    return f"{quoted(function)} does not work on {' and '.join(words)}"


def _decimal_hint(complaint: _Complaint, types: list[str]) -> str:
    """Facts are whole numbers: the decimal must have been written, as `10.5` was."""
    if "double" not in types:
        return ""
    written = [*re.finditer(r"\d+\.\d+", complaint.text)]
    if not written:
        return "; write whole numbers"
    nearest = min(written, key=lambda each: abs(each.start() - complaint.at))[0]
    return f"; write {nearest.partition('.')[0]}, not {nearest}"


def _no_parts(complaint: _Complaint, match: Match[str]) -> Fault:
    type_ = match[1]
    if type_ == "*error*":
        return Fault(complaint.at, "")
    what = type_in_words(type_)
    if type_.startswith("list("):
        text = f"this is {what}: ask of its entries with `.all(x, …)` or `.exists(x, …)`"
        return Fault(complaint.at, text)
    return Fault(complaint.at, f"this is {what}: there is nothing in it")


def _no_list(complaint: _Complaint, match: Match[str]) -> Fault:
    if match[1] == "*error*":
        return Fault(complaint.at, "")
    return Fault(complaint.at, f"only a list has entries, and this is {type_in_words(match[1])}")


def _unexpected(complaint: _Complaint, match: Match[str]) -> Fault:
    given = match[1]
    if given == "<EOF>":
        return Fault(complaint.at, "the text ends too early: something is missing here")
    hint = f"; write `{_MEANT[given]}`" if given in _MEANT else ""
    earlier = complaint.before.split()[-1:]
    if not hint and earlier == ["not"]:
        return Fault(complaint.before.rfind("not"), "`not` is not known; write `!`")
    return Fault(complaint.at, f"{quoted(given)} is not expected here{hint}")


def _unreadable(complaint: _Complaint, match: Match[str]) -> Fault:
    given = _TRAILING.sub("", match[1])
    if given[:1] in {"'", '"'}:
        text = f"the text {quoted(given)} does not end, or has a backslash that means nothing"
        return Fault(complaint.at, f"{text}: in r'…' a backslash stays one")
    hint = f"; write `{_MEANT[given]}`" if given in _MEANT else ""
    return Fault(complaint.at, f"{quoted(given)} cannot stand in a condition{hint}")


def _fixed(text: str) -> Callable[[_Complaint, Match[str]], Fault]:
    return lambda complaint, match: Fault(complaint.at, match.expand(text))


def _split(types: str) -> list[str]:
    """The types in a list of them, whose brackets may hold commas."""
    parts, depth = [""], 0
    for char in types:
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


_TRAILING = re.compile(r"(?:\\[nrt]|\s)+$")
"""The engine takes the blanks behind what it stumbles over along, and escapes them."""

_LOOPS = frozenset({"all", "exists", "exists_one", "filter", "map"})

_MEANT = {
    "=": "==",
    "&": "&&",
    "|": "||",
    "and": "&&",
    "or": "||",
    "AND": "&&",
    "OR": "||",
    "#": "//",
    "<>": "!=",
}

_COMPARE = "cannot compare {0} with {1}"
_MISMATCHES = {
    "_*_": "cannot multiply {0} by {1}",
    "_/_": "cannot divide {0} by {1}",
    "_%_": "cannot divide {0} by {1}",
    "_+_": "cannot add {0} and {1}",
    "_-_": "cannot subtract {1} from {0}",
    "-_": "cannot turn the sign of {0}",
    "!_": "`!` turns a condition around, and this is {0}",
    "_?_:_": "a condition must be asked here, and this is {0}",
    "_[_]": "cannot take one of {0} by {1}",
    "@in": "cannot look for {0} in {1}",
    **dict.fromkeys(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"), _COMPARE),
}

_WORDS: tuple[tuple[re.Pattern[str], Callable[[_Complaint, Match[str]], Fault]], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"undefined field '(.*)' not found in struct '(.*)'", _no_field),
        (r"undeclared reference to '(.*)' \(in container", _undeclared),
        (r"no matching overload for '(.*)' applied to '\((.*)\)'", _no_overload),
        (r"expression of type '(.*)' cannot be the operand of a select", _no_parts),
        (r"expression of type '(.*)' cannot be the range of a comprehension", _no_list),
        (r"Syntax error: token recognition error at: '(.*)'", _unreadable),
        (r"Syntax error: missing '(.*)' at", _fixed(r"`\1` is missing here")),
        (r"Syntax error: (?:mismatched|extraneous) input '(.*?)' expecting", _unexpected),
        (r"Syntax error: no viable alternative at input '(.*)'", _unexpected),
        (r"reserved identifier: (.*)", _fixed(r"`\1` is a word of the language, and no name")),
        (r"has\(\) argument must be", _fixed("`has(…)` asks for one fact in a group, by its name")),
        (r"(\w+)\(\) variable name", _fixed(r"`\1(…)` begins with a name for each entry: `x, …`")),
        (r"invalid (?:int|uint) literal", _fixed("this number is too large")),
        (r"unsupported syntax '(.*)'", _fixed(r"`\1` cannot stand in a condition")),
        (
            r"recursion (?:limit|depth)",
            _fixed("the condition is nested too deep: write it flatter"),
        ),
    )
)
