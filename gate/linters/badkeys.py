"""badkeys: public keys whose private keys can be found."""

from collections.abc import Mapping
from importlib.metadata import version

from badkeys import allchecks, checkpubkey, checkrsa  # type: ignore[import-untyped]  # no types
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import InvalidVersion, load_der_x509_certificate

from gate.linters.library import LibraryLinter
from gate.model import CertificateType, Finding, Severity, Stage

CHECKS = (
    "fermat",
    "roca",
    "rsainvalid",
    "rsapoly",
    "sharedprimes",
    "smalld",
    "smallfactors",
    "dsasparse",
    "rsawarnings",
    "rsabias",
)
"""By name and without `blocklist`, which wants a file downloaded and else ends the process."""

_UNREADABLE, _UNSUPPORTED = "badkeys.unreadable", "badkeys.unsupported"
_LOCATION = "certificate.tbsCertificate.subjectPublicKeyInfo"

# What these two find is unusual. Only what BR 6.1.5 forbids is an error.
_UNUSUAL = frozenset({"rsawarnings", "rsabias"})
_FORBIDDEN = frozenset({"extremely_small", "too_small", "not_multiple_of_8"})
_MODULUS_BITS = (2048, 3072, 4096)


class BadkeysLinter(LibraryLinter):
    """Looks at the SubjectPublicKeyInfo alone; type and stage make no difference.

    A hit is an ERROR named for the check (`badkeys.roca`), except for the unusual sizes,
    exponents and bit patterns that the Baseline Requirements allow: WARNING. A key that
    cannot be read is FATAL (`badkeys.unreadable`), one of a kind for which badkeys has no
    reader is an ERROR (`badkeys.unsupported`): nobody has looked for its weakness. For keys
    on elliptic curves badkeys has no check but the blocklist.
    """

    name = "badkeys"
    version = version("badkeys")

    def __init__(self) -> None:
        for bits in _MODULUS_BITS:
            # Reads the tables of primes that belong to this size.
            checkrsa((1 << bits) - 1, checks=CHECKS)

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        """Make one finding for each check that the key fails."""
        del certificate_type, stage
        try:
            key = load_der_x509_certificate(certificate).public_key()
        except UnsupportedAlgorithm as error:
            return (_unsupported(error),)
        except (ValueError, InvalidVersion) as error:
            return (_unreadable(error),)
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        answer = checkpubkey(pem.decode("ascii"), checks=CHECKS)
        if answer["type"] == "unparseable":
            return (_unreadable(answer["errmsg"]),)
        if answer["type"] == "unsupported":
            return (_unsupported(answer.get("errmsg", type(key).__name__)),)
        return tuple(_finding(check, hit) for check, hit in answer["results"].items())


def lints() -> frozenset[str]:
    """The code of every finding."""
    return frozenset({_UNREADABLE, _UNSUPPORTED, *(f"badkeys.{check}" for check in CHECKS)})


def _finding(check: str, hit: Mapping[str, object]) -> Finding:
    # A hit may hold the private key's factors, which belong in no report: only this is told.
    subtest = str(hit.get("subtest", ""))
    unusual = check in _UNUSUAL and subtest not in _FORBIDDEN
    what = str(allchecks[check]["desc"])
    return Finding(
        code=f"badkeys.{check}",
        severity=Severity.WARNING if unusual else Severity.ERROR,
        message=f"{what}: {subtest.replace('_', ' ')}" if subtest else what,
        location=_LOCATION,
    )


def _unreadable(why: object) -> Finding:
    return Finding(
        code=_UNREADABLE,
        severity=Severity.FATAL,
        message=f"the key cannot be read, and no check was made: {why}",
        location=_LOCATION,
    )


def _unsupported(why: object) -> Finding:
    return Finding(
        code=_UNSUPPORTED,
        severity=Severity.ERROR,
        message=f"badkeys knows no check for this kind of key: {why}",
        location=_LOCATION,
    )
