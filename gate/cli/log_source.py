"""Where `gate log` reads: a database file, or a gate."""

import argparse
from pathlib import Path

from gate.cli.connection import server_named
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.files import read_text
from gate.tlog import VerifierKey


def add_database(parser: argparse.ArgumentParser) -> None:
    """Give a command its DB, which is needed unless a gate is asked instead."""
    parser.add_argument(
        "database",
        nargs="?",
        type=Path,
        metavar="DB",
        help="the gate's database file, read without writing, whether or not a gate runs on it",
    )
    # Finding that stored bytes were changed is what these commands are for.
    parser.set_defaults(tampered=ExitCode.BLOCKED)


def ask_server(options: argparse.Namespace) -> bool:
    """Whether a gate is to be asked; raises WrongUsage where neither it nor DB is named."""
    if options.database is not None:
        if options.server or options.identity:
            raise WrongUsage("give DB or the gate to ask, not both")
        return False
    if not server_named(options):
        raise WrongUsage("name the log: give DB, or --server HOST:PORT (GATE_SERVER)")
    return True


def read_verifier_key(file: str) -> VerifierKey:
    """The log's public key, from the file in which the gate published it."""
    return VerifierKey.parse(read_text(file).strip())
