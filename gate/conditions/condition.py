"""A condition that was compiled, and the facts it is judged by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import local

from gate.conditions.engine import Engine, Program, Values
from gate.conditions.facts import facts_of
from gate.conditions.message import MessageText
from gate.conditions.vocabulary import FACTS
from gate.errors import Malformed
from gate.model import Case

ENTRIES = "entries"
"""What the entries of `for_each` that are judged together are called; authors cannot name it."""

_AT_ONCE = 100
"""Entries judged together: few enough for the engine's budget of steps, which is for each
evaluation anew, and for its lists, which it copies for each entry that it adds.
"""


class FactsOfCase:
    """The facts of the case that is being judged, converted once for all of its rules.

    A decision judges all rules of one case on one thread, one after the other, so the last
    case of each thread is kept, and known again by being the same object: a case never
    changes, and while it is kept nothing else can have its identity. Comparing cases would
    cost more than converting them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last = local()

    def of(self, case: Case) -> tuple[Mapping[str, object], Values]:
        """Every fact by its name, and the same for the engine.

        Raises Malformed where the case lacks a fact that must be there.
        """
        if getattr(self._last, "case", None) is not case:
            message = facts_of(case)
            fields = {name: getattr(message, name) for name in FACTS}
            # The engine knows a list of messages only as Python's own list.
            facts = {n: list(v) if FACTS[n].many else v for n, v in fields.items()}
            self._last.found = facts, self._engine.values(facts)
            self._last.case = case
        found: tuple[Mapping[str, object], Values] = self._last.found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CELCondition:
    """A condition over the facts of a case; see gate.ports.Condition.

    With `for_each`, the program is one of `engine`, and answers for each of its ENTRIES.
    """

    engine: Engine
    program: Program
    message: MessageText
    for_each: str
    element: str
    facts: FactsOfCase
    reads: tuple[str, ...]

    def unmet(self, case: Case) -> tuple[str, ...]:
        """One message for each entry, or for the case, of which the condition is not true."""
        try:
            return tuple(self._by_entry(case) if self.for_each else self._once(case))
        except Malformed as error:
            raise Malformed(f"the condition could not be evaluated: {error}") from None

    def _once(self, case: Case) -> Iterator[str]:
        facts, values = self.facts.of(case)
        if self.program.truths(values) != (True,):
            yield self.message.filled(facts)

    def _by_entry(self, case: Case) -> Iterator[str]:
        facts, _ = self.facts.of(case)
        entries = _entries(facts, self.for_each)
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            truths = self.program.truths(self.engine.values({**facts, ENTRIES: list(some)}))
            if len(truths) != len(some):
                raise Malformed(f"there are {len(truths)} answers for {len(some)} entries")
            for entry, truth in zip(some, truths, strict=True):
                if truth is not True:
                    yield self.message.filled({**facts, self.element: entry})


def _entries(facts: Mapping[str, object], path: str) -> Sequence[object]:
    first, *rest = path.split(".")
    value = facts[first]
    for name in rest:
        value = getattr(value, name)
    if not isinstance(value, Sequence):
        raise Malformed(f"{path} is no list")
    return value
