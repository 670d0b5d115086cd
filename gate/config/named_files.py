"""The files that gate.yaml names: are they there, are they what they should be."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from os import W_OK, access
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from gate.config.shape import IssuerShape, TLSShape
from gate.errors import ConfigError, Malformed
from gate.model import Environment, Issuer
from gate.policy.definitions import Place
from gate.rpc import TLSFiles
from gate.signers import FileKey, read_public_key
from gate.x509 import der_from

OTHERS = 0o077

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """Looks at the files below one folder; what is wrong is noted where the file is named."""

    folder: Path

    def path(self, name: str) -> Path:
        """The path of a file; a relative one begins at the folder."""
        return self.folder / name

    def issuer(self, shape: IssuerShape, gate: Environment, place: Place) -> Issuer | None:
        """The issuer of this certificate, or None; its chain, where given, is checked."""
        path = self.path(shape.certificate)
        issuer = _noted(
            place.below("certificate"),
            lambda: Issuer.read(
                name=shape.name,
                environment=shape.environment or gate,
                trust=shape.trust,
                certificate=_der(path),
            ),
        )
        if shape.chain is not None:
            chain = self.path(shape.chain)
            _noted(place.below("chain"), lambda: _check_chain(issuer, chain))
        return issuer

    def signing_key(self, name: str, place: Place) -> bytes:
        """The public half of an Ed25519 key that only its owner can read; empty where wrong."""
        path = self.path(name)
        return _noted(place, lambda: FileKey(path).public_key) or b""

    def public_key(self, name: str, place: Place) -> bytes:
        """The 32 bytes of somebody's public Ed25519 key; empty where wrong."""
        path = self.path(name)
        return _noted(place, lambda: read_public_key(path)) or b""

    def folder_named(self, name: str | None, place: Place) -> Path | None:
        """The path of a folder that must be there; None where none is named."""
        if name is None:
            return None
        path = self.path(name)
        if not path.is_dir():
            place.note(f"{path}: there is no such folder")
        return path

    def tls(self, shape: TLSShape, place: Place) -> TLSFiles:
        """The files of the server's TLS."""
        files = TLSFiles(
            key=self.path(shape.key),
            certificate=self.path(shape.certificate),
            client_ca=self.path(shape.client_ca),
        )
        found = [
            _noted(place.below(field.name), partial(_content, getattr(files, field.name)))
            for field in fields(files)
        ]
        _noted(place.below("key"), lambda: _check_private(files.key))
        if None not in found:
            _noted(place, files.credentials)
        return files

    def database(self, name: str, place: Place) -> Path:
        """The database's path; the file may be new, its folder not."""
        path = self.path(name)
        if path.is_dir():
            place.note(f"{path}: a folder: name the file in it, such as {path / 'gate.db'}")
        elif not path.parent.is_dir():
            place.note(f"{path.parent}: there is no such folder: make it first")
        elif not access(path.parent, W_OK):
            place.note(f"{path.parent}: the gate may not write in this folder")
        return path


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _check_private(path: Path) -> None:
    if path.exists() and path.stat().st_mode & OTHERS:
        raise ConfigError(f"{path}: others can read this key: chmod 600 {path}")


def _der(path: Path) -> bytes:
    content = _content(path)
    try:
        return der_from(content)
    except Malformed as error:
        raise ConfigError(f"{path}: {error}") from None


def _noted(place: Place, read: Callable[[], T]) -> T | None:
    """What this reads, or None with the reasons noted."""
    try:
        return read()
    except ConfigError as error:
        for problem in error.problems:
            place.note(problem)
    return None


def _check_chain(issuer: Issuer | None, path: Path) -> None:
    """Raise ConfigError where a certificate is not signed by the one that follows it."""
    try:
        chain = x509.load_pem_x509_certificates(_content(path))
    except ValueError:
        raise ConfigError(f"{path}: holds no certificates in PEM") from None
    if issuer is None:
        return
    below, told = x509.load_der_x509_certificate(issuer.certificate), f"issuer `{issuer.name}`"
    for number, above in enumerate(chain, start=1):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            raise ConfigError(
                f"{path}: certificate {number} did not sign {told}: the order is from the "
                "issuer's own issuer up to the root"
            ) from None
        below, told = above, f"certificate {number}"
