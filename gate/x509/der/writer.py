"""The writer: values to their DER.

It writes what it is told, so that tests can build what no CA should sign; only `encode_oid`,
`encode_set_of` and `encode_time` insist on the canonical form of what they are given.
"""

from datetime import datetime

from gate.x509.der import tags

_CODECS = {
    tags.UTF8_STRING: "utf-8",
    tags.TELETEX_STRING: "latin-1",
    tags.UNIVERSAL_STRING: "utf-32-be",
    tags.BMP_STRING: "utf-16-be",
}


def encode(tag: int, *contents: bytes) -> bytes:
    """One element: the tag's identifier octets, the shortest length, the contents joined."""
    content = b"".join(contents)
    identifier = tag.to_bytes((tag.bit_length() + 7) // 8 or 1)
    return identifier + _length(len(content)) + content


def _length(length: int) -> bytes:
    if length < 0x80:  # noqa: PLR2004 - the largest length of one octet is 7f
        return bytes((length,))
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((0x80 | len(octets),)) + octets


def encode_sequence(*elements: bytes) -> bytes:
    """A SEQUENCE of encoded elements."""
    return encode(tags.SEQUENCE, *elements)


def encode_set_of(*elements: bytes) -> bytes:
    """A SET OF encoded elements, put in order (X.690 §11.6)."""
    return encode(tags.SET, *sorted(elements))


def encode_boolean(value: bool) -> bytes:  # noqa: FBT001 - the value is all there is
    """A BOOLEAN."""
    return encode(tags.BOOLEAN, b"\xff" if value else b"\x00")


def encode_integer(value: int, tag: int = tags.INTEGER) -> bytes:
    """An INTEGER."""
    bits = (value if value >= 0 else ~value).bit_length()
    return encode(tag, value.to_bytes(bits // 8 + 1, signed=True))


def encode_bit_string(octets: bytes, unused: int = 0, tag: int = tags.BIT_STRING) -> bytes:
    """A BIT STRING of these octets, of whose last the lowest bits are unused."""
    return encode(tag, bytes((unused,)), octets)


def encode_octet_string(octets: bytes, tag: int = tags.OCTET_STRING) -> bytes:
    """An OCTET STRING."""
    return encode(tag, octets)


def encode_null() -> bytes:
    """NULL."""
    return encode(tags.NULL)


def encode_oid(dotted: str, tag: int = tags.OBJECT_IDENTIFIER) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form; the first arc is 0, 1 or 2."""
    root, second, *rest = map(int, dotted.split("."))
    return encode(tag, *map(_arc, (40 * root + second, *rest)))


def _arc(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))


def encode_text(type_: int, text: str, tag: int | None = None) -> bytes:
    """A string of one of TEXT_TAGS, under its own tag or an implicit one."""
    return encode(type_ if tag is None else tag, text.encode(_CODECS.get(type_, "ascii")))


def encode_time(moment: datetime) -> bytes:
    """A Time in UTC: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5)."""
    digits = f"{moment.year:04}{moment:%m%d%H%M%SZ}"
    if 1950 <= moment.year < 2050:  # noqa: PLR2004 - the years of UTCTime
        return encode(tags.UTC_TIME, digits[2:].encode())
    return encode(tags.GENERALIZED_TIME, digits.encode())
