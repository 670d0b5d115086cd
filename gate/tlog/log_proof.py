"""The text that proves, without the log, that an entry is in it (C2SP tlog-proof)."""

from dataclasses import dataclass

from gate.errors import Malformed
from gate.tlog.base64 import decode_base64, encode_base64
from gate.tlog.checkpoint import Checkpoint, open_checkpoint
from gate.tlog.decimal import parse_decimal
from gate.tlog.hashing import HASH_SIZE, leaf_hash
from gate.tlog.verification import verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """Where an entry stands, its inclusion proof, and the checkpoint that this leads to.

    `checkpoint` is the signed note's exact text; nothing in here is trusted before
    `verify`. `extra` is bytes that nobody signed.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    @classmethod
    def parse(cls, text: str) -> "LogProof":
        """Read a proof; raises Malformed unless encoding it again gives the same text.

        The checkpoint is taken as it is, and judged only by `verify`.
        """
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or not checkpoint or lines.pop(0) != _HEADER:
            raise Malformed(f"a log proof begins with `{_HEADER}` and ends with a checkpoint")
        extra = b""
        if lines and lines[0].startswith(_EXTRA):
            extra = decode_base64(lines.pop(0).removeprefix(_EXTRA))
            if not extra:
                raise Malformed("the log proof has an `extra` line without bytes")
        if not lines or not lines[0].startswith(_INDEX):
            raise Malformed("the log proof has no `index` line")
        index = parse_decimal(lines.pop(0).removeprefix(_INDEX))
        hashes = tuple(map(decode_base64, lines))
        if len(hashes) > _MOST_HASHES or any(len(each) != HASH_SIZE for each in hashes):
            raise Malformed(f"the log proof's hashes are not {_MOST_HASHES} SHA-256 values at most")
        return cls(index=index, hashes=hashes, checkpoint=checkpoint, extra=extra)

    def encode(self) -> str:
        """The proof's exact text."""
        extra = (f"{_EXTRA}{encode_base64(self.extra)}",) if self.extra else ()
        hashes = map(encode_base64, self.hashes)
        head = "\n".join((_HEADER, *extra, f"{_INDEX}{self.index}", *hashes))
        return f"{head}\n\n{self.checkpoint}"

    def verify(self, leaf: bytes, origin: str, public_key: bytes) -> Checkpoint:
        """Check that this leaf is in the log with this origin and key, as the proof says.

        Returns the checkpoint that proves it. Raises Malformed or Tampered.
        """
        checkpoint = open_checkpoint(self.checkpoint.encode(), origin, public_key)
        verify_inclusion(leaf_hash(leaf), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint
