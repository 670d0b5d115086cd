"""`gate demo`: a gate on this machine, good and bad orders, and what it makes of them."""

import argparse
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gate.cli.commands import Commands
from gate.cli.decision_text import FLOOR_ON_VALIDATIONS, KINDS_ON_VALIDATIONS
from gate.cli.exit_code import ExitCode
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import now, reading
from gate.demo.show import Demo, Shown, start_demo
from gate.model import Verdict
from gate.record import verify
from gate.tlog import VerifierKey

MOST_FINDINGS = 3

NEXT = """\
How to go on:
  gate serve --dev                       a gate of this kind that stays up, for your own client
  gate lint --profile tls-dv FILE        what the linters say of a certificate
  gate policy check DIR                  the policy is YAML: copy policies/webpki-production
  README.md                              where the gate stands, and how to put it before a CA"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "demo",
        help="start a gate, send it good and bad orders, exit",
        examples=("gate demo", "gate demo --format json"),
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the demo; 1 where an order did not get the answer it must."""
    begun = time.monotonic()
    with TemporaryDirectory(prefix="gate-demo-") as name, ExitStack() as parts:
        text = options.format == "text"
        if text:
            print("Starting a gate on loopback, with throw-away keys and the shipped policy …")
        demo = start_demo(parts, Path(name), now())
        demo.record()
        shown: list[Shown] = []
        for one in demo.send():
            if text and (not shown or shown[-1].chapter != one.chapter):
                print(f"\n{one.chapter}")
            shown.append(one)
            if text:
                print(_line(one))
        checkpoint = demo.checkpoint()
        size, problems = _verify(demo)
    wrong = [one for one in shown if not one.as_expected]
    if text:
        _print_end(shown, checkpoint, size, problems, time.monotonic() - begun)
    else:
        print_json(_plain(shown, checkpoint, problems))
    return ExitCode.BLOCKED if wrong or problems else ExitCode.FINE


def _verify(demo: Demo) -> tuple[int, list[str]]:
    key = VerifierKey.parse(demo.gate.log_key.read_text().strip())
    with reading(demo.gate.database) as storage:
        report = verify(
            storage, origin=key.origin, public_key=key.public_key, progress=lambda _, __: None
        )
    return report.size, [str(problem) for problem in report.problems]


def _line(one: Shown) -> str:
    decision = one.answer.decision.decision
    if decision.verdict is Verdict.RELEASE:
        said, why = paint("RELEASED", Colour.GREEN), ""
    else:
        said, why = paint("BLOCKED ", Colour.RED), f": {_why(one)}"
    clean = {True: "linters clean", False: "linters object", None: "nothing to lint"}
    unexpected = "" if one.as_expected else paint("  NOT AS EXPECTED", Colour.RED)
    linters = paint(f" [{clean[one.linters_clean]}]", Colour.DIM)
    return f"{said} {one.order.title}{linters}{why}{unexpected}"


def _why(one: Shown) -> str:
    """The deciding rules in plain words, and their ids."""
    deciding = one.answer.decision.decision.deciding
    # The policy's rules on validations say of each name what the floor has said already.
    floor = {rule.kind for rule in deciding if rule.rule_id == FLOOR_ON_VALIDATIONS}
    told = [rule for rule in deciding if not floor or rule.kind not in KINDS_ON_VALIDATIONS]
    words = [finding.message for rule in told for finding in rule.findings[:MOST_FINDINGS]]
    rules = ", ".join(one.rules)
    return f"{'; '.join(words)} {paint(f'({rules})', Colour.DIM)}"


def _print_end(
    shown: list[Shown], checkpoint: str, size: int, problems: list[str], seconds: float
) -> None:
    wrong = sum(not one.as_expected for one in shown)
    released = sum(one.answer.release is not None for one in shown)
    print(
        f"\n{len(shown)} orders in {seconds:.1f} s: {released} released, "
        f"{len(shown) - released} blocked, {wrong or 'none'} not as expected."
    )
    print("\nThe log's checkpoint, signed by its key:\n")
    print("".join(f"  {line}\n" for line in checkpoint.splitlines()))
    for problem in problems:
        print(paint(problem, Colour.RED))
    held = "it does not hold" if problems else "every entry, hash and signature holds"
    print(f"Verified from the stored bytes and the public key alone: {size} entries, {held}.\n")
    print(NEXT)


def _plain(shown: list[Shown], checkpoint: str, problems: list[str]) -> dict[str, Any]:
    return {
        "orders": [
            {
                "key": one.order.key,
                "title": one.order.title,
                "verdict": one.answer.decision.decision.verdict.value,
                "cause": one.answer.decision.decision.cause.value,
                "rules": one.rules,
                "linters_clean": one.linters_clean,
                "as_expected": one.as_expected,
                "decision_id": one.answer.decision.decision_id,
                "log_index": one.answer.decision.log_index,
            }
            for one in shown
        ],
        "checkpoint": checkpoint,
        "log_problems": problems,
    }
