"""`gate log prove`: the proof that the log holds an entry, for who has only the public key."""

import argparse
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.log_source import add_database, ask_server, read_verifier_key
from gate.cli.output import add_format, print_json
from gate.cli.release_files import save_proof
from gate.config import reading
from gate.errors import Refused
from gate.record import open_view
from gate.tlog import LogProof


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "prove",
        help="write an entry and the proof that the log holds it",
        examples=(
            "gate log prove ID gate.db --log-key log-verifier-key.txt --out proof",
            "gate log prove ID --server gate.example:8443 --identity tls/audit --out proof",
        ),
    )
    parser.add_argument("id", metavar="ID", help="a decision's id, or with DB any entry's")
    add_database(parser)
    parser.add_argument("--log-key", metavar="FILE", help="the log's verifier key; needed with DB")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where log_entry and log_proof go"
    )
    add_format(parser)
    add_connection(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Write the entry and its proof."""
    leaf, text = _ask(options) if ask_server(options) else _read(options)
    proof = LogProof.parse(text)
    if options.log_key is not None:
        key = read_verifier_key(options.log_key)
        proof.verify(leaf, key.origin, key.public_key)
    save_proof(options.out, leaf, text)
    if options.format == "json":
        print_json({"index": proof.index, "log_entry": leaf.decode(), "log_proof": text})
    else:
        print(f"entry {proof.index}: saved in {options.out}: log_entry, log_proof")
    return ExitCode.FINE


def _ask(options: argparse.Namespace) -> tuple[bytes, str]:
    with connect(options) as client:
        proven = client.decision(options.id)
    return proven.leaf, proven.proof


def _read(options: argparse.Namespace) -> tuple[bytes, str]:
    if options.log_key is None:
        raise WrongUsage("a proof from DB needs the log's verifier key: give --log-key FILE")
    key = read_verifier_key(options.log_key)
    with reading(options.database) as storage:
        view = open_view(storage, key.origin, key.public_key)
        entry = storage.by_id(options.id)
        if entry is None:
            raise Refused(f"the log has no entry `{options.id}`")
        view.attest(entry)
        return entry.leaf, view.prove(entry.index)
