"""Public release keys as a JWK set (RFC 7517, RFC 8037)."""

import base64
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from gate.errors import Malformed

ED25519_LENGTH = 32


def key_id(public_key: bytes) -> str:
    """The key's thumbprint (RFC 7638 §3) from its 32 raw bytes."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _encode(public_key)}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return _encode(sha256(text.encode()).digest())


def jwks(public_keys: Iterable[bytes]) -> str:
    """The JSON text of a JWK set that holds these Ed25519 keys."""
    keys = [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": _encode(key),
            "kid": key_id(key),
            "alg": "EdDSA",
            "use": "sig",
        }
        for key in public_keys
    ]
    return json.dumps({"keys": keys}, indent=1)


def read_jwks(text: str) -> Mapping[str, bytes]:
    """The Ed25519 keys of a JWK set by key id; keys of other types are passed over.

    Raises Malformed where the text is no JWK set, or holds no Ed25519 key, or a key id is not
    its key's thumbprint.
    """
    try:
        entries = json.loads(text)["keys"]
        ours = [entry for entry in entries if entry.get("crv") == "Ed25519"]
        found = {entry["kid"]: _decode(entry["x"]) for entry in ours}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed(f"this is no JWK set: {error}") from None
    if not found:
        raise Malformed("this JWK set holds no Ed25519 key")
    for kid, key in found.items():
        if len(key) != ED25519_LENGTH or kid != key_id(key):
            raise Malformed(f"the key {kid!r} of the JWK set does not have its thumbprint as id")
    return found


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
