"""What a SubjectPublicKeyInfo says of the key is read from its one allowed encoding."""

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gate.errors import Malformed
from gate.specimens.keys import rsa_key
from gate.x509 import ECKey, OtherKey, RSAKey, oids, read_public_key
from gate.x509.der import (
    INTEGER,
    encode,
    encode_bit_string,
    encode_integer,
    encode_null,
    encode_oid,
    encode_sequence,
)


def spki(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def rsa_spki(algorithm: bytes, *numbers: int, unused: int = 0) -> bytes:
    key = encode_sequence(*map(encode_integer, numbers))
    return encode_sequence(algorithm, encode_bit_string(key, unused))


def rsa_of(modulus: bytes) -> bytes:
    key = encode_sequence(encode(INTEGER, modulus), encode_integer(3))
    return encode_sequence(RSA, encode_bit_string(key))


RSA = encode_sequence(encode_oid(oids.RSA_ENCRYPTION), encode_null())


def test_the_size_and_the_exponent_of_an_rsa_key_are_read() -> None:
    found = read_public_key(spki(rsa_key()))
    assert found == RSAKey(bits=2048, exponent=65537)


@pytest.mark.parametrize("bits", [1, 7, 8, 2047, 2048, 8192, 16384])
def test_a_modulus_of_any_size_is_measured(bits: int) -> None:
    found = read_public_key(rsa_spki(RSA, (1 << bits) - 1, 3))
    assert found == RSAKey(bits=bits, exponent=3)


@pytest.mark.parametrize(
    ("curve", "oid"),
    [
        (ec.SECP256R1(), oids.SECP256R1),
        (ec.SECP384R1(), oids.SECP384R1),
        (ec.SECP521R1(), oids.SECP521R1),
        (ec.SECP256K1(), "1.3.132.0.10"),
    ],
)
def test_a_curve_is_read_by_its_name(curve: ec.EllipticCurve, oid: str) -> None:
    key = ec.derive_private_key(7, curve).public_key()
    assert read_public_key(spki(key)) == ECKey(curve=oid)


def test_keys_of_other_algorithms_are_told_by_their_oid() -> None:
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert read_public_key(spki(edwards)) == OtherKey(algorithm=oids.ED25519)
    numbers = dsa.DSAPublicNumbers(3, dsa.DSAParameterNumbers(p=(1 << 2047) + 9, q=1 << 255, g=2))
    data = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert read_public_key(data) == OtherKey(algorithm="1.2.840.10040.4.1")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "SEQUENCE is missing"),
        (rsa_spki(RSA, 15, 3) + b"\x00", "bytes after its end"),
        (rsa_spki(encode_sequence(encode_oid(oids.RSA_ENCRYPTION)), 15, 3), "has no NULL"),
        (rsa_spki(RSA, 15, 3, unused=8), "bits"),
        (rsa_spki(RSA, 15), "INTEGER is missing"),
        (rsa_spki(RSA, 15, 3, 5), "bytes after its end"),
        (rsa_spki(RSA, -15, 3), "the modulus is not above zero"),
        (rsa_spki(RSA, 0, 3), "the modulus is not above zero"),
        (rsa_of(b"\x00\x0f"), "not in its shortest form"),
        (rsa_of(b""), "the modulus is not above zero"),
        (rsa_spki(RSA, 15, 0), "above zero"),
        (
            encode_sequence(
                encode_sequence(encode_oid(oids.EC_PUBLIC_KEY), encode_sequence()),
                encode_bit_string(b"\x04"),
            ),
            "the curve is not given by its name",
        ),
        (
            encode_sequence(
                encode_sequence(encode_oid(oids.EC_PUBLIC_KEY)), encode_bit_string(b"\x04")
            ),
            "the curve is not given by its name",
        ),
        (
            encode_sequence(
                encode_sequence(
                    encode_oid(oids.EC_PUBLIC_KEY), encode_oid(oids.SECP256R1), encode_null()
                ),
                encode_bit_string(b"\x04"),
            ),
            "bytes after its end",
        ),
    ],
)
def test_every_other_encoding_is_refused(data: bytes, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        read_public_key(data)
