"""`gate lint`: what the linters say of certificates, before any gate is asked."""

import argparse
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.files import read_certificate_file
from gate.cli.output import Colour, add_format, paint, print_json, progress
from gate.config import SHIPPED_POLICIES, lint, profile_type
from gate.model import LinterReport, LinterStatus, Severity


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "lint",
        help="say what the linters find in certificates",
        examples=(
            "gate lint --profile tls-dv certificate.pem tbs.der",
            "gate lint --profile tls-ov --threshold warning --format json - < certificate.der",
        ),
    )
    parser.add_argument(
        "--profile",
        required=True,
        metavar="NAME",
        help="the profile they are to be, such as tls-dv",
    )
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="DIR",
        default=SHIPPED_POLICIES / "webpki-production",
        help="the policy that has the profile (default: the shipped one)",
    )
    parser.add_argument(
        "--threshold",
        choices=[severity.name.lower() for severity in Severity],
        default="error",
        help="findings at or above this give exit code 1 (default: error)",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="PEM or DER; - for standard input")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Lint each file; 1 where anything reaches the threshold or a linter did not answer."""
    certificate_type = profile_type(options.policy, options.profile)
    files = [read_certificate_file(name) for name in options.files]
    show, reports = progress("linted"), []
    for found in lint([(file.certificate, file.stage) for file in files], certificate_type):
        reports.append(found)
        show(len(reports), len(files))
    named = list(zip(options.files, reports, strict=True))
    if options.format == "json":
        print_json([{"file": name, "linters": found} for name, found in named])
    else:
        for name, found in named:
            _print(name, found)
    threshold = Severity[options.threshold.upper()]
    bad = any(_bad(report, threshold) for _, found in named for report in found)
    return ExitCode.BLOCKED if bad else ExitCode.FINE


def _bad(report: LinterReport, threshold: Severity) -> bool:
    completed = report.status is LinterStatus.COMPLETED
    return not completed or any(found.severity >= threshold for found in report.findings)


def _print(name: str, reports: tuple[LinterReport, ...]) -> None:
    print(name)
    for report in reports:
        count = len(report.findings)
        said = report.status.value.lower() if report.status is not LinterStatus.COMPLETED else ""
        print(f"  {report.name} {report.version}: {said or f'{count} findings'}")
        for finding in report.findings:
            colour = Colour.RED if finding.severity >= Severity.ERROR else Colour.DIM
            severity = paint(f"{finding.severity.name.lower():8}", colour)
            print(f"    {severity} {finding.code}  {finding.message}  {finding.location}")
