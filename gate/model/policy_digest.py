"""The digest that names a policy: all its files, and the issuers it was loaded for."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from gate.model.issuer import Issuer

MANIFEST = "manifest.json"
"""The file that holds the signatures over all others; it is no part of what they sign."""

_CONTEXT = b"gate policy 1"


def digest_of(files: Mapping[str, bytes], issuers: Iterable[Issuer]) -> bytes:
    """SHA-256 over every path and content and every issuer's name and SPKI digest.

    Each part is preceded by its length and each group by its size, eight octets big-endian,
    so that no two sets of files and issuers encode alike. Paths and names are sorted. The
    manifest is left out: another signature makes no other policy.
    """
    by_path = sorted(
        (_octets(path), content) for path, content in files.items() if path != MANIFEST
    )
    by_name = sorted((_octets(issuer.name), issuer.spki_sha256) for issuer in issuers)
    digest = sha256(_measured(_CONTEXT))
    for group in (by_path, by_name):
        digest.update(_size(len(group)))
        for key, value in group:
            digest.update(_measured(key) + _measured(value))
    return digest.digest()


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _measured(part: bytes) -> bytes:
    return _size(len(part)) + part


def _size(number: int) -> bytes:
    return number.to_bytes(8, "big")
