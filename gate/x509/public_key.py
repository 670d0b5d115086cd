"""Public keys: what a SubjectPublicKeyInfo says of its algorithm and size (RFC 5280 §4.1.2.7)."""

from dataclasses import dataclass
from typing import TypeAlias

from gate.errors import Malformed
from gate.x509 import oids
from gate.x509.der import (
    INTEGER,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    Reader,
    encode_null,
    encode_oid,
    encode_sequence,
)

_RSA_ALGORITHM = encode_sequence(encode_oid(oids.RSA_ENCRYPTION), encode_null())
"""The one encoding that BR 7.1.3.1.1 allows, the NULL included."""

_WHAT = "subject_public_key_info"


@dataclass(frozen=True, slots=True, kw_only=True)
class RSAKey:
    """An RSA key (RFC 8017 §A.1.1); `bits` is the size of its modulus."""

    bits: int
    exponent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ECKey:
    """A key on an elliptic curve, which is named by its OID; the point stays unread."""

    curve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherKey:
    """A key of another algorithm, which stays unread."""

    algorithm: str


PublicKey: TypeAlias = RSAKey | ECKey | OtherKey


def read_public_key(spki: bytes) -> PublicKey:
    """The key that the DER of a SubjectPublicKeyInfo holds.

    Raises Malformed where it is not one, and where an RSA or EC key is encoded otherwise than
    BR 7.1.3.1 allows: an RSA algorithm without its NULL, a curve by its parameters.
    """
    whole = Reader(spki)
    fields = whole.enter(SEQUENCE, _WHAT)
    whole.finish(_WHAT)
    start = fields.at
    algorithm = fields.enter(SEQUENCE, _WHAT)
    stop = fields.at
    key, unused = fields.bit_string(_WHAT)
    fields.finish(_WHAT)
    oid = algorithm.oid(_WHAT)
    if unused:
        raise Malformed(f"{_WHAT}: the key is not of whole octets", offset=stop)
    if oid == oids.RSA_ENCRYPTION:
        if spki[start:stop] != _RSA_ALGORITHM:
            raise Malformed(f"{_WHAT}: the RSA algorithm has no NULL as parameters", offset=start)
        return _read_rsa(key)
    if oid == oids.EC_PUBLIC_KEY:
        if algorithm.next_tag != OBJECT_IDENTIFIER:
            raise Malformed(f"{_WHAT}: the curve is not given by its name", offset=algorithm.at)
        curve = algorithm.oid(_WHAT)
        algorithm.finish(_WHAT)
        return ECKey(curve=curve)
    return OtherKey(algorithm=oid)


def _read_rsa(key: bytes) -> RSAKey:
    whole = Reader(key)
    numbers = whole.enter(SEQUENCE, _WHAT)
    whole.finish(_WHAT)
    bits = _modulus_bits(key, numbers)
    exponent = numbers.integer(_WHAT)
    numbers.finish(_WHAT)
    if exponent <= 0:
        raise Malformed(f"{_WHAT}: the exponent is not above zero")
    return RSAKey(bits=bits, exponent=exponent)


def _modulus_bits(key: bytes, numbers: Reader) -> int:
    """The size of a modulus, which may be larger than any INTEGER that is read elsewhere."""
    start, stop = numbers.content(INTEGER, _WHAT)
    octets = key[start:stop]
    modulus = int.from_bytes(octets, signed=True)
    if modulus <= 0:
        raise Malformed(f"{_WHAT}: the modulus is not above zero")
    if len(octets) != modulus.bit_length() // 8 + 1:
        raise Malformed(f"{_WHAT}: the modulus is not in its shortest form")
    return modulus.bit_length()
