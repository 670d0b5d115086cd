"""The command `gate`: finds the subcommand, and turns errors into words and exit codes."""

import argparse
import os
import sys
from collections.abc import Sequence

from gate import __version__
from gate.cli import demo, lint, log, policy, release, serve
from gate.errors import ConfigError, GateError, Tampered

FINE, BLOCKED, FAILED, INTERRUPTED = 0, 1, 2, 130

DESCRIPTION = """\
A gate before a certification authority's signing step: judges each to-be-signed
certificate, records the decision, and releases only what passes."""

EPILOG = "exit codes: 0 released or fine, 1 blocked or findings, 2 usage or failure"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not try to flush to it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return FAILED
    except Tampered as error:
        # Not a failure of the command: it found that what is stored was changed.
        print(f"gate: {error}", file=sys.stderr)
        return BLOCKED
    except (GateError, OSError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return FAILED
    return code


def run() -> None:
    """What the installed command calls."""
    raise SystemExit(main())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gate", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"gate {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (serve, demo, lint, policy, log, release):
        command.add(commands)
    return parser
