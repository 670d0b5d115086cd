"""`gate evaluate`: ask a gate for leave to sign, or judge here without one."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.cli.commands import Commands
from gate.cli.connection import add_connection, connect
from gate.cli.context_file import read_context
from gate.cli.decision_text import decision_lines
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.files import STANDARD_INPUT, read_bytes, read_certificate_file
from gate.cli.local import add_local, judge_here
from gate.cli.output import add_format, print_json
from gate.cli.plain import plain_fields, rfc3339
from gate.cli.release_files import refuse_used, save_release
from gate.client import Answer
from gate.config import new_id
from gate.errors import Unavailable
from gate.model import Decision, IssuanceContext, Release, Stage, Verdict

EPILOG = """\
ORDER is YAML (or JSON) with these keys, and no others:
  order_id: A-1
  account: acme-public
  issuer: public-r1
  profile: tls-dv
  environment: production
  purpose: SUBSCRIBER        # or CA_TEST_SITE, INTERNAL_TEST, AUDIT_DEMO, LOAD_TEST
  stage: PRECERTIFICATE      # or CERTIFICATE; if left out, what the bytes show
  channel: portal            # may be left out
  requested_by: ana          # may be left out
  precertificate: pre.der    # only for stage CERTIFICATE

The exit code is 0 only with a release in hand: a dry run exits with 1, whatever its policy
verdict. With --local there is never a release, and 0 says that there would be one."""

EXAMPLES = (
    "gate evaluate --context order.yaml tbs.der --server gate.example:8443 --identity tls/ra",
    "gate evaluate --context order.yaml tbs.der --out release && sign …",
    "gate evaluate --local --policy DIR --evidence FILE --issuer CERT --context order.yaml FILE",
)


DIGITS_SHOWN = 16

FOR_A_GATE = ("server", "out", "request_id")
FOR_LOCAL = ("policy", "evidence", "issuer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    tbs_certificate: bytes
    context: IssuanceContext


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "evaluate", help="ask for leave to sign one certificate", examples=EXAMPLES, epilog=EPILOG
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        help="the TBSCertificate to sign, or a certificate that has it; PEM or DER; - for stdin",
    )
    parser.add_argument(
        "--context", required=True, metavar="ORDER", help="its circumstances, YAML; - for stdin"
    )
    parser.add_argument(
        "--request-id", help="to repeat a request, give its id (default: a new one)"
    )
    parser.add_argument(
        "--raw", action="store_true", help="send the bytes unread, whatever they are"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="save token, log_entry and log_proof in this folder"
    )
    add_format(parser)
    add_connection(parser)
    add_local(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Ask, tell the decision, save the release; FINE only where there is a release."""
    if options.file == options.context == STANDARD_INPUT:
        raise WrongUsage("FILE and ORDER cannot both be standard input")
    _refuse_mixture(options)
    asked = _read(options)
    if options.local:
        return _tell_local(judge_here(options, asked.tbs_certificate, asked.context), options)
    if options.out is not None:
        refuse_used(options.out)
    request_id = options.request_id or new_id()
    answer = _ask(options, request_id, asked)
    if answer.release is not None and options.out is not None:
        save_release(options.out, answer.release)
    if options.format == "json":
        print_json(_answer(request_id, answer))
    else:
        _tell(answer, request_id, options.out)
    released = answer.decision.decision.verdict is Verdict.RELEASE and answer.release is not None
    return ExitCode.FINE if released else ExitCode.BLOCKED


def _refuse_mixture(options: argparse.Namespace) -> None:
    """Whoever forgot `--local` must not find the trial recorded as a decision."""
    given = [
        name for name in (FOR_A_GATE if options.local else FOR_LOCAL) if getattr(options, name)
    ]
    for name in given:
        where = "goes with a gate, not with --local" if options.local else "goes with --local"
        raise WrongUsage(f"--{name.replace('_', '-')} {where}")


def _read(options: argparse.Namespace) -> _Asked:
    stage: Stage | None = None
    if options.raw:
        tbs_certificate = read_bytes(options.file)
    else:
        found = read_certificate_file(options.file)
        tbs_certificate, stage = found.tbs.der, found.stage
    return _Asked(tbs_certificate=tbs_certificate, context=read_context(options.context, stage))


def _ask(options: argparse.Namespace, request_id: str, asked: _Asked) -> Answer:
    try:
        with connect(options) as client:
            return client.evaluate(request_id, asked.tbs_certificate, asked.context)
    except Unavailable:
        # The decision may be in the log all the same: a repeat under this id finds it.
        print(
            f"gate: nothing is released; repeat it with --request-id {request_id}", file=sys.stderr
        )
        raise


def _tell(answer: Answer, request_id: str, out: Path | None) -> None:
    for line in decision_lines(answer.decision.decision):
        print(line)
    print(f"\nrequest   {request_id}")
    print(f"decision  {answer.decision.decision_id}, entry {answer.decision.log_index} of the log")
    policy = answer.decision.decision.policy
    digest = policy.digest.hex()[:DIGITS_SHOWN]
    print(f"policy    {policy.name} version {policy.version}, digest {digest}")
    if answer.release is None:
        return
    print(f"release   holds until {rfc3339(answer.release.expires_at)}")
    if out is None:
        print("          not saved: repeat it with this --request-id and --out DIR")
    else:
        print(f"          saved in {out}: token, log_entry, log_proof")


def _answer(request_id: str, answer: Answer) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "decision_id": answer.decision.decision_id,
        "log_index": answer.decision.log_index,
        "decision": answer.decision.decision,
        "release": None if answer.release is None else _release(answer.release),
    }


def _release(release: Release) -> dict[str, Any]:
    # The entry is canonical JSON: as a text it keeps its exact bytes.
    return plain_fields(release) | {"log_entry": release.log_entry.decode()}


def _tell_local(decision: Decision, options: argparse.Namespace) -> ExitCode:
    if options.format == "json":
        print_json({"decision": decision, "release": None})
    else:
        for line in decision_lines(decision):
            print(line)
        print(f"\npolicy    {decision.policy.name} version {decision.policy.version}")
        print("Judged here: nothing was recorded, and this is no release.")
    return ExitCode.FINE if decision.policy_verdict is Verdict.RELEASE else ExitCode.BLOCKED
