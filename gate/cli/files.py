"""Reads what the command line is given: certificates, precertificates, bare TBSCertificates."""

import sys
from dataclasses import dataclass
from pathlib import Path

from gate.cli.exit_code import WrongUsage
from gate.errors import Malformed
from gate.model import Stage
from gate.x509 import TBSCertificate, complete, der_from, read_certificate, read_tbs_certificate

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """A certificate as the linters read it, and the TBSCertificate in it."""

    certificate: bytes
    tbs: TBSCertificate

    @property
    def stage(self) -> Stage:
        """A precertificate is known by its poison (RFC 6962 §3.1)."""
        return Stage.PRECERTIFICATE if self.tbs.poisoned else Stage.CERTIFICATE


def read_bytes(name: str) -> bytes:
    """The content of a file, or of standard input for `-`."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    return Path(name).read_bytes()


def read_certificate_bytes(name: str) -> bytes:
    """The DER in a file, PEM or DER, whatever it is; raises Malformed, naming the file."""
    try:
        return der_from(read_bytes(name))
    except Malformed as error:
        raise Malformed(f"{name}: {error}") from None


def read_certificate_file(name: str) -> CertificateFile:
    """Read PEM or DER: a certificate, a precertificate or a bare TBSCertificate.

    Raises Malformed, naming the file, where it is none of these.
    """
    der = read_certificate_bytes(name)
    try:
        return _read(der)
    except Malformed as error:
        raise Malformed(f"{name}: {error}") from None


def _read(der: bytes) -> CertificateFile:
    try:
        tbs = read_tbs_certificate(der)
    except Malformed as no_tbs:
        try:
            return CertificateFile(certificate=der, tbs=read_certificate(der).tbs)
        except Malformed as no_certificate:
            # The reading that got further says more about what is wrong.
            further = max(no_tbs, no_certificate, key=lambda error: error.offset or 0)
            raise further from None
    return CertificateFile(certificate=complete(der), tbs=tbs)


def read_text(name: str) -> str:
    """The content of a text file; raises WrongUsage where it is not text."""
    try:
        return read_bytes(name).decode()
    except UnicodeDecodeError:
        raise WrongUsage(f"{name}: not a text file") from None
