"""The issuer that is to sign a certificate."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The issuer that is to sign: its SubjectPublicKeyInfo, and its key's identifier."""

    spki: bytes
    key_id: bytes
