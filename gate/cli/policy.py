"""`gate policy check`: every mistake in a policy at once, with its place."""

import argparse
from pathlib import Path
from typing import Any

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import check_policy
from gate.errors import ConfigError

EXAMPLES = ("gate policy check policies/webpki-production",)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs(
        "policy", "check policies before a gate loads them", examples=EXAMPLES
    )
    check = verbs.add_parser(
        "check",
        help="find every mistake, with file:line:column",
        examples=EXAMPLES,
    )
    check.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a policy's folder")
    add_format(check)
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace) -> ExitCode:
    """Check each folder; 1 where any has a mistake."""
    results = [(folder, *_check(folder)) for folder in options.folders]
    if options.format == "json":
        print_json(
            [
                {"folder": str(folder), "policy": summary, "problems": problems}
                for folder, summary, problems in results
            ]
        )
    else:
        for folder, summary, problems in results:
            _print(folder, summary, problems)
    wrong = any(problems for _, _, problems in results)
    return ExitCode.BLOCKED if wrong else ExitCode.FINE


def _check(folder: Path) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        policy = check_policy(folder)
    except ConfigError as error:
        return None, [f"{folder}/{problem}" for problem in error.problems]
    return {
        "name": policy.name,
        "version": policy.version,
        "rules": len(policy.rules),
        "profiles": sorted(policy.profiles),
    }, []


def _print(folder: Path, summary: dict[str, Any] | None, problems: list[str]) -> None:
    for problem in problems:
        print(paint(problem, Colour.RED))
    if summary is None:
        print(f"{folder}: {len(problems)} problems")
    else:
        profiles = ", ".join(summary["profiles"])
        print(
            f"{folder}: {summary['name']} version {summary['version']} is fine: "
            f"{summary['rules']} rules for {profiles}"
        )
