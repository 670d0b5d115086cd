"""`gate policy check`: every mistake in a policy at once, and what may not be meant."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gate.cli import sarif
from gate.cli.commands import CommandParser, Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.log_filter import read_moment
from gate.cli.output import Colour, paint, print_json
from gate.cli.plain import plain_fields
from gate.config import desk_site, now, read_folder, read_site
from gate.policy import Policy, PolicyError, Problem, Site, load
from gate.policy.review import MEANING, Notice, review

EXAMPLES = (
    "gate policy check policies/webpki-production",
    "gate policy check --config gate.yaml --strict",
    "gate policy check --format sarif policies/webpki-production > policy.sarif",
)

EPILOG = """\
A mistake keeps a policy from being loaded. A notice is of something that loads and may
not be meant: a rule that never decides, what nothing uses, what ends within 30 days.

--config checks for that gate: its issuers by name, its people's signatures."""

_MISTAKE = "policy-mistake"
_RULES = {_MISTAKE: "A mistake: the policy cannot be loaded."} | {
    code.value: text for code, text in MEANING.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """What was found in one folder; `policy` is None where there are mistakes."""

    folder: Path
    policy: Policy | None
    problems: tuple[Problem, ...] = ()
    uncounted: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


def add(verbs: Commands) -> None:
    """Add the verb."""
    check = verbs.add_parser(
        "check",
        help="find every mistake, with file:line:column, and what may not be meant",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    check.add_argument("folders", nargs="*", type=Path, metavar="DIR", help="a policy's folder")
    check.add_argument("--config", metavar="FILE", help="check for the gate of this gate.yaml")
    check.add_argument(
        "--as-of", type=read_moment, metavar="DATE", help="compare dates with this one, not today"
    )
    check.add_argument("--strict", action="store_true", help="count notices as mistakes")
    _add_format(check)
    check.set_defaults(run=run)


def _add_format(parser: CommandParser) -> None:
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif"),
        default="text",
        help="text (default), json, or sarif 2.1.0",
    )


def run(options: argparse.Namespace) -> ExitCode:
    """Check each folder; 1 where any has a mistake, or with `--strict` a notice."""
    folders, site = options.folders, desk_site()
    if options.config is not None:
        site, own = read_site(Path(options.config))
        folders = folders or [own]
    if not folders:
        raise WrongUsage("name the folder of a policy, or give --config")
    at = options.as_of or now()
    checked = [_check(folder, site, at) for folder in folders]
    if options.format == "json":
        print_json([_plain(each) for each in checked])
    elif options.format == "sarif":
        runs = [sarif.run_over(each.folder, _results(each), _RULES) for each in checked]
        print_json(sarif.document(runs))
    else:
        for each in checked:
            _print(each)
    wrong = any(each.problems or (options.strict and each.notices) for each in checked)
    return ExitCode.BLOCKED if wrong else ExitCode.FINE


def _check(folder: Path, site: Site, at: datetime) -> _Checked:
    files = read_folder(folder)
    try:
        policy = load(files, site=site)
    except PolicyError as error:
        more = error.problems[len(error.found) :]
        return _Checked(folder=folder, policy=None, problems=error.found, uncounted=more)
    notices = review(policy, files, site=site, at=at)
    return _Checked(folder=folder, policy=policy, notices=notices)


def _results(checked: _Checked) -> Iterator[sarif.Result]:
    for problem in (*checked.problems, *checked.notices):
        notice = problem.code.value if isinstance(problem, Notice) else None
        yield sarif.Result(
            rule=notice or _MISTAKE,
            level="warning" if notice else "error",
            text=problem.text,
            file=problem.file,
            line=problem.line,
            column=problem.column,
        )


def _plain(checked: _Checked) -> dict[str, Any]:
    return {
        "folder": str(checked.folder),
        "policy": None if checked.policy is None else _summary(checked.policy),
        "problems": [plain_fields(problem) for problem in checked.problems],
        "uncounted": list(checked.uncounted),
        "notices": [plain_fields(notice) for notice in checked.notices],
    }


def _summary(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "version": policy.version,
        "rules": len(policy.rules),
        "profiles": sorted(policy.profiles),
    }


def _print(checked: _Checked) -> None:
    folder, policy = checked.folder, checked.policy
    for problem in checked.problems:
        print(paint(f"{folder}/{problem}", Colour.RED))
    for more in checked.uncounted:
        print(paint(f"{folder}: {more}", Colour.RED))
    for notice in checked.notices:
        print(f"{folder}/{notice} {paint(f'[{notice.code.value}]', Colour.DIM)}")
    if policy is None:
        print(f"{folder}: {_counted(len(checked.problems), 'problem')}")
        return
    noticed = f", with {_counted(len(checked.notices), 'notice')}" if checked.notices else ""
    print(
        f"{folder}: {policy.name} version {policy.version} is fine{noticed}: "
        f"{len(policy.rules)} rules for {', '.join(sorted(policy.profiles))}"
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
