"""Signed notes: a text under which Ed25519 signatures stand, one a line (C2SP signed-note)."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gate.errors import Malformed, Tampered
from gate.tlog.base64 import decode_base64, encode_base64

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_MARK = "— "
_MOST_SIGNATURES = 64


def key_id(name: str, public_key: bytes) -> bytes:
    """The four bytes by which a note tells an Ed25519 key of this name."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_SIZE]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line: who signed, by which key, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def encode(self) -> str:
        """The line as it stands in the note, with its newline."""
        return f"{_MARK}{self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedNote:
    """A text, which ends with a newline, and the signatures over it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, note: bytes) -> "SignedNote":
        """Read a note; raises Malformed unless encoding it again gives the same bytes."""
        try:
            lines = note.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("the note is not UTF-8", offset=error.start) from None
        if any(character < " " and character != "\n" for character in lines):
            raise Malformed("the note has a control character")
        body, gap, signatures = lines.rpartition("\n\n")
        if not gap or not body or not signatures.endswith("\n"):
            raise Malformed("the note is not a text, an empty line and signature lines")
        found = signatures[:-1].split("\n")
        if len(found) > _MOST_SIGNATURES:
            raise Malformed(f"the note has more than {_MOST_SIGNATURES} signatures")
        return cls(text=body + "\n", signatures=tuple(map(_parse_signature, found)))

    def encode(self) -> bytes:
        """The note's exact bytes."""
        return "".join(
            (self.text, "\n", *(signature.encode() for signature in self.signatures))
        ).encode()

    def verify(self, name: str, public_key: bytes) -> None:
        """Check that this key signed the text.

        Signatures by other keys are passed over. Raises Tampered where there is none by
        this key, or one that is not good.
        """
        known = key_id(name, public_key)
        own = [each for each in self.signatures if (each.name, each.key_id) == (name, known)]
        if not own:
            raise Tampered(f"the note is not signed by `{name}` with the expected key")
        verifier = Ed25519PublicKey.from_public_bytes(public_key)
        for each in own:
            try:
                verifier.verify(each.signature, self.text.encode())
            except InvalidSignature:
                raise Tampered(f"the signature of `{name}` on the note is wrong") from None


def sign_note(
    text: str, name: str, public_key: bytes, sign: Callable[[bytes], bytes]
) -> SignedNote:
    """Sign a text with an Ed25519 key, of which `sign` gives the 64-byte signatures.

    Raises Malformed where the text or the name cannot stand in a note, and whatever `sign`
    raises.
    """
    signature = NoteSignature(
        name=name, key_id=key_id(name, public_key), signature=sign(text.encode())
    )
    note = SignedNote(text=text, signatures=(signature,))
    if SignedNote.parse(note.encode()) != note:
        raise Malformed(f"`{text[:80]}` cannot be the text of a note signed by `{name}`")
    return note


def check_name(name: str) -> None:
    """Raise Malformed unless this can be a key's name: not empty, no spaces, no plus."""
    if not name or "+" in name or any(character.isspace() for character in name):
        raise Malformed(f"`{name[:80]}` cannot be the name of a key: no spaces and no plus")


def _parse_signature(line: str) -> NoteSignature:
    name, _, text = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK):
        raise Malformed(f"`{line[:80]}` is not a signature line")
    check_name(name)
    signed = decode_base64(text)
    if len(signed) <= _KEY_ID_SIZE:
        raise Malformed(f"the signature of `{name}` is too short")
    return NoteSignature(name=name, key_id=signed[:_KEY_ID_SIZE], signature=signed[_KEY_ID_SIZE:])
