"""The server's side of mutual TLS: every connection shows a certificate, on loopback too."""

from dataclasses import dataclass
from pathlib import Path
from ssl import CERT_REQUIRED, PROTOCOL_TLS_SERVER, SSLContext, TLSVersion

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from gate.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class TLSFiles:
    """PEM files: the server's key and certificate chain, and the CA that certifies clients."""

    key: Path
    certificate: Path
    client_ca: Path

    def credentials(self) -> grpc.ServerCredentials:
        """Read the files; raises ConfigError for one that is absent or not what it should be.

        gRPC would take anything and refuse every connection later.
        """
        key, chain, client_ca = map(_read, (self.key, self.certificate, self.client_ca))
        leaf = _certificates(self.certificate, chain)[0].public_key()
        spki = leaf.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if _spki_of_key(self.key, key) != spki:
            raise ConfigError(f"{self.key}: not the key of the certificate {self.certificate}")
        _certificates(self.client_ca, client_ca)
        return grpc.ssl_server_credentials(
            [(key, chain)], root_certificates=client_ca, require_client_auth=True
        )

    def context(self) -> SSLContext:
        """The same for a listener that is not gRPC's; raises ConfigError as `credentials` does."""
        self.credentials()
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.minimum_version = TLSVersion.TLSv1_2
        context.verify_mode = CERT_REQUIRED
        context.load_cert_chain(self.certificate, self.key)
        context.load_verify_locations(self.client_ca)
        return context


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _certificates(path: Path, pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise ConfigError(f"{path}: holds no certificates in PEM") from None


def _spki_of_key(path: Path, pem: bytes) -> bytes:
    try:
        key = load_pem_private_key(pem, password=None).public_key()
    except (ValueError, TypeError):
        raise ConfigError(f"{path}: holds no unencrypted private key in PEM") from None
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
