"""`gate evidence import` and `approve`: what is older than the gate, with two approvals."""

import argparse

from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.evidence_lines import read_evidence_lines
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.output import add_format, print_json
from gate.client import import_digest

LINES = "JSON lines: in each a record, with its `type` and keys; - for standard input"

EPILOG = """\
An approver computes the digest from the records and the reason, as they were imported, or takes
it from whoever computed it. The importer cannot approve; the second approval, by another
identity than the first, lets the records count."""


def add(verbs: Commands) -> None:
    """Add both verbs."""
    brings = verbs.add_parser(
        "import",
        help="bring in older records, for two to approve",
        examples=("gate evidence import evidence.jsonl --reason 'from the old RA system'",),
    )
    brings.add_argument("file", metavar="FILE", help=LINES)
    brings.add_argument("--reason", required=True, help="why they come now")
    brings.set_defaults(run=run_import)
    approves = verbs.add_parser(
        "approve",
        help="approve an import (approver)",
        examples=(
            "gate evidence approve IMPORT_ID evidence.jsonl --reason 'from the old RA system'",
            "gate evidence approve IMPORT_ID --digest DIGEST",
        ),
        epilog=EPILOG,
    )
    approves.add_argument("import_id", metavar="IMPORT_ID", help="the import's id")
    approves.add_argument("file", nargs="?", metavar="FILE", help=LINES)
    approves.add_argument("--reason", help="the reason that was given for the import")
    approves.add_argument("--digest", type=_digest, help="what the importer was told, in hex")
    approves.set_defaults(run=run_approve)
    for parser in (brings, approves):
        add_format(parser)
        add_connection(parser)


def run_import(options: argparse.Namespace) -> ExitCode:
    """Send the records; they do not count yet."""
    records = read_evidence_lines(options.file)
    with connect(options) as client:
        pending = client.import_evidence(records, options.reason)
    if options.format == "json":
        print_json(pending)
    else:
        print(f"import   {pending.import_id}")
        print(f"records  {pending.count}")
        print(f"digest   {pending.digest.hex()}")
        print("None of them counts before two approvers have approved.")
    return ExitCode.FINE


def run_approve(options: argparse.Namespace) -> ExitCode:
    """Approve; FINE whether or not another approval is still needed."""
    from_file = options.file is not None and options.reason is not None
    if from_file is (options.digest is not None) or (options.file is None) != (
        options.reason is None
    ):
        raise WrongUsage("say what is approved: FILE and --reason together, or --digest")
    digest = options.digest or import_digest(read_evidence_lines(options.file), options.reason)
    with connect(options) as client:
        approved = client.approve_import(options.import_id, digest)
    if options.format == "json":
        print_json(approved)
        return ExitCode.FINE
    print(f"approved by {', '.join(approved.approved_by)}")
    if approved.in_effect:
        print("in effect, with these records:")
        for record_id in approved.record_ids:
            print(f"  {record_id}")
    else:
        print("not in effect: another approver is needed")
    return ExitCode.FINE


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != 32:  # noqa: PLR2004 - of SHA-256
        raise argparse.ArgumentTypeError("must be a SHA-256 in 64 hex digits")
    return digest
