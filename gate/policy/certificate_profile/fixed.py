"""Extensions whose content follows from the certificate and its issuer."""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha1, sha256
from typing import TypeAlias

from gate.policy.certificate_profile.profile import ExtensionPin, KeyID, Signer
from gate.policy.certificate_profile.words import NAME_TYPES
from gate.policy.quoting import quoted
from gate.policy.sentences import enumerated
from gate.x509 import Extension, TBSCertificate, oids, read_timestamps
from gate.x509.der import SEQUENCE, Reader, encode, encode_sequence, implicit

_NO_CA = encode_sequence()
_TYPE_NAMES = {kind: name for name, kind in NAME_TYPES.items()}
_FIRST_FOUR_BITS, _LAST_OCTETS = 0x40, 8

_Judge: TypeAlias = Callable[
    [ExtensionPin, Extension, TBSCertificate, Signer | None], Iterator[str]
]


def _authority_key(
    _: ExtensionPin, extension: Extension, certificate: TBSCertificate, signer: Signer | None
) -> Iterator[str]:
    found = certificate.authority_key_identifier
    if extension.value != encode_sequence(encode(implicit(0), found)) or not found:
        yield "a key identifier alone is expected, something else found"
    if signer is not None and found != signer.key_id:
        expected = signer.key_id.hex() or "none, for the issuer has none"
        yield f"the issuer's key identifier is expected, `{expected}`, `{found.hex()}` found"


def _basic_constraints(
    _: ExtensionPin, extension: Extension, __: TBSCertificate, ___: Signer | None
) -> Iterator[str]:
    if extension.value != _NO_CA:
        yield "no CA and no path length are expected, something else found"


def _timestamps(
    _: ExtensionPin, __: Extension, certificate: TBSCertificate, ___: Signer | None
) -> Iterator[str]:
    read_timestamps(certificate)
    return iter(())


def _names(
    pin: ExtensionPin, _: Extension, certificate: TBSCertificate, __: Signer | None
) -> Iterator[str]:
    expected = enumerated(_TYPE_NAMES[kind] for kind in NAME_TYPES.values() if kind in pin.types)
    for kind in dict.fromkeys(name.kind for name in certificate.subject_alt_name):
        if kind not in pin.types:
            yield f"names of type {expected} are expected, {_TYPE_NAMES.get(kind, kind)} found"


def _subject_key(
    pin: ExtensionPin, _: Extension, certificate: TBSCertificate, __: Signer | None
) -> Iterator[str]:
    if pin.key_id is None:
        return
    expected = key_id_of(certificate.subject_public_key_info, pin.key_id)
    if certificate.subject_key_identifier != expected:
        found = certificate.subject_key_identifier.hex()
        yield f"the key's `{pin.key_id}`, `{expected.hex()}`, is expected, {quoted(found)} found"


def key_id_of(spki: bytes, method: KeyID) -> bytes:
    """The key identifier that a method makes of the key in a SubjectPublicKeyInfo."""
    fields = Reader(spki).enter(SEQUENCE, "subject_public_key_info")
    fields.skip("subject_public_key_info")
    bits, _ = fields.bit_string("subject_public_key_info")
    match method:
        case KeyID.SHA256:
            return sha256(bits).digest()[:20]
        case KeyID.SHA1:
            return sha1(bits, usedforsecurity=False).digest()
        case KeyID.SHA1_60:
            last = sha1(bits, usedforsecurity=False).digest()[-_LAST_OCTETS:]
            return bytes([_FIRST_FOUR_BITS | last[0] & 0x0F]) + last[1:]


FIXED: Mapping[str, _Judge] = {
    oids.AUTHORITY_KEY_IDENTIFIER: _authority_key,
    oids.BASIC_CONSTRAINTS: _basic_constraints,
    oids.CT_PRECERTIFICATE_SCTS: _timestamps,
    oids.SUBJECT_ALT_NAME: _names,
    oids.SUBJECT_KEY_IDENTIFIER: _subject_key,
}
"""What judges extensions whose content is no list; the poison was judged by the reader."""
