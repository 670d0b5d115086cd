"""`gate serve`: a gate that answers until it is told to stop."""

import argparse
import logging
import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from gate.config import now, run
from gate.demo.dev import DevGate, dev_gate
from gate.errors import GateError


def add(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="run a gate")
    parser.add_argument(
        "--dev",
        action="store_true",
        help="loopback only, SQLite, throw-away issuers and identities, the shipped policy",
    )
    parser.add_argument("--port", type=int, default=0, help="the port (default: a free one)")
    parser.add_argument(
        "--folder",
        type=Path,
        help="for its keys and its log, made if new (default: a temporary one)",
    )
    parser.add_argument("--policy", type=Path, help="another policy than the shipped one")
    parser.set_defaults(run=run_serve)


def run_serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, then finish what was begun."""
    if not options.dev:
        raise GateError("only `gate serve --dev` is there so far: give --dev")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    folder = options.folder or Path(mkdtemp(prefix="gate-dev-"))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as parts:
        made = dev_gate(folder, now(), port=options.port, policy=options.policy)
        running = parts.enter_context(run(made.configuration))
        print(_told(made, folder, running.server.port), flush=True)
        stop.wait()
        print("stopping: finishing what was begun", flush=True)
    return 0


def _told(made: DevGate, folder: Path, port: int) -> str:
    identities = "\n".join(
        f"  {role:10} {identity.certificate}" for role, identity in made.identities.roles.items()
    )
    issuers = "\n".join(
        f"  {issuer.name:10} {issuer.trust.value}, {issuer.environment.value}"
        for issuer in made.configuration.issuers
    )
    return f"""\
The gate answers at 127.0.0.1:{port} (gRPC over mTLS). Throw-away, for trying out only.

issuers
{issuers}
client certificates, one for each role (the key is beside each, .key)
{identities}
the CA that vouches for the server:  {made.identities.server.ca}
public keys of the releases:         {made.release_keys}
verifier key of the log:             {made.log_key}
the log:                             {made.database}

In Python:
  from pathlib import Path
  from gate.client import GateClient
  here = Path("{folder}/identities")
  registrar = GateClient(
      "127.0.0.1:{port}",
      root_certificates=(here / "ca.pem").read_bytes(),
      private_key=(here / "registrar.key").read_bytes(),
      certificate_chain=(here / "registrar.pem").read_bytes(),
  )
  help(registrar)

The log, from another terminal:
  gate log show {made.database}
  gate log verify {made.database} --key {made.log_key}

Stop it with Ctrl-C."""
