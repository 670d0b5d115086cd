"""What a signer verifies before it signs: everything else is refused."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from gate.errors import Malformed, Refused
from gate.release import (
    Minter,
    ReleaseClaims,
    TokenType,
    jwks,
    key_id,
    read_jwks,
    verify_entry,
    verify_token,
)
from gate.tlog import Checkpoint, LogProof, leaf_hash, sign_checkpoint
from tests.pki import NOW
from tests.signing import SeededKey

KEY, LOG_KEY = SeededKey("release"), SeededKey("log")
KEYS = {key_id(KEY.public_key): KEY.public_key}
ORIGIN = "gate.example/log"
TBS = b"these bytes"
ISSUER = sha256(b"issuer").digest()
ENTRY = {
    "kind": "decision",
    "id": "d-1",
    "verdict": "RELEASE",
    "policy_verdict": "RELEASE",
    "tbs_sha256": sha256(TBS).hexdigest(),
    "environment": "production",
    "issuer": ISSUER.hex(),
}
LEAF = json.dumps(ENTRY).encode()


def mint(key: SeededKey = KEY, token_type: TokenType = TokenType.RELEASE, **changes: Any) -> str:
    claims: dict[str, Any] = {
        "decision_id": "d-1",
        "tbs_sha256": sha256(TBS).digest(),
        "issuer_spki_sha256": ISSUER,
        "environment": "production",
        "policy_digest": b"p" * 32,
        "log_origin": ORIGIN,
        "log_index": 0,
        "leaf_hash": leaf_hash(LEAF),
        "issued_at": NOW,
        "expires_at": NOW + timedelta(seconds=60),
    }
    return Minter(key=key, token_type=token_type).mint(**{**claims, **changes})


def verify(token: str, **changes: Any) -> ReleaseClaims:
    expected: dict[str, Any] = {
        "tbs_certificate": TBS,
        "issuer_spki_sha256": ISSUER,
        "environment": "production",
        "keys": KEYS,
        "now": NOW,
    }
    return verify_token(token, **{**expected, **changes})


def forge(**changes: Any) -> str:
    """A token whose payload was changed after it was signed."""
    header, payload, signature = mint().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    text = json.dumps({**claims, **changes}).encode()
    return ".".join([header, base64.urlsafe_b64encode(text).rstrip(b"=").decode(), signature])


def test_a_release_for_these_bytes_holds_and_names_its_decision() -> None:
    assert verify(mint()).decision_id == "d-1"


def test_the_same_claims_give_the_same_token() -> None:
    assert mint() == mint()


@pytest.mark.parametrize(
    ("token", "changes", "reason"),
    [
        (mint(), {"tbs_certificate": TBS + b"!"}, "other bytes"),
        (mint(), {"issuer_spki_sha256": b"x" * 32}, "another issuer"),
        (mint(), {"environment": "staging"}, "not for 'staging'"),
        (mint(), {"now": NOW + timedelta(seconds=60)}, "expired"),
        (mint(), {"now": NOW - timedelta(seconds=6)}, "from the future"),
        (mint(), {"keys": {}}, "unknown key"),
        (mint(SeededKey("other")), {}, "unknown key"),
        (mint(token_type=TokenType.DRY_RUN), {}, "type"),
        (mint(), {"token_type": TokenType.DRY_RUN}, "type"),
        (forge(environment="staging"), {"environment": "staging"}, "signature"),
        (forge(exp=2**40), {"now": NOW + timedelta(hours=1)}, "signature"),
    ],
)
def test_whatever_does_not_fit_is_refused(token: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        verify(token, **changes)


@pytest.mark.parametrize("token", ["", "a.b.c", "not a token", "e30.e30.e30", "é.é.é", "." * 50])
def test_what_is_no_token_is_malformed_or_refused(token: str) -> None:
    with pytest.raises((Malformed, Refused)):
        verify(token)


def test_a_token_without_signature_is_refused() -> None:
    header = {"alg": "none", "typ": TokenType.RELEASE.value, "kid": key_id(KEY.public_key)}
    bare = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()

    with pytest.raises(Refused):
        verify(f"{bare}.{mint().split('.')[1]}.")


def test_a_token_lives_to_its_last_second() -> None:
    assert verify(mint(), now=NOW + timedelta(seconds=59)).decision_id == "d-1"


def test_the_key_set_gives_back_the_keys() -> None:
    assert read_jwks(jwks([KEY.public_key])) == KEYS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [1]}',
        '{"keys": [{"crv": "Ed25519"}]}',
        '{"keys": [{"crv": "Ed25519", "kid": "x", "x": "AAAA"}]}',
        jwks([KEY.public_key]).replace(key_id(KEY.public_key), "x"),
    ],
)
def test_what_is_no_key_set_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read_jwks(text)


def proof(leaf: bytes = LEAF, *, index: int = 0, key: SeededKey = LOG_KEY) -> str:
    checkpoint = Checkpoint(origin=ORIGIN, size=1, root=leaf_hash(leaf))
    note = sign_checkpoint(checkpoint, key.public_key, key.sign).decode()
    return LogProof(index=index, hashes=(), checkpoint=note).encode()


def strict(claims: ReleaseClaims, **changes: Any) -> None:
    given: dict[str, Any] = {
        "log_entry": LEAF,
        "log_proof": proof(),
        "origin": ORIGIN,
        "log_key": LOG_KEY.public_key,
    }
    verify_entry(claims, **{**given, **changes})


def test_a_strict_signer_sees_that_the_decision_was_recorded() -> None:
    strict(verify(mint()))


OTHERS = [
    json.dumps({**ENTRY, **change}).encode()
    for change in (
        {"kind": "evidence"},
        {"verdict": "BLOCK", "policy_verdict": "BLOCK"},
        {"verdict": "DRY_RUN"},
        {"environment": "staging"},
        {"issuer": "00"},
        {"tbs_sha256": ""},
    )
]


@pytest.mark.parametrize("leaf", OTHERS)
def test_a_strict_signer_refuses_an_entry_that_is_no_release_of_these_bytes(leaf: bytes) -> None:
    claims = verify(mint(leaf_hash=leaf_hash(leaf)))

    with pytest.raises(Refused, match="does not release these bytes"):
        strict(claims, log_entry=leaf, log_proof=proof(leaf))


@pytest.mark.parametrize(
    ("token", "changes", "reason"),
    [
        (mint(), {"log_entry": LEAF + b" "}, "not the one"),
        (mint(), {"origin": "another.example/log"}, "from the log"),
        (mint(), {"log_proof": proof(b"x")}, "does not hold"),
        (mint(), {"log_proof": proof(key=SeededKey("other"))}, "does not hold"),
        (mint(), {"log_proof": "nonsense"}, "does not hold"),
        (mint(), {"log_key": SeededKey("other").public_key}, "does not hold"),
        (mint(log_index=1), {}, "entry 0, not 1"),
        (mint(decision_id="d-2"), {}, "does not release these bytes"),
        (
            mint(leaf_hash=leaf_hash(b"{}")),
            {"log_entry": b"{}", "log_proof": proof(b"{}")},
            "not that of a decision",
        ),
    ],
)
def test_a_strict_signer_refuses_what_the_log_does_not_hold(
    token: str, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        strict(verify(token), **changes)


def test_the_claims_are_values() -> None:
    claims = verify(mint())

    assert replace(claims) == claims
