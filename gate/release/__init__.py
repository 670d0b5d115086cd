"""The release: leave to sign exactly these bytes, minted here and verified by anyone."""

from gate.release.jwks import jwks, key_id, read_jwks
from gate.release.mint import Minter, TokenType
from gate.release.verify import ReleaseClaims, verify_entry, verify_token

__all__ = [
    "Minter",
    "ReleaseClaims",
    "TokenType",
    "jwks",
    "key_id",
    "read_jwks",
    "verify_entry",
    "verify_token",
]
