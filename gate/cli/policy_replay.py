"""`gate policy replay`: what another policy would have made of the decisions in a log."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gate.cli.commands import Commands, read_count
from gate.cli.exit_code import ExitCode
from gate.cli.log_filter import read_moment, read_past
from gate.cli.output import Colour, add_format, paint, print_json, progress
from gate.cli.plain import plain, rfc3339
from gate.config import read_folder, told_in
from gate.config.replaying import ReplayJob, replay_log
from gate.errors import Refused
from gate.policy import Policy
from gate.workbench.replay_report import ReplayReport
from gate.workbench.tally import Tallies, Tally

EXAMPLES = (
    "gate policy replay policies/webpki-production --log gate.db --since 30d",
    "gate policy replay NEW --log gate.db --as-of 2027-03-15",
    "gate policy replay NEW --log gate.db --accept-released no-famous-address",
)

EPILOG = """\
First every recorded decision is made again by the policy that made it, which must give
the same; then NEW judges it. TIME is a day, a time, or how long ago: 30d, 12h, 90m.

--as-of moves a whole case to that day: the certificate's dates, the validations and
the release move along, so that ages and lifetimes stay what they were, and only what
has a date of its own comes out otherwise.

--accept-released takes the id of a decision, or that of a rule. A rule's id stands for
the decisions that it blocked, where every other rule that blocked them is accepted too.

Exits with 1 where a decision is newly released and not accepted, or could not be made
again as it was. Whether the log itself was changed, `gate log verify` tells."""


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "replay",
        help="judge the decisions in a log again, by another policy",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    parser.add_argument("folder", type=Path, metavar="NEW", help="the other policy's folder")
    parser.add_argument(
        "--log", type=Path, required=True, metavar="DB", help="the gate's database, only read"
    )
    parser.add_argument(
        "--since", type=read_past, metavar="TIME", help="made at this time or later"
    )
    parser.add_argument("--until", type=read_past, metavar="TIME", help="made before this time")
    parser.add_argument("--as-of", type=read_moment, metavar="DATE", help="judge as if on that day")
    parser.add_argument(
        "--relint", action="store_true", help="let today's linters read the certificates again"
    )
    parser.add_argument(
        "--accept-released",
        action="append",
        default=[],
        metavar="ID",
        help="a rule or a decision whose release is meant; may be given more than once",
    )
    parser.add_argument(
        "--workers",
        type=read_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes to use (default: one for each processor)",
    )
    parser.add_argument(
        "--examples", type=read_count, default=3, metavar="N", help="decisions to name (default: 3)"
    )
    add_format(parser)
    parser.set_defaults(run=run, tampered=ExitCode.BLOCKED)


def run(options: argparse.Namespace) -> ExitCode:
    """Replay; BLOCKED where something is newly released, or is not made again as it was."""
    job = ReplayJob(
        database=options.log,
        files=read_folder(options.folder),
        since=options.since,
        until=options.until,
        as_of=options.as_of,
        accepted=frozenset(options.accept_released),
        relint=options.relint,
    )
    with told_in(options.folder):
        policy, report = replay_log(job, workers=options.workers, progress=progress("replayed"))
    if not report.decisions:
        raise Refused("the log has no decisions of that time: nothing was replayed")
    if options.format == "json":
        print_json(_plain(policy, job, report, options.examples))
    else:
        for line in _lines(policy, job, report, options.examples):
            print(line)
    return ExitCode.FINE if report.fine else ExitCode.BLOCKED


def _lines(policy: Policy, job: ReplayJob, report: ReplayReport, most: int) -> Iterator[str]:
    moved = f", each as if it had come at {rfc3339(job.as_of)}" if job.as_of else ""
    judge = f"{policy.name} version {policy.version}"
    yield f"made again as recorded: {report.reproduced} of {report.decisions} decisions"
    yield from (paint(line, Colour.RED) for line in _unreproduced(report, most))
    yield ""
    yield f"judged by {judge}{moved}: {report.judged}"
    yield f"newly blocked: {report.newly_blocked.count}"
    yield from _ranked(report.blocking, most)
    released = report.newly_released.count
    accepted = released - report.unaccepted.count
    yield f"newly released: {released}" + (f", {accepted} of them accepted" if released else "")
    yield from _ranked(report.releasing, most)
    if report.unaccepted.count:
        yield paint(f"  not accepted: {_examples(report.unaccepted, most)}", Colour.RED)
    yield f"blocked for other reasons: {report.other_reasons.count}"
    yield from _ranked(report.blocking_too, most, "now also ")
    yield from _ranked(report.blocking_no_more, most, "no longer ")
    if report.failing:
        yield "failing now, where it is not enforced:"
        yield from _ranked(report.failing, most)
    if job.relint:
        yield "linters, read again:" if report.linting else "linters, read again: all the same"
        yield from _ranked(report.linting, most)


def _unreproduced(report: ReplayReport, most: int) -> Iterator[str]:
    """Why decisions could not be made again, and of the first ones which rules differ."""
    for why, tally in report.reasons.ranked():
        yield f"  not reproducible: {tally.count}: {why}: {_examples(tally, most)}"
    for one in report.unreproduced[:most]:
        for rule in one.rules:
            yield f"    entry {one.log_index}, {one.decision_id}: {rule}"


def _ranked(tallies: Tallies, most: int, before: str = "") -> Iterator[str]:
    for name, tally in tallies.ranked():
        examples = paint(_examples(tally, most), Colour.DIM)
        yield f"{tally.count:7}  {before}{name}  {examples}".rstrip()


def _examples(tally: Tally, most: int) -> str:
    shown = ", ".join(tally.examples[:most])
    return f"{shown}, …" if shown and tally.count > most else shown


def _plain(policy: Policy, job: ReplayJob, report: ReplayReport, most: int) -> dict[str, Any]:
    return {
        "policy": plain(policy.ref),
        "since": plain(job.since),
        "until": plain(job.until),
        "as_of": plain(job.as_of),
        "decisions": report.decisions,
        "reproduced": report.reproduced,
        "not_reproducible": {
            "count": report.unreproduced_count,
            "by_reason": _plain_ranked(report.reasons, most),
            "decisions": plain(report.unreproduced),
        },
        "judged": report.judged,
        "newly_blocked": _plain_tally(report.newly_blocked, most)
        | {"by_rule": _plain_ranked(report.blocking, most)},
        "newly_released": _plain_tally(report.newly_released, most)
        | {
            "by_rule": _plain_ranked(report.releasing, most),
            "not_accepted": _plain_tally(report.unaccepted, most),
        },
        "other_reasons": _plain_tally(report.other_reasons, most)
        | {
            "now_also": _plain_ranked(report.blocking_too, most),
            "no_longer": _plain_ranked(report.blocking_no_more, most),
        },
        "failing_not_enforced": _plain_ranked(report.failing, most),
        "linters": _plain_ranked(report.linting, most) if job.relint else None,
    }


def _plain_ranked(tallies: Tallies, most: int) -> dict[str, Any]:
    return {name: _plain_tally(tally, most) for name, tally in tallies.ranked()}


def _plain_tally(tally: Tally, most: int) -> dict[str, Any]:
    return {"count": tally.count, "examples": tally.examples[:most]}
