"""Signature algorithms and issuers' keys, by the words of policies (BR 7.1.3.2)."""

from collections.abc import Mapping

from gate.x509 import ECKey, RSAKey, oids, read_public_key
from gate.x509.der import encode, encode_integer, encode_null, encode_oid, encode_sequence, explicit

_MGF1 = "1.2.840.113549.1.1.8"
_SHA256, _SHA384, _SHA512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))


def _plain(oid: str) -> bytes:
    return encode_sequence(encode_oid(oid))


def _with_null(oid: str) -> bytes:
    return encode_sequence(encode_oid(oid), encode_null())


def _pss(digest: str, salt: int) -> bytes:
    """RSASSA-PSS with MGF-1 over the same digest (RFC 4055 §3.1)."""
    mask = encode_sequence(encode_oid(_MGF1), _with_null(digest))
    parameters = encode_sequence(
        encode(explicit(0), _with_null(digest)),
        encode(explicit(1), mask),
        encode(explicit(2), encode_integer(salt)),
    )
    return encode_sequence(encode_oid(oids.RSASSA_PSS), parameters)


ALGORITHMS: Mapping[str, bytes] = {
    "ecdsa-sha256": _plain(oids.ECDSA_WITH_SHA256),
    "ecdsa-sha384": _plain(oids.ECDSA_WITH_SHA384),
    "ecdsa-sha512": _plain(oids.ECDSA_WITH_SHA512),
    "rsa-pkcs1-sha256": _with_null(oids.SHA256_WITH_RSA_ENCRYPTION),
    "rsa-pkcs1-sha384": _with_null(oids.SHA384_WITH_RSA_ENCRYPTION),
    "rsa-pkcs1-sha512": _with_null(oids.SHA512_WITH_RSA_ENCRYPTION),
    "rsa-pss-sha256": _pss(_SHA256, 32),
    "rsa-pss-sha384": _pss(_SHA384, 48),
    "rsa-pss-sha512": _pss(_SHA512, 64),
}
"""The algorithms of BR 7.1.3.2 by the names that policies use, each in its one encoding.

SHA-1 has no name here: its last uses ended on 2026-09-15.
"""

FITTING: Mapping[str, frozenset[str]] = {
    "rsa": frozenset(name for name in ALGORITHMS if name.startswith("rsa-")),
    "p256": frozenset({"ecdsa-sha256"}),
    "p384": frozenset({"ecdsa-sha384"}),
    "p521": frozenset({"ecdsa-sha512"}),
}
"""The kinds of issuer's key, and the algorithms that go with each: a curve has one digest."""

_NAMES = {der: name for name, der in ALGORITHMS.items()}
_CURVES = {oids.SECP256R1: "p256", oids.SECP384R1: "p384", oids.SECP521R1: "p521"}


def algorithm_name(der: bytes) -> str | None:
    """What policies call the algorithm of this AlgorithmIdentifier; None for all others."""
    return _NAMES.get(der)


def key_of(name: str) -> str:
    """The kind of key that an algorithm goes with."""
    return next(key for key, fitting in FITTING.items() if name in fitting)


def algorithms_of(spki: bytes) -> frozenset[str]:
    """The algorithms that go with the key in an issuer's SubjectPublicKeyInfo."""
    return FITTING.get(key_name(spki), frozenset())


def key_name(spki: bytes) -> str:
    """The kind of key in an issuer's SubjectPublicKeyInfo; `unknown` for all others.

    Raises Malformed where the key is not encoded as BR 7.1.3.1 says.
    """
    match read_public_key(spki):
        case RSAKey():
            return "rsa"
        case ECKey(curve=curve):
            return _CURVES.get(curve, "unknown")
        case _:
            return "unknown"
