"""`gate policy shadow`: what a gate's candidate would have decided otherwise."""

import argparse
from typing import Any

from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.exit_code import ExitCode
from gate.cli.output import add_format, print_json
from gate.cli.plain import plain, plain_fields
from gate.cli.shadow_text import shadow_lines
from gate.errors import Refused
from gate.model import PolicyRef
from gate.rollout import ShadowReport

EPILOG = """\
The gate judges each decision a second time by the policy in `policy_control: {shadow: DIR}`,
after the answer is out; that policy decides nothing. What is told begins anew with each
version of either policy, and goes on over restarts. A rule counts as failing whatever its mode.

Exits with 1 where a verdict or a rule came out otherwise or the candidate could not judge,
and with 2 where it judged nothing yet, or where the folder holds what is not judged by."""

EXAMPLES = ("gate policy shadow --server gate.example:8443 --identity tls/audit",)


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "shadow",
        help="ask a gate what its candidate would have decided otherwise",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    add_format(parser)
    add_connection(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Ask, and tell the difference; FINE only where something was judged, and as before."""
    with connect(options) as client:
        active, report = client.shadow_report()
    if options.format == "json":
        print_json(_plain(active, report))
    elif report.candidate is not None:
        for line in shadow_lines(active, report.candidate, report.since, report.counts):
            print(line)
    if report.trouble:
        raise Refused(report.trouble)
    if report.candidate is None:
        raise Refused("the candidate is being loaded: ask again")
    if report.counts.fine and not report.counts.judged:
        raise Refused("the candidate has judged nothing beside this policy yet")
    return ExitCode.FINE if report.counts.fine else ExitCode.BLOCKED


def _plain(active: PolicyRef, report: ShadowReport) -> dict[str, Any]:
    return {
        "active": plain(active),
        "candidate": plain(report.candidate),
        "since": plain(report.since),
        **plain_fields(report.counts),
        "trouble": report.trouble,
    }
