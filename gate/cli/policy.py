"""`gate policy check`: every mistake in a policy at once, with its place."""

import argparse
from pathlib import Path
from typing import Any

from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import check_policy
from gate.errors import ConfigError


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("policy", help="check policies before a gate loads them")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="find every mistake, with file:line:column")
    check.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a policy's folder")
    add_format(check)
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace) -> int:
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
    return int(any(problems for _, _, problems in results))


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
