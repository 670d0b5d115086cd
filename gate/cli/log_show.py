"""`gate log show`: entries of the log, for people and programs."""

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.log_entry import Entry, entry_line, entry_lines, entry_plain, read_entry
from gate.cli.log_filter import Shown, add_filter, filter_of, newest
from gate.cli.log_source import add_database, ask_server
from gate.cli.output import add_format, print_json, print_json_line, progress
from gate.config import reading
from gate.errors import Refused
from gate.ports import LogStorage

POLL_SECONDS = 0.5


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "show",
        help="print entries, newest last",
        examples=(
            "gate log show gate.db --verdict BLOCK --since 2026-11-01",
            "gate log show gate.db --rule floor.validation --last 0 --format json",
            "gate log show --id DECISION_ID --server gate.example:8443 --identity tls/audit",
        ),
        epilog="TIME is a day, such as 2026-11-01, or a time, such as 2026-11-01T12:00:00Z.",
    )
    add_database(parser)
    parser.add_argument("--id", help="the one entry with this id, with all that was recorded")
    add_filter(parser)
    parser.add_argument(
        "--last", type=_count, default=20, help="at most this many, 0 for all (default: 20)"
    )
    parser.add_argument("--follow", action="store_true", help="go on with new ones as they come")
    add_format(parser)
    add_connection(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Print one entry, or the newest that fit."""
    asks = ask_server(options)
    if options.id is not None:
        _print_one(_ask(options) if asks else _find(options), options.format)
        return ExitCode.FINE
    if asks:
        raise WrongUsage("a gate shows single decisions: give --id, or name DB")
    with reading(options.database) as storage:
        size = _size(storage)
        shown = newest(storage, size, filter_of(options), options.last, progress("read"))
        if options.follow:
            _print_each(shown, options.format)
            for more in _follow(storage, size, options):
                _print_each(more, options.format)
        elif options.format == "json":
            print_json([_plain(one) for one in shown])
        else:
            _print_each(shown, "text")
    return ExitCode.FINE


def _find(options: argparse.Namespace) -> Entry:
    with reading(options.database) as storage:
        stored = storage.by_id(options.id)
        if stored is None:
            raise Refused(f"the log has no entry `{options.id}`")
        return read_entry(stored)


def _ask(options: argparse.Namespace) -> Entry:
    with connect(options) as client:
        proven = client.decision(options.id)
    return Entry(index=proven.decision.log_index, leaf=proven.leaf, what=proven.decision.decision)


def _print_one(entry: Entry, form: str) -> None:
    if form == "json":
        print_json(entry_plain(entry))
    else:
        for line in entry_lines(entry):
            print(line)


def _print_each(shown: list[Shown], form: str) -> None:
    for one in shown:
        if form == "json":
            print_json_line(_plain(one))
        else:
            print(entry_line(one.index, one.leaf), flush=True)


def _follow(storage: LogStorage, size: int, options: argparse.Namespace) -> Iterator[list[Shown]]:
    """What comes behind the first `size` entries, until the reader has had enough."""
    wanted = filter_of(options)
    while True:
        time.sleep(POLL_SECONDS)
        grown = _size(storage)
        yield wanted.select(storage.entries(size, grown))
        size = grown


def _size(storage: LogStorage) -> int:
    state = storage.state()
    return state.size if state else 0


def _plain(one: Shown) -> dict[str, Any]:
    return {"index": one.index, **json.loads(one.data)}


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("must be a number, 0 for all")
    return int(text)
