"""The connection to a gate: from flags, or from the environment where a flag is not given."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates

from gate.cli.exit_code import WrongUsage
from gate.client import GateClient
from gate.errors import Unavailable

SETTINGS = {
    "server": ("GATE_SERVER", "HOST:PORT", "where the gate answers"),
    "identity": ("GATE_IDENTITY", "PATH", "stands for PATH.pem, PATH.key and ca.pem beside them"),
    "cert": ("GATE_CERT", "FILE", "this client's certificate, PEM"),
    "key": ("GATE_KEY", "FILE", "the key of that certificate, PEM"),
    "ca": ("GATE_CA", "FILE", "the CA that vouches for the gate's certificate, PEM"),
}
"""Each setting's variable, what it is, and what it is for."""

IDENTITY_HINT = "; --identity PATH stands for PATH.pem, PATH.key and the ca.pem beside them"


def add_connection(parser: argparse.ArgumentParser) -> None:
    """Give a command the flags that say which gate to ask, and as whom."""
    group = parser.add_argument_group("the gate to ask", "each may stand in the environment")
    for name, (variable, metavar, told) in SETTINGS.items():
        group.add_argument(f"--{name}", metavar=metavar, help=f"{told} ({variable})")
    group.add_argument(
        "--timeout", type=_seconds, default=30.0, metavar="SECONDS", help="default: 30"
    )


@contextmanager
def connect(options: argparse.Namespace) -> Iterator[GateClient]:
    """A client of the gate that flags and environment name.

    Raises WrongUsage with everything that is missing, or for a file that is not what it
    must be. That the gate cannot be reached is found out by the first call.
    """
    server, cert, key, ca = _settings(options)
    if not server.rpartition(":")[2].isdigit():
        raise WrongUsage(f"`{server}` names no port: write --server HOST:PORT")
    certificate_chain, private_key = _read_pair(Path(cert), Path(key))
    with GateClient(
        server,
        root_certificates=_read_certificates(Path(ca)),
        private_key=private_key,
        certificate_chain=certificate_chain,
        deadline=timedelta(seconds=options.timeout),
    ) as client:
        try:
            yield client
        except Unavailable as error:
            raise Unavailable(f"{server}: {error}") from error


def server_named(options: argparse.Namespace) -> bool:
    """Whether flags or environment say where a gate answers."""
    return bool(_setting(options, "server"))


def _settings(options: argparse.Namespace) -> tuple[str, str, str, str]:
    found = {name: _setting(options, name) for name in SETTINGS}
    missing = [
        f"--{name} ({variable})"
        for name, (variable, _, _) in SETTINGS.items()
        if name != "identity" and not found[name]
    ]
    if missing:
        hint = "" if found["cert"] or found["key"] or found["ca"] else IDENTITY_HINT
        raise WrongUsage(f"to ask a gate, give {', '.join(missing)}{hint}")
    return found["server"], found["cert"], found["key"], found["ca"]


def _setting(options: argparse.Namespace, name: str) -> str:
    """A flag's value, else what `--identity` stands for, else the same of the environment."""
    flag = getattr(options, name)
    return str(
        flag
        or _of_identity(name, options.identity)
        or os.environ.get(SETTINGS[name][0], "")
        or _of_identity(name, os.environ.get("GATE_IDENTITY"))
    )


def _of_identity(name: str, identity: str | None) -> str:
    if not identity:
        return ""
    stands_for = {
        "cert": f"{identity}.pem",
        "key": f"{identity}.key",
        "ca": str(Path(identity).parent / "ca.pem"),
    }
    return stands_for.get(name, "")


def _read_certificates(path: Path) -> bytes:
    data = path.read_bytes()
    try:
        load_pem_x509_certificates(data)
    except ValueError:
        raise WrongUsage(f"{path}: holds no certificate in PEM") from None
    return data


def _read_pair(cert: Path, key: Path) -> tuple[bytes, bytes]:
    """The certificate chain and its key; gRPC itself would only say that nobody answers."""
    chain, private = _read_certificates(cert), key.read_bytes()
    try:
        loaded = load_pem_private_key(private, password=None)
    except (ValueError, TypeError):
        raise WrongUsage(f"{key}: holds no private key in PEM without a password") from None
    if loaded.public_key() != load_pem_x509_certificates(chain)[0].public_key():
        raise WrongUsage(f"{key}: is not the key of {cert}")
    return chain, private


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:  # noqa: PLR2004 - an hour is longer than any call takes
        raise argparse.ArgumentTypeError("must be a number above 0, and at most 3600")
    return seconds
