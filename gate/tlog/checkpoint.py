"""Checkpoints: what the log's key signs about its tree (C2SP tlog-checkpoint)."""

from collections.abc import Callable
from dataclasses import dataclass

from gate.errors import Malformed, Tampered
from gate.tlog.base64 import decode_base64, encode_base64
from gate.tlog.decimal import parse_decimal
from gate.tlog.hashing import HASH_SIZE
from gate.tlog.note import SignedNote, check_name, sign_note

_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The tree of the log named `origin` at one size.

    Its text has three lines: the origin, the size in decimal, the root in base64.
    """

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint's text; raises Malformed unless it is spelled as `encode` does.

        Extension lines are refused: no log of ours writes them.
        """
        lines = text.split("\n")
        if len(lines) != _LINES or lines[-1]:
            raise Malformed("a checkpoint is three lines: origin, size and root")
        origin, size, root = lines[:-1]
        check_name(origin)
        digest = decode_base64(root)
        if len(digest) != HASH_SIZE:
            raise Malformed(f"the checkpoint's root has {len(digest)} bytes instead of {HASH_SIZE}")
        return cls(origin=origin, size=parse_decimal(size), root=digest)

    def encode(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


def sign_checkpoint(
    checkpoint: Checkpoint, public_key: bytes, sign: Callable[[bytes], bytes]
) -> bytes:
    """The signed note of a checkpoint; the key's name is the log's origin.

    Raises Malformed where the origin cannot be a key's name, and whatever `sign` raises.
    """
    return sign_note(checkpoint.encode(), checkpoint.origin, public_key, sign).encode()


def open_checkpoint(note: bytes, origin: str, public_key: bytes) -> Checkpoint:
    """The checkpoint in a note that the log's key has signed.

    Raises Malformed where the note is none, Tampered where the signature is not this key's
    or the checkpoint is another log's.
    """
    signed = SignedNote.parse(note)
    signed.verify(origin, public_key)
    checkpoint = Checkpoint.parse(signed.text)
    if checkpoint.origin != origin:
        raise Tampered(f"the checkpoint is of the log `{checkpoint.origin}`, not of `{origin}`")
    return checkpoint
