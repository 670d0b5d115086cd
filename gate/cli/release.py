"""`gate release verify`: is this token leave to sign these bytes?"""

import argparse
import sys
from pathlib import Path
from typing import Any

from gate.cli.files import read_bytes, read_certificate_file, read_text
from gate.cli.output import add_format, print_json
from gate.config import now
from gate.errors import GateError, Malformed, Refused
from gate.model import Environment
from gate.release import ReleaseClaims, TokenType, read_jwks, verify_entry, verify_token
from gate.tlog import VerifierKey


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("release", help="verify releases")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    verify = verbs.add_parser("verify", help="check a release token against the bytes to sign")
    verify.add_argument("token", metavar="TOKEN", help="the token, or @FILE that holds it")
    verify.add_argument("--tbs", required=True, help="the bytes to sign, PEM or DER")
    verify.add_argument("--issuer", required=True, help="the issuing CA's certificate")
    verify.add_argument("--keys", required=True, help="the gate's release keys, a JWK set")
    verify.add_argument(
        "--environment",
        choices=[environment.value for environment in Environment],
        default=Environment.PRODUCTION.value,
        help="where the signer is (default: production)",
    )
    verify.add_argument("--dry-run", action="store_true", help="expect a dry-run token")
    strict = verify.add_argument_group("recorded before released", "all three, or none")
    strict.add_argument("--entry", type=Path, help="the release's log entry")
    strict.add_argument("--proof", type=Path, help="the release's log proof")
    strict.add_argument("--log-key", help="file with the log's verifier key")
    add_format(verify)
    verify.set_defaults(run=run_verify)


def run_verify(options: argparse.Namespace) -> int:
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
        return 1
    if options.format == "json":
        print_json({"holds": True, "decision_id": claims.decision_id})
    else:
        print(f"holds until {claims.expires_at.isoformat()}: decision {claims.decision_id}")
    return 0


def _verify(token: str, options: argparse.Namespace) -> ReleaseClaims:
    strict = (options.entry, options.proof, options.log_key)
    if any(strict) and not all(strict):
        raise GateError("give --entry, --proof and --log-key together")
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
