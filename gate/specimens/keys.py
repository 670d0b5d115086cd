"""Subscriber keys for made-up certificates: the same seed gives the same key on every run."""

from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SubscriberKey = EllipticCurvePublicKey | RSAPublicKey

_RSA_2048_MODULUS = int(
    "b1a4305a89ed88c17b4eef1f0a5a29c82d6fca95d1b75c36bb4cf55e5d5b28c7"
    "f85cd181276103f785c1c76fda3118362b4c9c5ae90b0b1f1dbc39f391d482ce"
    "d9819bb849cbfa6b846d185e2d3c9e72f075454fa3188a715b8494a6730f43cf"
    "4bc38bc8b03fa5ca3e371ee857cfc04a5d01012b1be3c1857276ec7dac5def34"
    "761b93422c158ba21e20582146ab5f4bbafe67f6e5e50647e90941daf76c71ed"
    "6acae3bda593be5fe4387d4158b22067ea96409d583e07f2a851e8abadc0a806"
    "1733a79ecf610789efad983daf8b768c458b581cdbd427e84e46077dc401d5f2"
    "c30c7e2ba9605fc5780c69de7ee4b98b0e246672f2aa40f5460056891769d6cb",
    16,
)
"""Generated once at random; the private half was thrown away."""


@cache
def ec_private_key(seed: str) -> EllipticCurvePrivateKey:
    """Derive the P-256 private key of a seed.

    Its scalar is a digest of the seed rather than a small number, which a check for weak
    keys may rightly refuse; being under 2^255 it is below the order of the curve.
    """
    scalar = int.from_bytes(sha256(f"key {seed}".encode()).digest()) >> 1
    return derive_private_key(scalar, SECP256R1())


def ec_key(seed: str) -> EllipticCurvePublicKey:
    """Derive the P-256 public key of a seed."""
    return ec_private_key(seed).public_key()


@cache
def rsa_key() -> RSAPublicKey:
    """Return the one RSA public key, 2048 bits; nobody holds its private half."""
    return RSAPublicNumbers(e=65537, n=_RSA_2048_MODULUS).public_key()


def spki_sha256(key: SubscriberKey) -> bytes:
    """Digest the key's SubjectPublicKeyInfo, as an order states it."""
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(spki).digest()
