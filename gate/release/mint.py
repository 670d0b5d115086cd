"""Mints release tokens: JWTs that name the bytes, the issuer, the decision and the log entry."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from jwt import PyJWS
from jwt.algorithms import Algorithm

from gate.ports import SigningKey
from gate.release.jwks import key_id

GATE = "gate"
"""The `iss` claim of every token."""


class TokenType(StrEnum):
    """The `typ` header; a signer accepts the first and never the second."""

    RELEASE = "gate-release+jwt"
    DRY_RUN = "gate-dry-run+jwt"


class _PortAlgorithm(Algorithm):
    """EdDSA by a key behind the SigningKey port, so that the key may live in an HSM."""

    def prepare_key(self, key: SigningKey) -> SigningKey:
        return key

    def sign(self, msg: bytes, key: SigningKey) -> bytes:
        return key.sign(msg)

    def verify(self, msg: bytes, key: SigningKey, sig: bytes) -> bool:
        raise NotImplementedError("tokens are verified with the public key alone")

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyJWT's own
        raise NotImplementedError("see gate.release.jwks")

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        raise NotImplementedError("see gate.release.jwks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Minter:
    """Makes tokens of one type with one key."""

    key: SigningKey
    token_type: TokenType

    def mint(
        self,
        *,
        decision_id: str,
        tbs_sha256: bytes,
        issuer_spki_sha256: bytes,
        environment: str,
        policy_digest: bytes,
        log_origin: str,
        log_index: int,
        leaf_hash: bytes,
        issued_at: datetime,
        expires_at: datetime,
    ) -> str:
        """The token in JWS compact form; raises Unavailable where the key is away.

        Times are cut to whole seconds, so a token never lives longer than it should.
        """
        claims = {
            "iss": GATE,
            "aud": f"sha256:{issuer_spki_sha256.hex()}",
            "iat": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": decision_id,
            "tbs_sha256": tbs_sha256.hex(),
            "environment": environment,
            "policy": policy_digest.hex(),
            "log_origin": log_origin,
            "log_index": log_index,
            "leaf_hash": leaf_hash.hex(),
        }
        signer = PyJWS(algorithms=[])
        signer.register_algorithm("EdDSA", _PortAlgorithm())
        headers = {"typ": self.token_type.value, "kid": key_id(self.key.public_key)}
        return signer.encode(
            json.dumps(claims, separators=(",", ":")).encode(),
            self.key,  # type: ignore[arg-type]  # our algorithm takes the port
            algorithm="EdDSA",
            headers=headers,
        )
