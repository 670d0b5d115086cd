"""Writing a TBSCertificate from its values, and completing it to a certificate for linters."""

from gate.x509 import oids
from gate.x509.certificate import TBSCertificate
from gate.x509.der import (
    INTEGER,
    SEQUENCE,
    Reader,
    encode,
    encode_bit_string,
    encode_boolean,
    encode_integer,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_time,
    explicit,
)
from gate.x509.extensions import Extension

_UNSIGNED = b"UNSIGNED: completed for linters, "
"""Text where a signature would be, so that nobody mistakes the result, even in a hex dump."""

_PAIR_OF_INTEGERS = frozenset(
    {
        oids.DSA_WITH_SHA1,
        oids.DSA_WITH_SHA224,
        oids.DSA_WITH_SHA256,
        oids.ECDSA_WITH_SHA1,
        oids.ECDSA_WITH_SHA224,
        oids.ECDSA_WITH_SHA256,
        oids.ECDSA_WITH_SHA384,
        oids.ECDSA_WITH_SHA512,
    }
)
"""The algorithms whose signatures are SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 §2.2)."""


def write_tbs_certificate(tbs: TBSCertificate) -> bytes:
    """The DER of what `tbs` says; for one that was read, exactly the bytes it was read from.

    The lists and values decide, not `der`: extensions may have been replaced or left out.
    """
    version = encode(explicit(0), encode_integer(tbs.version - 1)) if tbs.version > 1 else b""
    extensions = encode_sequence(*map(_write_extension, tbs.extensions))
    return encode_sequence(
        version,
        encode_integer(tbs.serial_number),
        tbs.signature.der,
        tbs.issuer.der,
        encode_sequence(encode_time(tbs.not_before), encode_time(tbs.not_after)),
        tbs.subject.der,
        tbs.subject_public_key_info,
        tbs.issuer_unique_id,
        tbs.subject_unique_id,
        encode(explicit(3), extensions) if tbs.extensions else b"",
    )


def _write_extension(extension: Extension) -> bytes:
    critical = encode_boolean(extension.critical) if extension.critical else b""
    return encode_sequence(
        encode_oid(extension.oid), critical, encode_octet_string(extension.value)
    )


def complete(tbs: bytes) -> bytes:
    """The TBSCertificate with a static text in place of a signature (BR 4.3.1.2).

    Linters and second readers want a whole certificate; this is the only place that makes one.
    The signature can verify under no key: for ECDSA and DSA it is two well-formed integers of
    text, for all else 256 octets of text. Raises Malformed where `tbs` has no signature field.
    """
    fields = Reader(tbs).enter(SEQUENCE, "TBSCertificate")
    if fields.next_tag == explicit(0):
        fields.skip("version")
    fields.content(INTEGER, "serial_number")
    start = fields.at
    algorithm = fields.enter(SEQUENCE, "signature").oid("signature")
    return encode_sequence(tbs, fields.since(start), encode_bit_string(_no_signature(algorithm)))


def _no_signature(algorithm: str) -> bytes:
    if algorithm in _PAIR_OF_INTEGERS:
        text = encode_integer(int.from_bytes(_UNSIGNED[:32]))
        return encode_sequence(text, text)
    return (_UNSIGNED * 8)[:256]
