"""Public Ed25519 keys in files, for the people whose signatures count."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from gate.errors import ConfigError, Malformed
from gate.tlog import VerifierKey
from gate.tlog.base64 import decode_base64

KEY_LENGTH = 32

_BASE64_LENGTH = 44


def read_public_key(path: Path) -> bytes:
    """The 32 raw bytes of the public key in this file.

    It holds a SubjectPublicKeyInfo in PEM, the raw bytes in base64, or one line as a log
    publishes its key (`name+key id+base64`). Raises ConfigError where it holds none of them;
    a private key is refused, so that nobody is made to hand theirs out.
    """
    try:
        text = path.read_text("ascii").strip()
    except OSError as error:
        raise ConfigError(f"{path}: the key cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not a public key in PEM or base64") from None
    if "PRIVATE KEY" in text:
        raise ConfigError(f"{path}: this is a private key: give its public half, `{path}.pub`")
    try:
        return _from_pem(text) if text.startswith("-----") else _from_line(text)
    except Malformed as error:
        raise ConfigError(f"{path}: not an Ed25519 public key: {error}") from None


def write_public_key(path: Path, public_key: bytes) -> None:
    """Write the key as a SubjectPublicKeyInfo in PEM to a new file; raises FileExistsError."""
    key = Ed25519PublicKey.from_public_bytes(public_key)
    with path.open("xb") as file:
        file.write(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _from_pem(text: str) -> bytes:
    try:
        key = load_pem_public_key(text.encode())
    except ValueError:
        raise Malformed("no SubjectPublicKeyInfo in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed("a key of another type")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _from_line(text: str) -> bytes:
    # A verifier key has a name and a key id before as much base64.
    if len(text) > _BASE64_LENGTH:
        return VerifierKey.parse(text).public_key
    key = decode_base64(text)
    if len(key) != KEY_LENGTH:
        raise Malformed(f"it holds {len(key)} bytes instead of {KEY_LENGTH}")
    return key
