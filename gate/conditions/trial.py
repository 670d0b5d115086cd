"""Tries out a text that a condition writes out, before any case depends on it."""

from functools import cache

from gate.conditions.engine import Engine, Program
from gate.errors import Malformed

_TEXTS = {
    "matches": "''.matches(text)",
    "timestamp": "timestamp(text) == timestamp(text)",
    "duration": "duration(text) == duration(text)",
}


def trial(function: str, text: str) -> str | None:
    """None where the function takes the text, else the engine's reason, if it gives a good one."""
    engine, programs = _prepared()
    try:
        programs[function].truths(engine.values({"text": text}))
    except Malformed as error:
        # The engine repeats the whole expression after its reason.
        reason = str(error).removeprefix("invalid regular expression: ").removesuffix(f": {text}")
        return reason if function == "matches" else ""
    return None


@cache
def _prepared() -> tuple[Engine, dict[str, Program]]:
    engine = Engine({"text": "string"})
    programs = {name: engine.compile(text) for name, text in _TEXTS.items()}
    return engine, {name: each for name, each in programs.items() if isinstance(each, Program)}
