"""`gate policy diff`: whether a new version of a policy is stricter, looser or unclear."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import check_policy
from gate.policy import Policy
from gate.policy.change import Change
from gate.policy.comparing import Comparison, compare

EPILOG = """\
`same` and `stricter` mean that whatever the old version blocked, the new one blocks. Where
something becomes looser, or where that is unclear, two people have to sign the new version,
and the exit code is 1."""

EXAMPLES = ("gate policy diff policies/webpki-production my-policy",)

COLOURS = {
    Change.SAME: Colour.DIM,
    Change.STRICTER: Colour.GREEN,
    Change.LOOSER: Colour.RED,
    Change.UNCLEAR: Colour.YELLOW,
}

WIDEST_ID = 28
WIDTH = 100


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "diff",
        help="tell what a new version makes stricter or looser",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    parser.add_argument("old", type=Path, metavar="OLD", help="the folder of the old version")
    parser.add_argument("new", type=Path, metavar="NEW", help="the folder of the new version")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Compare two folders; 1 where two people have to look."""
    old, new = check_policy(options.old), check_policy(options.new)
    found = compare(old, new)
    if options.format == "json":
        print_json(
            {
                "old": {"name": old.name, "version": old.version},
                "new": {"name": new.name, "version": new.version},
                "change": found.change,
                "needs_two": found.needs_two,
                "rules": found.rules,
                "other": found.other,
            }
        )
    else:
        for line in _lines(old, new, found):
            print(line)
    return ExitCode.BLOCKED if found.needs_two else ExitCode.FINE


def _lines(old: Policy, new: Policy, found: Comparison) -> Iterator[str]:
    for rule in found.rules:
        yield _row(rule.rule_id, rule.change, rule.what[0])
        yield from (_row("", None, text) for text in rule.what[1:])
    for other in found.other:
        yield _row("(policy)", other.change, other.text)
    if found.rules or found.other:
        yield ""
    signers = "two people have to sign it" if found.needs_two else "one person may sign it"
    change = paint(found.change.value, COLOURS[found.change])
    yield f"{_version(old)} to {_version(new)}: {change}; {signers}"


def _row(name: str, change: Change | None, text: str) -> str:
    head = f"{name:{WIDEST_ID}} {change or '':8} "
    row = fill(
        text,
        width=WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
    if change is None:
        return row
    return row.replace(f" {change} ", f" {paint(change, COLOURS[change])} ", 1)


def _version(policy: Policy) -> str:
    return f"{policy.name} version {policy.version}"
