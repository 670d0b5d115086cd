"""What a candidate would have decided otherwise, in lines for people."""

from collections.abc import Iterator
from datetime import datetime

from gate.cli.output import Colour, paint
from gate.cli.plain import rfc3339
from gate.model import Mode, PolicyRef
from gate.record import RuleDifference, ShadowCounts, Tally

MOST_EXAMPLES = 3

_HEADINGS = ("rule", "active", "candidate")


def shadow_lines(
    active: PolicyRef, candidate: PolicyRef, since: datetime | None, counts: ShadowCounts
) -> Iterator[str]:
    """Who was compared, how much, and every rule that differs."""
    yield f"candidate  {_named(candidate)}"
    yield f"active     {_named(active)}"
    when = f" since {rfc3339(since.replace(microsecond=0))}" if since else ""
    yield f"judged     {counts.judged}{when}, {counts.differing.count} with another outcome"
    for label, tally in (("errors", counts.errors), ("timeouts", counts.timeouts)):
        if tally.count:
            yield paint(f"{label:10} {_told(tally)}", Colour.RED)
    if counts.dropped:
        yield f"dropped    {counts.dropped}, because too many waited"
    yield ""
    yield f"newly blocked:  {_told(counts.newly_blocked)}"
    released = f"newly released: {_told(counts.newly_released)}"
    yield paint(released, Colour.RED) if counts.newly_released.count else released
    if counts.rules:
        yield ""
        yield from _table(counts.rules)


def _table(rules: tuple[RuleDifference, ...]) -> Iterator[str]:
    rows = [(rule.rule_id, _mode(rule.active), _mode(rule.candidate)) for rule in rules]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]

    def head(cells: tuple[str, ...]) -> str:
        padded = (f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True))
        return "  ".join(padded)

    yield head(_HEADINGS).rstrip()
    for row, rule in zip(rows, rules, strict=True):
        counted = (
            ("newly fails", rule.newly_fails),
            ("no longer fails", rule.no_longer_fails),
            ("fails in another mode", rule.fails_otherwise),
        )
        told = [f"{what}: {_told(tally)}" for what, tally in counted if tally.count]
        for at, text in enumerate(told or ["never failed"]):
            yield f"{head(row if at == 0 else ('', '', ''))}  {text}"


def _told(tally: Tally) -> str:
    """The count, with the first examples."""
    shown = ", ".join(tally.examples[:MOST_EXAMPLES])
    more = ", …" if shown and tally.count > MOST_EXAMPLES else ""
    return f"{tally.count}  {paint(shown + more, Colour.DIM)}" if shown else str(tally.count)


def _mode(mode: Mode | None) -> str:
    return mode.value if mode else "-"


def _named(policy: PolicyRef) -> str:
    return f"{policy.name} version {policy.version}, digest {policy.digest.hex()[:16]}"
