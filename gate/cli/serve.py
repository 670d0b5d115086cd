"""`gate serve`: a gate that answers until it is told to stop."""

import argparse
import logging
import signal
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import Any

from gate.cli.commands import Commands
from gate.cli.evidence_shapes import read_time
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.output import Colour, add_format, paint, print_json
from gate.config import Configuration, LogFormat, Logging, now, read_configuration, run
from gate.demo.dev import DevGate, dev_gate
from gate.errors import ConfigError
from gate.rpc.logs import log_as_json, log_as_text

DEV_ONLY = ("port", "folder", "policy", "shadow")

SIGNALS = """\
SIGTERM or Ctrl-C stops it: no more calls are taken, and what was begun is finished. A second
one ends it at once; what was answered is in the log even so."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve",
        help="run a gate",
        examples=(
            "gate serve --config /etc/gate/gate.yaml --check",
            "gate serve --config /etc/gate/gate.yaml",
            "gate serve --dev --folder dev-gate",
        ),
        epilog=SIGNALS,
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--config", type=Path, metavar="FILE", help="the gate that gate.yaml says")
    which.add_argument(
        "--dev",
        action="store_true",
        help="loopback only, SQLite, throw-away issuers and identities, the shipped policy",
    )
    parser.add_argument(
        "--check", action="store_true", help="with --config: find every mistake, and exit"
    )
    parser.add_argument("--port", type=int, help="with --dev: the port (default: a free one)")
    parser.add_argument(
        "--folder",
        type=Path,
        help="with --dev: for its keys and its log, made if new (default: a temporary one)",
    )
    parser.add_argument("--policy", type=Path, help="with --dev: copy and sign this policy")
    parser.add_argument(
        "--shadow", type=Path, metavar="DIR", help="with --dev: judge this candidate beside it"
    )
    parser.add_argument(
        "--accept-clock",
        metavar="TIME",
        help="the present time, such as 2026-11-23T12:00:00Z: start though the log says another",
    )
    add_format(parser)
    parser.set_defaults(run=run_serve)


def run_serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, then finish what was begun; or check, and exit."""
    if options.dev:
        return _serve_dev(options)
    for flag in DEV_ONLY:
        if getattr(options, flag) is not None:
            raise WrongUsage(f"--{flag} goes with --dev: gate.yaml says it for --config")
    if options.check:
        if options.accept_clock is not None:
            raise WrongUsage("--accept-clock goes without --check: only a start looks at the log")
        return _check(options)
    accepted = _accepted(options)
    configuration = read_configuration(options.config)
    shown = {"environment": configuration.environment.value, "dry_run": configuration.dry_run}

    def tell(address: str) -> None:
        if options.format == "json":
            print_json({"address": address, **shown})
        else:
            print(f"The gate answers at {address} (gRPC over mTLS): {_kind(configuration)}.")

    return _serve(configuration, accepted, tell)


def _serve_dev(options: argparse.Namespace) -> int:
    if options.check:
        raise WrongUsage("--check goes with --config: there is nothing to check with --dev")
    accepted = _accepted(options)
    folder = options.folder or Path(mkdtemp(prefix="gate-dev-"))
    made = dev_gate(
        folder, now(), port=options.port or 0, policy=options.policy, shadow=options.shadow
    )

    def tell(address: str) -> None:
        if options.format == "json":
            print_json(_files(made, address))
        else:
            print(_told(made, folder, address))

    return _serve(made.configuration, accepted, tell)


def _accepted(options: argparse.Namespace) -> datetime | None:
    if options.accept_clock is None:
        return None
    try:
        return read_time(options.accept_clock)
    except ValueError as error:
        raise WrongUsage(f"--accept-clock: {error}") from None


def _serve(configuration: Configuration, accepted: datetime | None, tell: Any) -> int:
    _start_logging(configuration.logging)
    stop = _stop_on_signals()
    with run(configuration, accepted=accepted) as running:
        tell(f"{configuration.listener.host}:{running.server.port}")
        print(end="", flush=True)
        stop.wait()
        logging.getLogger("gate.serve").info("stopping: finishing what was begun")
    return ExitCode.FINE


def _stop_on_signals() -> Event:
    """An event that the first SIGINT or SIGTERM sets; the second ends the process."""
    stop, numbers = Event(), (signal.SIGINT, signal.SIGTERM)

    def begin(*_: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in numbers:
        signal.signal(number, begin)
    return stop


def _start_logging(wanted: Logging) -> None:
    level = logging.getLevelNamesMapping()[wanted.level.upper()]
    if wanted.format is LogFormat.JSON:
        log_as_json(level=level)
    else:
        log_as_text(level=level)


def _check(options: argparse.Namespace) -> int:
    """Tell every mistake, or what gate this would be."""
    configuration: Configuration | None = None
    problems: tuple[str, ...] = ()
    try:
        configuration = read_configuration(options.config)
    except ConfigError as error:
        problems = error.problems
    if options.format == "json":
        print_json({"file": str(options.config), "problems": problems})
    elif configuration is None:
        for problem in problems:
            print(paint(problem, Colour.RED))
        print(f"{options.config}: {len(problems)} problems")
    else:
        print(f"{options.config} is fine: {_kind(configuration)}")
    return ExitCode.BLOCKED if problems else ExitCode.FINE


def _kind(configuration: Configuration) -> str:
    tokens = "" if configuration.release_key else ", which mints no tokens"
    mode = f", in dry-run{tokens}" if configuration.dry_run else ""
    issuers = ", ".join(issuer.name for issuer in configuration.issuers)
    return f"{configuration.environment.value}{mode}, for {issuers}"


def _files(made: DevGate, address: str) -> dict[str, Any]:
    return {
        "address": address,
        "environment": made.configuration.environment.value,
        "issuers": [issuer.name for issuer in made.configuration.issuers],
        "identities": {
            role: {"certificate": str(identity.certificate), "key": str(identity.key)}
            for role, identity in made.identities.roles.items()
        },
        "server_ca": str(made.identities.server.ca),
        "release_keys": str(made.release_keys),
        "log_key": str(made.log_key),
        "log": str(made.database),
        "policy": str(made.configuration.policy),
        "policy_keys": {name: str(path) for name, path in made.policy_keys.items()},
    }


def _told(made: DevGate, folder: Path, address: str) -> str:
    identities = "\n".join(
        f"  {role:10} {identity.certificate}" for role, identity in made.identities.roles.items()
    )
    issuers = "\n".join(
        f"  {issuer.name:10} {issuer.trust.value}, {issuer.environment.value}"
        for issuer in made.configuration.issuers
    )
    signing = "\n".join(
        f"  gate policy sign {made.configuration.policy} --by {name} --key {path}"
        for name, path in made.policy_keys.items()
    )
    return f"""\
The gate answers at {address} (gRPC over mTLS). Throw-away, for trying out only.

issuers
{issuers}
client certificates, one for each role (the key is beside each, .key)
{identities}
the CA that vouches for the server:  {made.identities.server.ca}
public keys of the releases:         {made.release_keys}
verifier key of the log:             {made.log_key}
the log:                             {made.database}
the policy, signed by two people:    {made.configuration.policy}

In Python:
  from pathlib import Path
  from gate.client import GateClient
  here = Path("{folder}/identities")
  registrar = GateClient(
      "{address}",
      root_certificates=(here / "ca.pem").read_bytes(),
      private_key=(here / "registrar.key").read_bytes(),
      certificate_chain=(here / "registrar.pem").read_bytes(),
  )
  help(registrar)

The log, from another terminal:
  gate log show {made.database}
  gate log verify {made.database} --key {made.log_key}

The policy, which the gate looks at every few seconds: change it, raise its version, and
{signing}

Stop it with Ctrl-C."""
