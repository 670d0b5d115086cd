"""Verifies releases: what every signer does before it signs, offline.

A token that must not be ignored is an exception, never a bool.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gate.errors import Malformed, Refused, Tampered
from gate.release.mint import GATE, TokenType
from gate.tlog import LogProof, leaf_hash

CLAIMS = (
    "iss",
    "aud",
    "iat",
    "exp",
    "jti",
    "tbs_sha256",
    "environment",
    "policy",
    "log_origin",
    "log_index",
    "leaf_hash",
)
CLOCK_SKEW = timedelta(seconds=5)
"""How far a signer's clock may run behind the gate's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseClaims:
    """What a verified token says; a signer keeps `decision_id` until `expires_at` as used."""

    token_type: TokenType
    decision_id: str
    tbs_sha256: bytes
    issuer_spki_sha256: bytes
    environment: str
    policy_digest: bytes
    log_origin: str
    log_index: int
    leaf_hash: bytes
    issued_at: datetime
    expires_at: datetime


def verify_token(
    token: str,
    *,
    tbs_certificate: bytes,
    issuer_spki_sha256: bytes,
    environment: str,
    keys: Mapping[str, bytes],
    now: datetime,
    token_type: TokenType = TokenType.RELEASE,
) -> ReleaseClaims:
    """Verify that the token is leave to sign exactly these bytes, by this issuer, here and now.

    `keys` are the gate's public release keys by key id (`read_jwks`). Raises Malformed where
    the token is no such JWT, and Refused where it is one and does not hold.
    """
    claims = _authentic(token, keys, token_type)
    if claims["aud"] != f"sha256:{issuer_spki_sha256.hex()}":
        raise Refused("the release is for another issuer")
    if claims["environment"] != environment:
        raise Refused(f"the release is for {claims['environment']!r}, not for {environment!r}")
    if claims["tbs_sha256"] != sha256(tbs_certificate).hexdigest():
        raise Refused("the release is for other bytes than these")
    found = _typed(claims, token_type)
    if now >= found.expires_at:
        raise Refused(f"the release expired at {found.expires_at.isoformat()}: ask for a new one")
    if now < found.issued_at - CLOCK_SKEW:
        raise Refused(f"the release is from the future ({found.issued_at.isoformat()})")
    return found


def verify_entry(
    claims: ReleaseClaims, *, log_entry: bytes, log_proof: str, origin: str, log_key: bytes
) -> None:
    """Verify offline that the decision was recorded before it was released.

    Checks the entry against the claims, and its inclusion under a checkpoint that the log's
    key signed. Raises Refused where anything does not hold (RFC 6962 §2.1.1).
    """
    if claims.log_origin != origin:
        raise Refused(f"the release is from the log {claims.log_origin!r}, not from {origin!r}")
    if leaf_hash(log_entry) != claims.leaf_hash:
        raise Refused("the log entry is not the one the release names")
    if _said(log_entry) != _released(claims):
        raise Refused("the log entry does not release these bytes")
    try:
        proof = LogProof.parse(log_proof)
        proof.verify(log_entry, origin, log_key)
    except (Malformed, Tampered) as error:
        raise Refused(f"the log proof does not hold: {error}") from None
    if proof.index != claims.log_index:
        raise Refused(f"the log proof is for entry {proof.index}, not {claims.log_index}")


def _released(claims: ReleaseClaims) -> list[object]:
    """What the entry of such a release must say, as `_said` lists it."""
    dry = claims.token_type is TokenType.DRY_RUN
    return [
        "decision",
        claims.decision_id,
        "DRY_RUN" if dry else "RELEASE",
        "RELEASE",
        claims.tbs_sha256.hex(),
        claims.environment,
        claims.issuer_spki_sha256.hex(),
    ]


def _said(log_entry: bytes) -> list[object]:
    keys = ("kind", "id", "verdict", "policy_verdict", "tbs_sha256", "environment", "issuer")
    try:
        entry = json.loads(log_entry)
        return [entry[key] for key in keys]
    except (ValueError, KeyError, TypeError):
        raise Refused("the log entry is not that of a decision") from None


def _authentic(token: str, keys: Mapping[str, bytes], token_type: TokenType) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Malformed(f"this is no JWT: {error}") from None
    if header.get("typ") != token_type.value:
        raise Refused(f"the token's type is {header.get('typ')!r}, not `{token_type.value}`")
    key = keys.get(str(header.get("kid")))
    if key is None:
        raise Refused(f"the token is signed by an unknown key {header.get('kid')!r}")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(key),
            algorithms=["EdDSA"],
            issuer=GATE,
            # The audience, and the times by the caller's clock, are verified by us.
            options={
                "require": list(CLAIMS),
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidSignatureError:
        raise Refused("the token's signature does not verify") from None
    except jwt.PyJWTError as error:
        raise Refused(f"the token does not hold: {error}") from None
    return claims


def _typed(claims: Mapping[str, Any], token_type: TokenType) -> ReleaseClaims:
    try:
        return ReleaseClaims(
            token_type=token_type,
            decision_id=str(claims["jti"]),
            tbs_sha256=bytes.fromhex(claims["tbs_sha256"]),
            issuer_spki_sha256=bytes.fromhex(claims["aud"].removeprefix("sha256:")),
            environment=str(claims["environment"]),
            policy_digest=bytes.fromhex(claims["policy"]),
            log_origin=str(claims["log_origin"]),
            log_index=int(claims["log_index"]),
            leaf_hash=bytes.fromhex(claims["leaf_hash"]),
            issued_at=datetime.fromtimestamp(int(claims["iat"]), UTC),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
        )
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Malformed(f"a claim of the token is not what it should be: {error}") from None
