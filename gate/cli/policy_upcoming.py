"""`gate policy upcoming`: what a policy will change by itself, and when."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import Any

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.log_filter import read_moment, read_past
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import check_policy, now, reading
from gate.policy.calendar import Coming, calendar
from gate.policy.sentences import date_of
from gate.workbench.would_block import WouldBlock, would_block

EXAMPLES = (
    "gate policy upcoming policies/webpki-production",
    "gate policy upcoming policies/webpki-production --as-of 2027-03-01 --days 30",
    "gate policy upcoming policies/webpki-production --log gate.db --since 7d",
)

EPILOG = """\
With --log, the decisions in it are judged again as if each had come at these dates, and what
each rule would then block is counted. TIME is a day, a time, or how long ago: 30d, 12h."""

WEEK = timedelta(days=7)
WIDTH = 100


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "upcoming",
        help="list every change by date that is still to come",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a policy's folder")
    parser.add_argument(
        "--as-of", type=read_moment, metavar="DATE", help="look from this day on (default: now)"
    )
    parser.add_argument(
        "--days", type=_days, metavar="N", help="look no further than this (default: all)"
    )
    parser.add_argument(
        "--log", type=Path, metavar="DB", help="a gate's database, only read: count its decisions"
    )
    parser.add_argument(
        "--since", type=read_past, metavar="TIME", help="those made since then (default: 7d)"
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """List what comes, earliest first."""
    if options.since is not None and options.log is None:
        raise WrongUsage("--since goes with --log")
    policy = check_policy(options.folder)
    first = options.as_of or now()
    last = None if options.days is None else _later(first, options.days)
    coming = calendar(policy, since=first, until=last)
    past = None
    if options.log is not None:
        dates = sorted({each.at for each in coming})
        since = options.since or now() - WEEK
        with reading(options.log) as storage:
            past = would_block(storage, policy, since=since, dates=dates)
    if options.format == "json":
        print_json({"coming": coming, "past": None if past is None else _past(past)})
    elif not coming:
        print(f"{policy.name} version {policy.version}: nothing is to come")
    else:
        for line in _lines(coming, past):
            print(line)
    return ExitCode.FINE


def _later(first: datetime, days: int) -> datetime | None:
    """The day on which to stop; None where no calendar reaches so far."""
    try:
        return first + timedelta(days=days)
    except OverflowError:
        return None


def _lines(coming: Sequence[Coming], past: WouldBlock | None) -> Iterator[str]:
    for at, together in groupby(coming, key=lambda each: each.at):
        yield from map(_row, together)
        if past is not None:
            yield from _counts(past, at)
    if past is not None:
        yield ""
        yield f"judged again as if at each date: {past.decisions} decisions"
        if past.unknown:
            yield f"not judged, because the record lacks something: {past.unknown}"


def _row(coming: Coming) -> str:
    rules = f" ({', '.join(coming.rules)})" if coming.rules else ""
    head = f"{date_of(coming.at)}  "
    return fill(
        f"{coming.what}{rules}",
        width=WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _counts(past: WouldBlock, at: datetime) -> Iterator[str]:
    for rule_id, count in _of_date(past, at):
        text = f"{rule_id} would have blocked {count} of {past.decisions} decisions"
        yield f"            {paint(text, Colour.YELLOW)}"


def _of_date(past: WouldBlock, at: datetime) -> list[tuple[str, int]]:
    return sorted((rule_id, count) for (day, rule_id), count in past.counts.items() if day == at)


def _past(past: WouldBlock) -> dict[str, Any]:
    return {
        "decisions": past.decisions,
        "unknown": past.unknown,
        "would_block": [
            {"at": at, "rule": rule_id, "count": count}
            for (at, rule_id), count in sorted(past.counts.items())
        ],
    }


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be a number of days from 1 to {_MOST_DAYS}")
    return int(text)


_MOST_DAYS = 36_500
