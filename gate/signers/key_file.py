"""Ed25519 keys in PEM files, for the log's checkpoints and the release tokens."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from gate.errors import ConfigError

OWNER_ONLY = 0o600
OTHERS = 0o077


class FileKey:
    """A SigningKey read from a PKCS#8 PEM file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Read the key; raises ConfigError where the file is absent, open to others, or no key."""
        self._key = _read(path)
        self._public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032)."""
        return self._key.sign(message)


def write_key(path: Path) -> FileKey:
    """Make a new key in a new file that only its owner can read; raises FileExistsError."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return FileKey(path)


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
        # Whoever named a public key or a folder by mistake is not to be told to hide it.
        if path.stat().st_mode & OTHERS:
            raise ConfigError(f"{path}: others can read this key: chmod 600 {path}")
    except OSError as error:
        raise ConfigError(f"{path}: the key cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        raise ConfigError(f"{path}: no unencrypted private key in PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{path}: not an Ed25519 key")
    return key
