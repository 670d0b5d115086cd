"""A log's public key as one line of text, which names the log too (C2SP signed-note)."""

from dataclasses import dataclass

from gate.errors import Malformed
from gate.tlog.base64 import decode_base64, encode_base64
from gate.tlog.note import check_name, key_id

_ED25519 = b"\x01"
_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """Whose signatures to expect: the log's origin and its 32 raw bytes of Ed25519 key."""

    origin: str
    public_key: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `origin+key id in hex+base64`; raises Malformed unless it is spelled so."""
        origin, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        check_name(origin)
        typed = decode_base64(encoded)
        if typed[:1] != _ED25519 or len(typed) != 1 + _KEY_LENGTH:
            raise Malformed(f"`{text[:120]}` is no Ed25519 verifier key")
        key = cls(origin=origin, public_key=typed[1:])
        if key.encode() != text:
            raise Malformed(f"the key id in `{text[:120]}` is not that of its key")
        return key

    def encode(self) -> str:
        """The line, without a newline."""
        digest = key_id(self.origin, self.public_key).hex()
        return f"{self.origin}+{digest}+{encode_base64(_ED25519 + self.public_key)}"
