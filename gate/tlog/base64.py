"""Base64 that has one spelling only (RFC 4648 §4)."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from gate.errors import Malformed


def encode_base64(data: bytes) -> str:
    """The base64 text of the bytes."""
    return b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """The bytes whose base64 text this is.

    Raises Malformed for any text that `encode_base64` does not give, such as one with
    missing padding or with stray bits in its last character.
    """
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise Malformed(f"`{text[:80]}` is not base64") from None
    if encode_base64(data) != text:
        raise Malformed(f"`{text[:80]}` is not the one base64 spelling of its bytes")
    return data
