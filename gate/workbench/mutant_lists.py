"""Small changes of a list's file: an entry less, its date a day earlier or later."""

from collections.abc import Iterator

from gate.policy.document import Mark
from gate.policy.lists import read_list
from gate.policy.problems import Problems
from gate.workbench.mutant import Mutant
from gate.workbench.mutant_scalars import days_beside


def list_mutants(file: str, data: bytes, *, ageing: bool) -> Iterator[Mutant]:
    """Every mutant of a list, with those of its date where it is `ageing`."""
    lines = data.decode().split("\n")
    found = read_list(file, data, Problems())
    day, number = found.header["date"]
    for other in days_beside(day) if ageing else ():
        moved = lines[number - 1].replace(day, other)
        changed = [*lines[: number - 1], moved, *lines[number:]]
        yield _mutant(file, "date", number, f"{other} instead of {day}", changed)
    for number, entry in found.lines:
        yield _mutant(file, entry, number, "left out", [*lines[: number - 1], *lines[number:]])


def _mutant(file: str, step: str, line: int, what: str, lines: list[str]) -> Mutant:
    data = "\n".join(lines).encode()
    return Mutant(file=file, steps=(step,), mark=Mark(line, 1), what=what, data=data)
