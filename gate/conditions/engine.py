"""The CEL engine behind types: the only module that sees cel_expr_python, which has none.

The engine is CEL's C++ implementation with its static type checker. It is safe to use from
many threads; an evaluation holds the interpreter's lock.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from cel_expr_python import cel  # type: ignore[import-untyped]  # it has no py.typed
from google.protobuf.any_pb2 import Any as AnyMessage

from gate.conditions.v1.syntax_pb2 import CheckedExpression
from gate.errors import Malformed
from gate.policy.quoting import quoted

VERSION = f"cel-expr-python {version('cel-expr-python')}"

_CODES = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")
_FAULT = re.compile(r"^(?:INVALID_ARGUMENT: )?ERROR: <input>:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EngineFault:
    """What the engine says is wrong, in its own words; line and column count from 1."""

    line: int
    column: int
    text: str


class Values:
    """Values of all variables, converted once for any number of evaluations."""

    __slots__ = ("activation",)

    def __init__(self, activation: Any) -> None:
        self.activation = activation


class Program:
    """A text that was compiled and type-checked."""

    __slots__ = ("_expression",)

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    @property
    def tree(self) -> CheckedExpression:
        """Its syntax tree with the type and the place of each node."""
        wrapped = AnyMessage.FromString(self._expression.serialize())
        return CheckedExpression.FromString(wrapped.value)

    def truths(self, values: Values) -> tuple[bool, ...]:
        """What it gives, which must be true or false, or a list of these.

        Raises Malformed for all else. The engine returns some errors as values, whose Python
        form is a text that would count as true; so nothing counts but a bool.
        """
        try:
            result = self._expression.eval(values.activation)
            given = result.plain_value()
        except Exception as error:  # noqa: BLE001 - whatever it raises, nothing was shown
            raise Malformed(_reason(str(error))) from None
        if result.type() == cel.Type.ERROR:
            raise Malformed(_reason(str(given)))
        truths = given if isinstance(given, list) else [given]
        if not all(isinstance(truth, bool) for truth in truths):
            raise Malformed("it gives neither true nor false")
        return tuple(truths)


class Engine:
    """Compiles texts over these variables, each with its type as CEL spells it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        types = {name: _type(type_) for name, type_ in variables.items()}
        self._env = cel.NewEnv(variables=types)

    def compile(self, text: str) -> Program | tuple[EngineFault, ...]:
        """The program, or everything that is wrong with the text."""
        try:
            return Program(self._env.compile(text))
        except RuntimeError as error:
            return _faults(str(error))

    def values(self, values: Mapping[str, object]) -> Values:
        """The values of all variables; messages, texts, and lists of either."""
        return Values(self._env.Activation(dict(values)))


def _type(spelt: str) -> Any:
    if spelt.startswith("list("):
        return cel.Type.List(_type(spelt[5:-1]))
    return cel.Type(spelt)


def _faults(message: str) -> tuple[EngineFault, ...]:
    """The faults out of the engine's report, which shows the text below each of them."""
    found = (EngineFault(int(each[1]), int(each[2]), each[3]) for each in _FAULT.finditer(message))
    return tuple(found) or (EngineFault(1, 1, message),)


def _reason(message: str) -> str:
    """The engine's reason without the codes around it."""
    reason = _CODES.sub("", message)
    if reason.startswith("No matching overloads found"):
        return "a fact that it needs is absent"
    if reason.startswith("Iteration budget exceeded"):
        return "its loops take more than 10,000 steps"
    return reason if reason.isprintable() else quoted(reason)
