"""Keys and algorithms by the words of tests: the same word and seed give the same key."""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha512

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from gate.errors import Malformed
from gate.policy.problems import listed
from gate.policy.quoting import quoted
from gate.policy.signature_algorithms import ALGORITHMS
from gate.specimens.keys import SubscriberKey, ec_key
from gate.x509 import oids
from gate.x509.der import encode_null, encode_oid, encode_sequence

_SHA1_WITH_RSA = "1.2.840.113549.1.1.5"
_CURVES = {"p256": SECP256R1(), "p384": SECP384R1(), "p521": SECP521R1()}
_RSA = re.compile(r"rsa-([1-9][0-9]{3,4})(?:-e([1-9][0-9]{0,9}))?")
_SMALLEST, _LARGEST = 1024, 16384
_DEFAULT_EXPONENT = 65537

SIGNATURES: Mapping[str, bytes] = {
    **ALGORITHMS,
    "ecdsa-sha1": encode_sequence(encode_oid(oids.ECDSA_WITH_SHA1)),
    "rsa-pkcs1-sha1": encode_sequence(encode_oid(_SHA1_WITH_RSA), encode_null()),
}
"""The signature algorithms that policies have words for, and two that none can allow."""


@cache
def public_key(word: str, seed: str) -> SubscriberKey:
    """The public key that a word such as `p256`, `rsa-2048` or `rsa-2048-e3` names.

    Raises Malformed for other words. Nobody can hold the private half of an RSA key: its
    modulus is an odd number of that length, made from the seed.
    """
    if word in _CURVES:
        return _ec_key(word, seed)
    found = _RSA.fullmatch(word)
    if not found or not _SMALLEST <= int(found[1]) <= _LARGEST:
        raise Malformed(
            f"{quoted(word)} names no key: write {listed(_CURVES)}, or `rsa-` and "
            f"{_SMALLEST} to {_LARGEST} bits, perhaps with the exponent, as in `rsa-2048-e3`"
        )
    return _rsa_key(int(found[1]), int(found[2] or _DEFAULT_EXPONENT), seed)


def _ec_key(word: str, seed: str) -> EllipticCurvePublicKey:
    if word == "p256":
        return ec_key(seed)
    # 383 bits lie below the orders of both larger curves.
    scalar = int.from_bytes(sha512(f"key {seed}".encode()).digest()) >> 129
    return derive_private_key(scalar, _CURVES[word]).public_key()


def _rsa_key(bits: int, exponent: int, seed: str) -> RSAPublicKey:
    blocks = (sha512(f"modulus {seed} {at}".encode()).digest() for at in range(bits // 512 + 1))
    number = int.from_bytes(b"".join(blocks)) % (1 << bits)
    try:
        return RSAPublicNumbers(e=exponent, n=number | 1 << bits - 1 | 1).public_key()
    except ValueError as error:
        raise Malformed(f"no RSA key has the exponent {exponent}: {error}") from None
