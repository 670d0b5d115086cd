"""Which entries `gate log show` shows, and how it finds them from the end of the log."""

import argparse
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.cli.evidence_shapes import read_time
from gate.config import now
from gate.errors import Malformed, Tampered
from gate.model import Verdict
from gate.policy.quoting import quoted
from gate.ports import LogStorage, StoredEntry
from gate.record import Leaf, read_leaf

PAGE = 256
KINDS = (
    "decision",
    "evidence",
    "import",
    "import-approval",
    "imported",
    "policy",
    "shadow",
    "start",
)

_DAY, _TIME = "2026-11-01", "2026-11-01T12:00:00Z"
_AGO = re.compile(r"([0-9]{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An entry that is shown: where it stands, its exact leaf, and what that says."""

    index: int
    data: bytes
    leaf: Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What an entry has to be to be shown; None does not narrow.

    `rule` asks for decisions in which it did not simply pass. `since` is the first moment
    that counts, `until` the first that does not.
    """

    kind: str | None = None
    verdict: str | None = None
    rule: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def select(self, entries: Iterator[StoredEntry]) -> list[Shown]:
        """The entries to show, in their order; raises Tampered where one holds no leaf."""
        read = (Shown(index=each.index, data=each.leaf, leaf=_leaf(each)) for each in entries)
        return [shown for shown in read if self._takes(shown.leaf)]

    def _takes(self, leaf: Leaf) -> bool:
        return (
            self.kind in {None, leaf.kind}
            and self.verdict in {None, leaf.fields.get("verdict")}
            and (self.rule is None or self.rule in rule_ids(leaf))
            and (self.since is None or leaf.at >= self.since)
            and (self.until is None or leaf.at < self.until)
        )


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Give a command its flags for choosing entries."""
    parser.add_argument("--kind", choices=KINDS, help="entries of this kind only")
    verdicts = [verdict.value for verdict in Verdict]
    parser.add_argument("--verdict", choices=verdicts, help="decisions with this verdict only")
    parser.add_argument("--rule", metavar="RULE", help="decisions in which it did not simply pass")
    parser.add_argument(
        "--since", type=read_moment, metavar="TIME", help="made at this time or later"
    )
    parser.add_argument("--until", type=read_moment, metavar="TIME", help="made before this time")


def filter_of(options: argparse.Namespace) -> LogFilter:
    """The filter that these flags make."""
    return LogFilter(
        kind=options.kind,
        verdict=options.verdict,
        rule=options.rule,
        since=options.since,
        until=options.until,
    )


def newest(
    storage: LogStorage,
    size: int,
    wanted: LogFilter,
    count: int,
    progress: Callable[[int, int], None],
) -> list[Shown]:
    """Of the first `size` entries the last `count` that fit (all, where 0), oldest first.

    Times do not order a log, so that every entry is looked at until there are enough.
    """
    index, found = size, 0
    pages: list[list[Shown]] = []
    while index > 0 and (not count or found < count):
        start = max(0, index - PAGE)
        pages.append(wanted.select(storage.entries(start, index)))
        found += len(pages[-1])
        index = start
        progress(size - index, size)
    progress(size, size)
    shown = [each for page in reversed(pages) for each in page]
    return shown[-count:] if count else shown


def rule_ids(leaf: Leaf) -> list[str]:
    """The rules of a decision that did not simply pass; none where it is no decision."""
    rules = leaf.fields.get("rules")
    return (
        [str(each[0]) for each in rules if isinstance(each, list)]
        if isinstance(rules, list)
        else []
    )


def _leaf(entry: StoredEntry) -> Leaf:
    try:
        return read_leaf(entry.leaf)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no leaf: {error}") from error


def read_past(text: str) -> datetime:
    """A time, or how long ago it is: `30d`, `12h`, `90m`."""
    if ago := _AGO.fullmatch(text):
        return now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    return _moment(text, f"{_DAY}, {_TIME}, or how long ago: 30d, 12h, 90m")


def read_moment(text: str) -> datetime:
    """A moment, or the first one of a day, in UTC, as flags take it."""
    return _moment(text, f"{_DAY} or {_TIME}")


def _moment(text: str, examples: str) -> datetime:
    try:
        return read_time(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no time: write {examples}") from None
