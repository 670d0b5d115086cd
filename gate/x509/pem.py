"""PEM: the text form in which people keep certificates in files (RFC 7468)."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error

from gate.errors import Malformed

_BLOCK = re.compile(
    rb"^-----BEGIN ([ -,.-~]*)-----[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)^-----END \1-----[ \t]*\r?$",
    re.MULTILINE,
)
_BOUNDARY = b"-----BEGIN "
_LABELS = frozenset({b"CERTIFICATE", b"TBS CERTIFICATE"})


def der_from(data: bytes) -> bytes:
    """The DER in a file's bytes: as they are, or out of their one PEM block.

    Explanatory text may stand around the block (RFC 7468 §5.2). Raises Malformed where there is
    no block or a second one, where its label is neither CERTIFICATE nor TBS CERTIFICATE, or where
    its lines are not the base64 of anything. DER is handed on unread.
    """
    if _looks_like_der(data):
        return data
    if data.count(_BOUNDARY) > 1:
        raise Malformed("more than one PEM block: give one certificate at a time")
    block = _BLOCK.search(data)
    if block is None:
        raise Malformed("neither DER nor a PEM block from `-----BEGIN` to its `-----END`")
    label, body = block[1], b"".join(block[2].split())
    if label not in _LABELS:
        text = label.decode("ascii")
        raise Malformed(f"a PEM block labelled `{text}`: `CERTIFICATE` or `TBS CERTIFICATE` wanted")
    return _decoded(body)


def _looks_like_der(data: bytes) -> bool:
    # 0x30 is also the character `0`, with which a text before a block may begin; the length
    # octet of any DER over 127 bytes is no ASCII character.
    return data[:1] == b"\x30" and (data[1:2] >= b"\x80" or _BOUNDARY not in data)


def _decoded(body: bytes) -> bytes:
    try:
        der = b64decode(body, validate=True)
    except Base64Error:
        raise Malformed("the PEM block is not base64") from None
    if b64encode(der) != body:
        raise Malformed("the PEM block is not the base64 that its bytes have")
    return der
