"""Certificate Transparency: how a certificate belongs to its precertificate (RFC 6962 §3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.errors import Malformed
from gate.x509 import oids
from gate.x509.certificate import TBSCertificate
from gate.x509.der import OCTET_STRING, Reader
from gate.x509.extensions import Extension

_WHAT = "signed certificate timestamps"
_V1 = 0
_LOG_ID = 32
_TIMESTAMP = 8
_ALGORITHMS = 2

_FIELDS = (
    "version",
    "serial_number",
    "signature",
    "issuer",
    "not_before",
    "not_after",
    "subject",
    "subject_public_key_info",
    "issuer_unique_id",
    "subject_unique_id",
)
"""The fields of a TBSCertificate but its extensions; the reader takes one encoding of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCertificateTimestamp:
    """A log's promise; nobody has verified the signature.

    `timestamp` is in milliseconds since 1970.
    """

    log_id: bytes
    timestamp: int


def correspondence_faults(
    certificate: TBSCertificate, precertificate: TBSCertificate
) -> tuple[tuple[str, str], ...]:
    """Why the certificate is not its precertificate with the poison replaced by timestamps.

    Each fault is a place and what is wrong there; without any, both are the same bytes once
    poison and timestamps are taken out (RFC 6962 §3.1, §3.2; BR 7.1.2.9). A precertificate
    of a Precertificate Signing Certificate, which names another issuer, does not correspond.
    """
    return tuple(_faults(certificate, precertificate))


def _faults(
    certificate: TBSCertificate, precertificate: TBSCertificate
) -> Iterator[tuple[str, str]]:
    if not precertificate.poisoned:
        yield "precertificate", "it has no poison, so it is no precertificate"
    if certificate.poisoned:
        yield "extensions", "the certificate has a precertificate's poison"
    if any(each.oid == oids.CT_PRECERTIFICATE_SCTS for each in precertificate.extensions):
        yield "precertificate", "it has timestamps already"
    for field in _FIELDS:
        if getattr(certificate, field) != getattr(precertificate, field):
            yield field, f"{field} is not that of the precertificate"
    ours, theirs = _others(certificate), _others(precertificate)
    if ours != theirs:
        yield "extensions", f"the extensions are not the precertificate's: {_first(ours, theirs)}"


def _others(certificate: TBSCertificate) -> tuple[Extension, ...]:
    own = {oids.CT_POISON, oids.CT_PRECERTIFICATE_SCTS}
    return tuple(each for each in certificate.extensions if each.oid not in own)


def _first(ours: tuple[Extension, ...], theirs: tuple[Extension, ...]) -> str:
    """The first difference of two lists of extensions, in words."""
    mine, others = {each.oid: each for each in ours}, {each.oid: each for each in theirs}
    for oid, extension in mine.items():
        if oid not in others:
            return f"{oid} is new"
        if extension != others[oid]:
            return f"{oid} is another"
    missing = [oid for oid in others if oid not in mine]
    return f"{missing[0]} is missing" if missing else "they stand in another order"


def read_timestamps(certificate: TBSCertificate) -> tuple[SignedCertificateTimestamp, ...]:
    """The timestamps embedded in a certificate (RFC 6962 §3.3); none without the extension.

    Raises Malformed where the list is none, has nothing in it, or has an entry that is not of
    version 1 or is not all there.
    """
    for each in certificate.extensions:
        if each.oid == oids.CT_PRECERTIFICATE_SCTS:
            whole = Reader(each.value)
            start, stop = whole.content(OCTET_STRING, _WHAT)
            whole.finish(_WHAT)
            return _list(each.value[start:stop])
    return ()


def _list(data: bytes) -> tuple[SignedCertificateTimestamp, ...]:
    entries, rest = _vector(data)
    if rest or not entries:
        raise Malformed(f"{_WHAT}: the list is empty, or does not end where it says")
    found = []
    while entries:
        entry, entries = _vector(entries)
        found.append(_timestamp(entry))
    return tuple(found)


def _timestamp(data: bytes) -> SignedCertificateTimestamp:
    """One timestamp, laid out as in RFC 6962 §3.2."""
    version, data = _take(data, 1)
    if version[0] != _V1:
        raise Malformed(f"{_WHAT}: version {version[0] + 1}, and only version 1 is known")
    log_id, data = _take(data, _LOG_ID)
    timestamp, data = _take(data, _TIMESTAMP)
    _, data = _vector(data)
    _, data = _take(data, _ALGORITHMS)
    signature, rest = _vector(data)
    if rest or not signature:
        raise Malformed(f"{_WHAT}: an entry without signature, or with bytes after it")
    return SignedCertificateTimestamp(log_id=log_id, timestamp=int.from_bytes(timestamp))


def _vector(data: bytes) -> tuple[bytes, bytes]:
    """The content of a vector with a length of two octets (RFC 8446 §3.4), and what follows."""
    length, data = _take(data, 2)
    return _take(data, int.from_bytes(length))


def _take(data: bytes, count: int) -> tuple[bytes, bytes]:
    if len(data) < count:
        raise Malformed(f"{_WHAT}: cut short")
    return data[:count], data[count:]
