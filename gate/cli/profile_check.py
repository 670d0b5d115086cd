"""`gate profile check`: what in certificates is not as a profile file says."""

import argparse

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.files import read_bytes, read_certificate_bytes, read_certificate_file
from gate.cli.output import Colour, add_format, paint, print_json
from gate.cli.plain import plain_fields
from gate.policy.certificate_profile.judging import Mismatch, mismatches
from gate.policy.certificate_profile.profile import Signer
from gate.policy.certificate_profile.reading import read_profile
from gate.x509 import read_certificate

EXAMPLES = (
    "gate profile check profiles/tls-dv.yaml certificate.pem",
    "gate profile check --issuer ca.pem --format json profiles/tls-dv.yaml tbs.der",
)


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "check", help="say where certificates differ from a profile file", examples=EXAMPLES
    )
    parser.add_argument("profile", metavar="FILE", help="the profile file")
    parser.add_argument(
        "files", nargs="+", metavar="CERT", help="PEM or DER, of either stage, or a bare TBS"
    )
    parser.add_argument(
        "--issuer",
        metavar="CERT",
        help="the issuing CA's certificate: what depends on its key is compared too",
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Compare each certificate; 1 where any differs."""
    profile = read_profile(options.profile, read_bytes(options.profile))
    signer = _signer(options.issuer) if options.issuer else None
    found = {
        name: mismatches(profile, read_certificate_file(name).tbs, signer=signer)
        for name in options.files
    }
    if options.format == "json":
        print_json(
            [
                {"file": name, "differences": [plain_fields(each) for each in differences]}
                for name, differences in found.items()
            ]
        )
    else:
        for name, differences in found.items():
            _print(name, differences)
    return ExitCode.BLOCKED if any(found.values()) else ExitCode.FINE


def _signer(name: str) -> Signer:
    tbs = read_certificate(read_certificate_bytes(name)).tbs
    return Signer(spki=tbs.subject_public_key_info, key_id=tbs.subject_key_identifier)


def _print(name: str, differences: tuple[Mismatch, ...]) -> None:
    if not differences:
        print(f"{name}: {paint('as the profile says', Colour.GREEN)}")
        return
    told = f"{len(differences)} difference{'s' * (len(differences) != 1)}"
    print(f"{name}: {paint(told, Colour.RED)}")
    for each in differences:
        print(f"  {each.location}: {each.text}")
