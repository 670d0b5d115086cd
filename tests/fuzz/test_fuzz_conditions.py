"""Whatever a condition says, it is refused with reasons or judges a case: true, false or an error.

Runs for seconds; FUZZ_SECONDS says how long instead, shared among the targets.
"""

import os
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.conditions import compiler
from gate.conditions.vocabulary import paths
from gate.errors import Malformed
from gate.model import Case
from gate.ports import Condition
from tests.conditions.judged import bare_case, case

SECONDS = float(os.environ.get("FUZZ_SECONDS") or 0)
CONFORMANCE = Path(__file__).parents[1] / "conditions" / "conformance.txt"
STARTS = tuple(
    line.split(maxsplit=2)[2]
    for line in CONFORMANCE.read_text().splitlines()
    if line and not line.startswith("#")
)
CASES = (case(), bare_case())
SCRAPS = (
    *(path for path, _ in paths()),
    *"()[]{}.,!?:&|=<>+-*/%'\"\\ \n\t#@$;^~`\x00\u202e\U0001f600",
    *("&&", "||", "==", "!=", " in ", "true", "false", "null", "has(", ".all(x, ", ".exists(x, "),
    *(".map(x, ", ".filter(x, ", ".exists_one(x, ", ".size()", ".matches('", "timestamp('", "x"),
    *(
        "duration('1h')",
        "dyn(",
        "type(",
        "string(",
        "cel.bind(x, ",
        "b'\\xff'",
        "r'\\'",
        "'''",
        "//",
    ),
    *("9223372036854775807", "-9223372036854775808", "1e400", "0x", "1u", "10.5", "[0]", "{}"),
    *("i", "i.method", "has(i.method) && ", "order.account", "has(order.account) ? ", "(" * 20),
)


def judged(condition: Condition, judged_case: Case) -> bool | None:
    """Whether it is met; None where it cannot be evaluated."""
    try:
        return condition.unmet(judged_case) == ()
    except Malformed:
        return None


def check(text: str) -> bool:
    """Compile and judge the text; gives whether it could be compiled."""
    found = compiler().compile(require=text, message="{cert.san.dns}")
    if isinstance(found, tuple):
        lines = text.split("\n")
        assert found
        for fault in found:
            assert fault.text.isprintable(), fault
            assert "<input>" not in fault.text, fault
            assert 1 <= fault.line <= len(lines), fault
            assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1, fault
        return False
    answers = [judged(found, each) for each in CASES]
    assert answers == [judged(found, each) for each in CASES]
    # What is true must be false when it is turned around, and never true beside a falsehood.
    for wrapped, passes in ((f"!({text}\n)", False), (f"({text}\n) && cert.ca", None)):
        other = compiler().compile(require=wrapped, message="no")
        if isinstance(other, tuple):
            continue  # The text reaches the limit of characters or of nesting.
        for answer, each in zip(answers, CASES, strict=True):
            given = judged(other, each)
            assert given is not True or (answer is False and passes is False), wrapped
    return True


def mutated(text: str, chance: Random) -> str:
    """The text with a few places cut, doubled, swapped or filled with scraps."""
    for _ in range(chance.randint(1, 3)):
        at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        end = chance.choice([at, at + 1, min(end, at + 20), end])
        other = chance.choice(STARTS)
        piece = chance.choice(
            [
                "",
                text[at:end] * 2,
                chance.choice(SCRAPS),
                chance.choice(SCRAPS),
                f" {chance.choice(('&&', '||'))} {other}",
                other[chance.randint(0, len(other)) :],
            ]
        )
        text = text[:at] + piece + text[end:]
    return text


def run(seconds: float, seed: int) -> tuple[int, int]:
    """Mutate for so long; gives how many texts were tried, and how many could be compiled."""
    chance = Random(seed)
    ends = monotonic() + seconds
    tried = compiled = 0
    while monotonic() < ends:
        compiled += check(mutated(chance.choice(STARTS), chance))
        tried += 1
    return tried, compiled


@pytest.mark.timeout(max(120, 2 * SECONDS))
def test_spoilt_conditions_are_refused_or_judge() -> None:
    tried, compiled = run(max(SECONDS * 0.7, 2), seed=20261123)
    assert tried > 100
    assert compiled > 10


@settings(max_examples=100 if not SECONDS else int(100 + SECONDS * 100), deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join))
def test_any_text_is_refused_or_judges(text: str) -> None:
    check(text)


@settings(max_examples=100 if not SECONDS else int(100 + SECONDS * 100), deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), max_size=8).map("".join) | st.text(max_size=40))
def test_any_message_and_any_entries_are_refused_or_said(text: str) -> None:
    for found in (
        compiler().compile(require="cert.ca", message=text),
        compiler().compile(require="x == 'a'", message="m", for_each=text, element="x"),
        compiler().compile(require="x == 'a'", message="m", for_each="cert.san.dns", element=text),
        compiler().compile(require=text, message=text, for_each="identifiers", element="i"),
    ):
        if isinstance(found, tuple):
            assert found
            assert all(fault.text.isprintable() for fault in found)
        else:
            judged(found, CASES[0])


def test_the_conditions_that_are_spoilt_are_good_ones() -> None:
    assert sum(check(text) for text in STARTS) > 50
