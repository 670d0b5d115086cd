"""`gate log`: read and verify a decision log, whether or not a gate is running on it."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from gate.cli.files import read_text
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import reading
from gate.ports import LogStorage, StoredEntry
from gate.record import verify
from gate.tlog import VerifierKey

TAMPERED = 1


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("log", help="show and verify the decision log")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    show = verbs.add_parser("show", help="print entries, newest last")
    show.add_argument("database", type=Path, metavar="DB", help="the gate's database file")
    show.add_argument("--kind", help="entries of this kind only: decision, evidence, start")
    show.add_argument("--id", help="the entry with this id, with its private document")
    show.add_argument("--last", type=int, default=20, help="at most this many (default: 20)")
    add_format(show)
    show.set_defaults(run=run_show)
    check = verbs.add_parser("verify", help="check every byte against the log's public key")
    check.add_argument("database", type=Path, metavar="DB", help="the gate's database file")
    check.add_argument(
        "--key", required=True, help="file with the log's verifier key, as the gate published it"
    )
    add_format(check)
    check.set_defaults(run=run_verify)


def run_show(options: argparse.Namespace) -> int:
    """Print entries as the log holds them."""
    with reading(options.database) as storage:
        if options.id:
            return _show_one(storage, options.id)
        state = storage.state()
        size = state.size if state else 0
        entries = _last(storage, size, options.last, options.kind)
        if options.format == "json":
            print_json([{"index": entry.index, **json.loads(entry.leaf)} for entry in entries])
        else:
            for entry in entries:
                print(_line(entry))
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Verify the log from its bytes and the public key alone; 1 where anything is wrong."""
    key = VerifierKey.parse(read_text(options.key).strip())
    with reading(options.database) as storage:
        report = verify(storage, origin=key.origin, public_key=key.public_key, progress=_progress())
    if options.format == "json":
        print_json(
            {
                "size": report.size,
                "root": report.root.hex(),
                "erased": report.erased,
                "problem_count": report.problem_count,
                "problems": [str(problem) for problem in report.problems],
            }
        )
    else:
        for problem in report.problems:
            print(paint(str(problem), Colour.RED))
        said = "holds" if report.sound else f"does not hold: {report.problem_count} problems"
        print(f"{key.origin}: the log of {report.size} entries {said}")
    return 0 if report.sound else TAMPERED


def _last(storage: LogStorage, size: int, count: int, kind: str | None) -> list[StoredEntry]:
    found: list[StoredEntry] = []
    index = size
    while index > 0 and len(found) < count:
        start = max(0, index - 256)
        for entry in reversed(list(storage.entries(start, index))):
            if kind in {None, json.loads(entry.leaf)["kind"]} and len(found) < count:
                found.append(entry)
        index = start
    return found[::-1]


def _line(entry: StoredEntry) -> str:
    leaf = json.loads(entry.leaf)
    at = datetime.fromisoformat(leaf["at"]).strftime("%Y-%m-%d %H:%M:%S")
    if leaf["kind"] == "decision":
        verdict = leaf["verdict"]
        colour = Colour.GREEN if verdict == "RELEASE" else Colour.RED
        rules = ", ".join(rule[0] for rule in leaf["rules"])
        what = f"{paint(f'{verdict:8}', colour)} {leaf['profile']:8} {rules}"
    elif leaf["kind"] == "evidence":
        what = f"{leaf['type']:8} by {leaf['recorder']}"
    else:
        what = ""
    return f"{entry.index:6} {at} {leaf['kind']:9} {leaf['id']} {what}".rstrip()


def _show_one(storage: LogStorage, entry_id: str) -> int:
    entry = storage.by_id(entry_id)
    if entry is None:
        print(f"gate: the log has no entry {entry_id!r}", file=sys.stderr)
        return 1
    private = json.loads(entry.private) if entry.private else None
    print_json({"index": entry.index, "leaf": json.loads(entry.leaf), "private": private})
    return 0


def _progress() -> Any:
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def show(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\rverified {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show
