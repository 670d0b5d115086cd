"""`gate evidence`: tell a gate what is known, and read what it was told."""

import argparse
from collections.abc import Callable
from typing import Any

from gate.cli import evidence_import
from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.evidence_shapes import SHAPES, EvidenceShape
from gate.cli.evidence_text import record_line, record_plain
from gate.cli.exit_code import ExitCode
from gate.cli.given import read_given
from gate.cli.output import add_format, print_json
from gate.client import GateClient
from gate.model import (
    ADNDerivation,
    Applicant,
    Evidence,
    EvidenceRevocation,
    Identifier,
    Order,
    Purpose,
    Recorded,
    Validation,
)
from gate.service import ListedEvidence

TITLES = {
    "order": "record an order (registrar)",
    "applicant": "record whose an account is (registrar)",
    "validation": "record a completed validation (validator)",
}

EXAMPLES = {
    "order": (
        "gate evidence order order.yaml",
        "gate evidence order order.yaml --order-id A-2 --identifier www.example.com",
    ),
    "applicant": ("gate evidence applicant --account acme-public --applicant acme --name Acme",),
    "validation": (
        "gate evidence validation validation.yaml",
        "gate evidence validation - < validation.json",
    ),
}

CHOICES = {
    "purpose": [each.value for each in Purpose if each is not Purpose.UNSPECIFIED],
    "adn_derivation": [each.value for each in ADNDerivation],
}


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs(
        "evidence",
        "record and list what is known before signing",
        examples=("gate evidence order order.yaml", "gate evidence list --account acme-public"),
    )
    for kind, shape in SHAPES.items():
        _add_record(verbs, kind, shape)
    revoke = verbs.add_parser(
        "revoke",
        help="state that a record no longer holds",
        examples=("gate evidence revoke RECORD_ID --reason 'the domain was sold'",),
    )
    revoke.add_argument("record_id", metavar="RECORD_ID", help="the record's id")
    revoke.add_argument("--reason", required=True, help="why it no longer holds")
    _finish(revoke, run_revoke)
    listing = verbs.add_parser(
        "list",
        help="list records, oldest first",
        examples=(
            "gate evidence list --account acme-public",
            "gate evidence list --identifier www.example.com --format json",
        ),
    )
    listing.add_argument("--account", default="", help="orders and applicants of this account")
    listing.add_argument("--applicant", default="", help="what is about this applicant")
    listing.add_argument("--identifier", help="validations that are good for this name or address")
    _finish(listing, run_list)
    evidence_import.add(verbs)


def run_record(options: argparse.Namespace) -> ExitCode:
    """Record one piece of evidence, from a file, from flags, or from both."""
    shape = SHAPES[options.kind]
    flags = {name: getattr(options, name) for name in shape.model_fields}
    given = read_given(
        shape, file=options.file, flags=flags, command=f"gate evidence {options.kind}"
    )
    with connect(options) as client:
        record = _record(client, given.evidence())
    return _tell(record, options)


def run_revoke(options: argparse.Namespace) -> ExitCode:
    """Revoke a record."""
    with connect(options) as client:
        record = client.revoke_evidence(options.record_id, options.reason)
    return _tell(record, options)


def run_list(options: argparse.Namespace) -> ExitCode:
    """List records."""
    identifier = None if options.identifier is None else Identifier.read(options.identifier)
    with connect(options) as client:
        found = client.list_evidence(
            account=options.account, applicant=options.applicant, identifier=identifier
        )
        if options.format == "json":
            print_json([_listed(each) for each in found])
        else:
            for each in found:
                print(record_line(each.recorded, revoked=each.revoked))
    return ExitCode.FINE


def _add_record(verbs: Commands, kind: str, shape: type[EvidenceShape]) -> None:
    keys = ", ".join(shape.model_fields)
    parser = verbs.add_parser(
        kind,
        help=TITLES[kind],
        examples=EXAMPLES[kind],
        epilog=f"FILE is YAML or JSON with the keys {keys}; a flag wins over its key.",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="the record; - for standard input")
    for name, told in shape.HELP.items():
        flag = f"--{name.replace('_', '-')}"
        if name == "identifiers":
            parser.add_argument("--identifier", flag, dest=name, action="append", help=told)
        else:
            parser.add_argument(flag, choices=CHOICES.get(name), help=told)
    parser.set_defaults(kind=kind)
    _finish(parser, run_record)


def _finish(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], ExitCode]) -> None:
    add_format(parser)
    add_connection(parser)
    parser.set_defaults(run=run)


def _record(client: GateClient, evidence: Evidence) -> Recorded[Evidence]:
    match evidence:
        case Order():
            return client.record_order(evidence)
        case Applicant():
            return client.record_applicant(evidence)
        case Validation():
            return client.record_validation(evidence)
        case EvidenceRevocation():
            return client.revoke_evidence(evidence.record_id, evidence.reason)


def _tell(record: Recorded[Evidence], options: argparse.Namespace) -> ExitCode:
    if options.format == "json":
        print_json(record_plain(record))
    else:
        print(record_line(record, revoked=False))
        print(f"entry {record.log_index} of the log")
    return ExitCode.FINE


def _listed(listed: ListedEvidence) -> dict[str, Any]:
    return record_plain(listed.recorded) | {"revoked": listed.revoked}
