"""`gate policy docs`: the reference of kinds, or a page about one policy, in Markdown."""

import argparse
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.log_filter import read_moment
from gate.config import check_policy, now
from gate.policy.page import policy_page
from gate.policy.reference import kinds_reference

EXAMPLES = (
    "gate policy docs",
    "gate policy docs policies/webpki-production --output policy.md",
)


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "docs", help="write the reference of kinds, or a page about a policy", examples=EXAMPLES
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="a policy's folder; else the kinds"
    )
    parser.add_argument(
        "--as-of", type=read_moment, metavar="DATE", help="the day the page is of (default: now)"
    )
    parser.add_argument(
        "--output", metavar="FILE", help="write it to this file (default: standard output)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Write the page."""
    if options.folder is None:
        page = kinds_reference()
    else:
        page = policy_page(check_policy(options.folder), options.as_of or now())
    if options.output is None:
        print(page, end="")
    else:
        Path(options.output).write_text(page, encoding="utf-8")
    return ExitCode.FINE
