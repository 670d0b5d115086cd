"""`gate log verify`: every byte of a log, or one entry by its proof, against the public key."""

import argparse

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.files import read_bytes, read_text
from gate.cli.log_source import add_database, read_verifier_key
from gate.cli.output import Colour, add_format, paint, print_json, progress
from gate.config import reading
from gate.errors import Malformed, Tampered
from gate.record import Report, verify
from gate.tlog import LogProof, VerifierKey


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "verify",
        help="check every byte of a log, or one entry by its proof",
        examples=(
            "gate log verify gate.db --key log-verifier-key.txt",
            "gate log verify --entry proof/log_entry --proof proof/log_proof --key log-key.txt",
        ),
    )
    add_database(parser)
    parser.add_argument(
        "--key",
        "--log-key",
        dest="key",
        required=True,
        metavar="FILE",
        help="the log's verifier key, as the gate published it",
    )
    parser.add_argument("--entry", metavar="FILE", help="one log entry, instead of DB")
    parser.add_argument("--proof", metavar="FILE", help="the proof that came with it")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Verify from the bytes and the public key alone; BLOCKED where anything is wrong."""
    key = read_verifier_key(options.key)
    alone = options.entry is not None and options.proof is not None
    if alone is (options.database is not None) or (options.entry is None) != (
        options.proof is None
    ):
        raise WrongUsage("name what to verify: DB, or --entry and --proof together")
    if alone:
        return _verify_entry(options, key)
    with reading(options.database) as storage:
        report = verify(
            storage, origin=key.origin, public_key=key.public_key, progress=progress("verified")
        )
    if options.format == "json":
        print_json(_plain(report))
    else:
        for problem in report.problems:
            print(paint(str(problem), Colour.RED))
        said = "holds" if report.sound else f"does not hold: {report.problem_count} problems"
        print(f"{key.origin}: the log of {report.size} entries {said}")
    return ExitCode.FINE if report.sound else ExitCode.BLOCKED


def _verify_entry(options: argparse.Namespace, key: VerifierKey) -> ExitCode:
    entry, problem = read_bytes(options.entry), ""
    try:
        proof = LogProof.parse(read_text(options.proof))
        checkpoint = proof.verify(entry, key.origin, key.public_key)
    except (Malformed, Tampered) as error:
        problem, said = str(error), {}
        told = paint(f"{key.origin}: the proof does not hold: {error}", Colour.RED)
    else:
        said = {"index": proof.index, "size": checkpoint.size}
        told = f"{key.origin}: entry {proof.index} is in the log of {checkpoint.size} entries"
    if options.format == "json":
        print_json({"holds": not problem, **said, "problem": problem})
    else:
        print(told)
    return ExitCode.BLOCKED if problem else ExitCode.FINE


def _plain(report: Report) -> dict[str, object]:
    return {
        "size": report.size,
        "root": report.root,
        "erased": report.erased,
        "problem_count": report.problem_count,
        "problems": [str(problem) for problem in report.problems],
    }
