"""`gate release verify`: is this token leave to sign these bytes?"""

import argparse
import sys
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.files import read_bytes, read_certificate_file, read_text
from gate.cli.output import add_format, print_json
from gate.cli.plain import rfc3339
from gate.config import now
from gate.errors import Malformed, Refused
from gate.model import Environment
from gate.release import ReleaseClaims, TokenType, read_jwks, verify_entry, verify_token
from gate.tlog import VerifierKey

EXAMPLES = (
    "gate release verify @release/token --tbs tbs.der --issuer ca.pem --keys keys.json",
    "… and with --entry release/log_entry --proof release/log_proof --log-key log-key.txt",
)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs("release", "verify releases", examples=EXAMPLES)
    verify = verbs.add_parser(
        "verify",
        help="check a release token against the bytes to sign",
        examples=EXAMPLES,
    )
    verify.add_argument("token", metavar="TOKEN", help="the token, or @FILE that holds it")
    verify.add_argument(
        "--tbs", required=True, metavar="FILE", help="the bytes to sign, PEM or DER"
    )
    verify.add_argument(
        "--issuer", required=True, metavar="CERT", help="the issuing CA's certificate"
    )
    verify.add_argument(
        "--keys", required=True, metavar="FILE", help="the gate's release keys, a JWK set"
    )
    verify.add_argument(
        "--environment",
        choices=[environment.value for environment in Environment],
        default=Environment.PRODUCTION.value,
        help="where the signer is (default: production)",
    )
    verify.add_argument("--dry-run", action="store_true", help="expect a dry-run token")
    strict = verify.add_argument_group("recorded before released", "all three, or none")
    strict.add_argument("--entry", type=Path, metavar="FILE", help="the release's log entry")
    strict.add_argument("--proof", type=Path, metavar="FILE", help="the release's log proof")
    strict.add_argument("--log-key", metavar="FILE", help="file with the log's verifier key")
    add_format(verify)
    verify.set_defaults(run=run_verify)


def run_verify(options: argparse.Namespace) -> ExitCode:
    """Verify; 1 where the release does not hold."""
    token = options.token
    if token.startswith("@"):
        token = read_text(token[1:])
    try:
        claims = _verify(token.strip(), options)
    except (Refused, Malformed) as error:
        if options.format == "json":
            print_json({"holds": False, "because": str(error)})
        else:
            print(f"refused: {error}", file=sys.stderr)
        return ExitCode.BLOCKED
    if options.format == "json":
        print_json({"holds": True, "decision_id": claims.decision_id})
    else:
        print(f"holds until {rfc3339(claims.expires_at)}: decision {claims.decision_id}")
    return ExitCode.FINE


def _verify(token: str, options: argparse.Namespace) -> ReleaseClaims:
    strict = (options.entry, options.proof, options.log_key)
    if any(strict) and not all(strict):
        raise WrongUsage("give --entry, --proof and --log-key together")
    issuer = read_certificate_file(options.issuer).tbs
    claims = verify_token(
        token,
        tbs_certificate=read_certificate_file(options.tbs).tbs.der,
        issuer_spki_sha256=issuer.spki_sha256,
        environment=options.environment,
        keys=read_jwks(read_text(options.keys)),
        now=now(),
        token_type=TokenType.DRY_RUN if options.dry_run else TokenType.RELEASE,
    )
    if all(strict):
        key = VerifierKey.parse(read_text(options.log_key).strip())
        verify_entry(
            claims,
            log_entry=read_bytes(str(options.entry)),
            log_proof=read_text(str(options.proof)),
            origin=key.origin,
            log_key=key.public_key,
        )
    return claims
