"""`gate log checkpoint`: the newest signed checkpoint, to keep or to compare."""

import argparse

from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.exit_code import ExitCode
from gate.cli.log_source import add_database, ask_server
from gate.cli.output import add_format, print_json
from gate.config import reading
from gate.errors import Refused


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "checkpoint",
        help="print the newest signed checkpoint",
        examples=(
            "gate log checkpoint gate.db",
            "gate log checkpoint --server gate.example:8443 --identity tls/audit",
        ),
    )
    add_database(parser)
    add_format(parser)
    add_connection(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Print the checkpoint, byte for byte."""
    note = _ask(options) if ask_server(options) else _read(options)
    if options.format == "json":
        print_json({"checkpoint": note})
    else:
        print(note, end="")
    return ExitCode.FINE


def _ask(options: argparse.Namespace) -> str:
    with connect(options) as client:
        return client.checkpoint()


def _read(options: argparse.Namespace) -> str:
    with reading(options.database) as storage:
        state = storage.state()
    if state is None:
        raise Refused(f"{options.database}: the log is empty")
    return state.note.decode()
