"""What the contents of each primitive universal type may be, and the values they say.

Every function takes the whole input and the place of the contents in it, so that the offset
in a Malformed is the input's own, and `what`, the field's name for the message. Each returns
the one value whose DER contents these are (X.690 §8, §10, §11).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NoReturn

from gate.errors import Malformed
from gate.x509.der import tags

MAX_INTEGER = 1024
"""Octets. Python refuses to print integers beyond about 1,780 octets; no field needs half of it."""

MAX_OID = 256
"""Octets. A UUID arc takes 19; the value also bounds what the cache below can hold."""

Content = Callable[[bytes, int, int, str], object]

_ARCS = re.compile(rb"(?:(?:[\x81-\xff][\x80-\xff]*)?[\x00-\x7f])+")
_UTC_TIME = re.compile(rb"[0-9]{12}Z")
_GENERALIZED_TIME = re.compile(rb"[0-9]{14}Z")
_FRACTIONAL_TIME = re.compile(rb"([0-9]{14})(?:\.[0-9]*[1-9])?Z")
_BMP_SURROGATE = re.compile(r"[\U00010000-\U0010ffff]")


def boolean(data: bytes, start: int, stop: int, what: str) -> bool:
    """FALSE is 00 and TRUE is FF; nothing else is DER (X.690 §11.1)."""
    content = data[start:stop]
    if content not in {b"\x00", b"\xff"}:
        _refuse(what, "BOOLEAN that is neither 00 nor ff", start)
    return content == b"\xff"


def integer(data: bytes, start: int, stop: int, what: str) -> int:
    """An integer in the fewest octets (X.690 §8.3)."""
    if start == stop:
        _refuse(what, "INTEGER without octets", start)
    if stop - start > MAX_INTEGER:
        _refuse(what, f"INTEGER of more than {MAX_INTEGER} octets", start)
    if stop - start > 1 and (
        (data[start] == 0 and data[start + 1] < 0x80)  # noqa: PLR2004 - the sign bit
        or (data[start] == 0xFF and data[start + 1] >= 0x80)  # noqa: PLR2004 - the sign bit
    ):
        _refuse(what, "INTEGER with a needless first octet", start)
    return int.from_bytes(data[start:stop], signed=True)


def bit_string(data: bytes, start: int, stop: int, what: str) -> tuple[bytes, int]:
    """The octets and how many bits of the last are unused; those are zero (X.690 §11.2.1)."""
    if start == stop:
        _refuse(what, "BIT STRING without its count of unused bits", start)
    unused, octets = data[start], data[start + 1 : stop]
    if unused > 7 or (unused and not octets):  # noqa: PLR2004 - an octet has eight bits
        _refuse(what, f"BIT STRING that claims {unused} unused bits", start)
    if unused and octets[-1] & ((1 << unused) - 1):
        _refuse(what, "BIT STRING with unused bits that are not zero", stop - 1)
    return octets, unused


def octets(data: bytes, start: int, stop: int, what: str) -> bytes:  # noqa: ARG001 - one signature
    """The octets as they stand."""
    return data[start:stop]


def null(data: bytes, start: int, stop: int, what: str) -> None:  # noqa: ARG001 - one signature
    """NULL has no contents (X.690 §8.8)."""
    if start != stop:
        _refuse(what, "NULL with contents", start)


def object_identifier(data: bytes, start: int, stop: int, what: str) -> str:
    """The dotted form; arcs are integers of any size, each in the fewest octets (X.690 §8.19)."""
    return _dotted(_checked_arcs(data, start, stop, what))


def relative_oid(data: bytes, start: int, stop: int, what: str) -> str:
    """The dotted form of the arcs, from the first on (X.690 §8.20)."""
    return ".".join(map(str, _arcs(_checked_arcs(data, start, stop, what))))


def _checked_arcs(data: bytes, start: int, stop: int, what: str) -> bytes:
    content = data[start:stop]
    if stop - start > MAX_OID:
        _refuse(what, f"OBJECT IDENTIFIER of more than {MAX_OID} octets", start)
    if not _ARCS.fullmatch(content):
        fault = "is empty, is cut short or has a needless octet in an arc"
        _refuse(what, f"OBJECT IDENTIFIER that {fault}", start)
    return content


def _arcs(content: bytes) -> list[int]:
    arcs, arc = [], 0
    for octet in content:
        arc = arc << 7 | octet & 0x7F
        if octet < 0x80:  # noqa: PLR2004 - the bit that says another octet follows
            arcs.append(arc)
            arc = 0
    return arcs


# The same few dozen OIDs stand in every certificate; at most 1 MiB of keys is kept.
@lru_cache(maxsize=4096)
def _dotted(content: bytes) -> str:
    first, *rest = _arcs(content)
    root = min(first // 40, 2)
    return ".".join(map(str, (root, first - 40 * root, *rest)))


def utc_time(data: bytes, start: int, stop: int, what: str) -> datetime:
    """`YYMMDDHHMMSSZ`, years 1950 to 2049 (X.690 §11.8, RFC 5280 §4.1.2.5.1)."""
    content = data[start:stop]
    if not _UTC_TIME.fullmatch(content):
        _refuse(what, "UTCTime that is not YYMMDDHHMMSSZ", start)
    century = b"20" if content < b"50" else b"19"
    return _moment(century + content[:12], start, what)


def generalized_time(data: bytes, start: int, stop: int, what: str) -> datetime:
    """`YYYYMMDDHHMMSSZ`, without fractions of a second (RFC 5280 §4.1.2.5.2)."""
    content = data[start:stop]
    if not _GENERALIZED_TIME.fullmatch(content):
        _refuse(what, "GeneralizedTime that is not YYYYMMDDHHMMSSZ", start)
    return _moment(content[:14], start, what)


def fractional_time(data: bytes, start: int, stop: int, what: str) -> str:
    """Any GeneralizedTime of DER as text: a fraction without trailing zeros may stand (§11.7)."""
    match = _FRACTIONAL_TIME.fullmatch(data[start:stop])
    if not match:
        _refuse(what, "GeneralizedTime that is not YYYYMMDDHHMMSS[.f]Z", start)
    _moment(match[1], start, what)
    return match[0].decode("ascii")


def _moment(digits: bytes, start: int, what: str) -> datetime:
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        _refuse(what, f"time `{digits.decode('ascii')}`, which no calendar has", start)


def _charset(name: str, forbidden: bytes) -> Callable[[bytes, int, int, str], str]:
    outside = re.compile(forbidden)

    def text(data: bytes, start: int, stop: int, what: str) -> str:
        if match := outside.search(data, start, stop):
            _refuse(what, f"{name} with a character that it cannot hold", match.start())
        return data[start:stop].decode("ascii")

    return text


def _codec(name: str, codec: str) -> Callable[[bytes, int, int, str], str]:
    def text(data: bytes, start: int, stop: int, what: str) -> str:
        try:
            return data[start:stop].decode(codec)
        except UnicodeDecodeError as error:
            _refuse(what, f"{name} that is not text", start + error.start)

    return text


_utf_16 = _codec("BMPString", "utf-16-be")


def bmp_string(data: bytes, start: int, stop: int, what: str) -> str:
    """Text of two octets a character; pairs of surrogates are not in the basic plane."""
    text = _utf_16(data, start, stop, what)
    if match := _BMP_SURROGATE.search(text):
        _refuse(what, "BMPString with a surrogate", start + 2 * match.start())
    return text


def _refuse(what: str, fault: str, offset: int) -> NoReturn:
    raise Malformed(f"{what}: {fault}", offset=offset)


TEXTS: dict[int, Callable[[bytes, int, int, str], str]] = {
    tags.UTF8_STRING: _codec("UTF8String", "utf-8"),
    tags.NUMERIC_STRING: _charset("NumericString", rb"[^0-9 ]"),
    tags.PRINTABLE_STRING: _charset("PrintableString", rb"[^A-Za-z0-9 '()+,./:=?-]"),
    # T.61 has no agreed mapping; Latin-1 is what its users write, and loses no octet.
    tags.TELETEX_STRING: _codec("TeletexString", "latin-1"),
    tags.IA5_STRING: _charset("IA5String", rb"[^\x00-\x7f]"),
    tags.VISIBLE_STRING: _charset("VisibleString", rb"[^\x20-\x7e]"),
    tags.UNIVERSAL_STRING: _codec("UniversalString", "utf-32-be"),
    tags.BMP_STRING: bmp_string,
}
"""Every type whose contents are text, with what reads it; keys are TEXT_TAGS."""

PRIMITIVES: dict[int, Content] = {
    tags.BOOLEAN: boolean,
    tags.INTEGER: integer,
    tags.BIT_STRING: bit_string,
    tags.OCTET_STRING: octets,
    tags.NULL: null,
    tags.OBJECT_IDENTIFIER: object_identifier,
    tags.OBJECT_DESCRIPTOR: octets,
    tags.ENUMERATED: integer,
    tags.RELATIVE_OID: relative_oid,
    tags.VIDEOTEX_STRING: octets,
    tags.UTC_TIME: utc_time,
    tags.GENERALIZED_TIME: fractional_time,
    tags.GRAPHIC_STRING: octets,
    tags.GENERAL_STRING: octets,
    **TEXTS,
}
"""Every primitive universal type that may stand where a certificate allows any type.

REAL, EXTERNAL, the character-string and time types of later editions are left out: no
certificate has a use for them, and what is not known cannot be called canonical.
"""
