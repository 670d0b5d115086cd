"""What the facts say of a public key."""

from gate.conditions.v1.facts_pb2 import Key
from gate.errors import Malformed
from gate.policy.kinds.key_algorithm_allowed import CURVES
from gate.x509 import ECKey, PublicKey, RSAKey, oids, read_public_key

_CURVES = {oid: name for name, oid in CURVES.items()}
_FIELD_BITS = {oids.SECP256R1: 256, oids.SECP384R1: 384, oids.SECP521R1: 521}
_OTHERS = {oids.ED25519: "ed25519", oids.ED448: "ed448"}
_LARGEST = 2**63 - 1


def describe_key(key: Key, spki: bytes, spki_sha256: bytes) -> None:
    """Fill in the facts about the key in this SubjectPublicKeyInfo.

    A key that cannot be read is `unknown`: whether that is a fault, linters and rules say.
    """
    key.spki_sha256 = spki_sha256.hex()
    key.curve = "none"
    key.type = "unknown"
    try:
        _describe(key, read_public_key(spki))
    except Malformed:
        return


def _describe(key: Key, public_key: PublicKey) -> None:
    match public_key:
        case RSAKey():
            key.type = "rsa"
            key.size_bits.value = public_key.bits
            if public_key.exponent <= _LARGEST:
                key.rsa_exponent.value = public_key.exponent
        case ECKey(curve=curve):
            key.type = "ec"
            key.curve = _CURVES.get(curve, curve)
            if bits := _FIELD_BITS.get(curve):
                key.size_bits.value = bits
        case _:
            key.type = _OTHERS.get(public_key.algorithm, "unknown")
