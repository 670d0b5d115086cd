"""The command `gate`: finds the subcommand, and turns errors into words and exit codes."""

import os
import sys
import traceback
from collections.abc import Sequence

from gate import __version__
from gate.cli import (
    completion,
    demo,
    evaluate,
    evidence,
    exception,
    holder,
    lint,
    log,
    policy,
    profile,
    release,
    serve,
)
from gate.cli.commands import EXIT_CODES, CommandParser, Commands
from gate.cli.exit_code import ExitCode
from gate.errors import ConfigError, GateError, Tampered

GROUPS = {
    "run a gate": (serve, demo),
    "ask a gate, and tell it what is known": (evaluate, evidence),
    "look at certificates and policies, without a gate": (lint, policy, profile, exception, holder),
    "check what a gate has done": (log, release),
    "for your shell": (completion,),
}

USAGE = "gate COMMAND …"

DESCRIPTION = """\
A gate before a certification authority's signing step: judges each to-be-signed
certificate, records the decision, and releases only what passes."""

EXAMPLES = """\
examples:
  gate demo                                        see what it does, in seconds
  gate lint --profile tls-dv certificate.pem       what the linters say
  gate evaluate --context order.yaml tbs.der       ask for a release
  gate log verify gate.db --key log-key.txt        check every byte of the log

`gate COMMAND --help` explains a command; `gate --version` prints the version."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        code = ExitCode(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not try to flush to it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except (GateError, OSError) as error:
        print(_in_words(error), file=sys.stderr)
        # What reads a log has found what it looks for; to all others it is a failure.
        return options.tampered if isinstance(error, Tampered) else ExitCode.FAILED
    return code


def run() -> None:
    """What the installed command calls."""
    try:
        code = main()
    except Exception:  # noqa: BLE001 - Python's own code for a bug, 1, would say `blocked`
        traceback.print_exc()
        code = ExitCode.FAILED
    raise SystemExit(code)


def build_parser() -> CommandParser:
    """The parser with every command."""
    parser = CommandParser(
        prog="gate", usage=USAGE, description=DESCRIPTION, epilog=f"{EXAMPLES}\n\n{EXIT_CODES}"
    )
    parser.add_argument("--version", action="version", version=f"gate {__version__}")
    parser.set_defaults(parser=parser, tampered=ExitCode.FAILED)
    parsers = parser.add_subparsers(metavar="COMMAND", prog="gate", required=True)
    for title, modules in GROUPS.items():
        commands = Commands(parsers)
        for module in modules:
            module.add(commands)
        parser.groups[title] = commands.lines
    return parser


def _in_words(error: Exception) -> str:
    if isinstance(error, ConfigError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"gate: {error.filename}: {(error.strerror or 'cannot be used').lower()}"
    if isinstance(error, OSError) and error.strerror:
        return f"gate: {error.strerror.lower()}"
    return f"gate: {error}"
