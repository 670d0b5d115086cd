"""One order out of many lists."""

from collections.abc import Iterable


def merged(lists: Iterable[list[str]]) -> tuple[list[str], bool]:
    """Every entry once, in an order that all lists keep, and whether there is one.

    Where there is none, entries stand as they first appear.
    """
    entries: dict[str, set[str]] = {}
    for each in lists:
        for at, entry in enumerate(each):
            before = set(each[:at]) - {entry}
            entries.setdefault(entry, set()).update(before)
    order: list[str] = []
    waiting = dict(entries)
    while waiting:
        ready = next((each for each, before in waiting.items() if before <= set(order)), None)
        if ready is None:
            return list(entries), False
        order.append(ready)
        del waiting[ready]
    return order, True
