"""The tags of DER: identifier octets as integers, and what people call them (X.680 §8.6).

A tag below 31 is its one identifier octet, class and constructed bit included (0x30 is
SEQUENCE); a larger one is all of its identifier octets read as one big-endian integer.
"""

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
OBJECT_DESCRIPTOR = 0x07
ENUMERATED = 0x0A
UTF8_STRING = 0x0C
RELATIVE_OID = 0x0D
NUMERIC_STRING = 0x12
PRINTABLE_STRING = 0x13
TELETEX_STRING = 0x14
VIDEOTEX_STRING = 0x15
IA5_STRING = 0x16
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
GRAPHIC_STRING = 0x19
VISIBLE_STRING = 0x1A
GENERAL_STRING = 0x1B
UNIVERSAL_STRING = 0x1C
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31

CONSTRUCTED = 0x20
HIGH_NUMBER = 0x1F
"""A leading octet with these five bits set says that the tag's number follows."""

TEXT_TAGS = frozenset(
    {
        UTF8_STRING,
        NUMERIC_STRING,
        PRINTABLE_STRING,
        TELETEX_STRING,
        IA5_STRING,
        VISIBLE_STRING,
        UNIVERSAL_STRING,
        BMP_STRING,
    }
)
"""The string types whose characters are known; the others are octets to us."""

_NAMES = {
    BOOLEAN: "BOOLEAN",
    INTEGER: "INTEGER",
    BIT_STRING: "BIT STRING",
    OCTET_STRING: "OCTET STRING",
    NULL: "NULL",
    OBJECT_IDENTIFIER: "OBJECT IDENTIFIER",
    OBJECT_DESCRIPTOR: "ObjectDescriptor",
    ENUMERATED: "ENUMERATED",
    UTF8_STRING: "UTF8String",
    RELATIVE_OID: "RELATIVE-OID",
    NUMERIC_STRING: "NumericString",
    PRINTABLE_STRING: "PrintableString",
    TELETEX_STRING: "TeletexString",
    VIDEOTEX_STRING: "VideotexString",
    IA5_STRING: "IA5String",
    UTC_TIME: "UTCTime",
    GENERALIZED_TIME: "GeneralizedTime",
    GRAPHIC_STRING: "GraphicString",
    VISIBLE_STRING: "VisibleString",
    GENERAL_STRING: "GeneralString",
    UNIVERSAL_STRING: "UniversalString",
    BMP_STRING: "BMPString",
    SEQUENCE: "SEQUENCE",
    SET: "SET",
}

_CLASSES = ("UNIVERSAL ", "APPLICATION ", "", "PRIVATE ")


def implicit(number: int) -> int:
    """The context-specific tag `number` below 31 on a primitive type."""
    return 0x80 | number


def explicit(number: int) -> int:
    """The context-specific tag `number` below 31 around, or in place of, a constructed type."""
    return 0xA0 | number


def leading_octet(tag: int) -> int:
    """The first identifier octet of a tag of any size."""
    while tag > 0xFF:  # noqa: PLR2004 - an octet's largest value
        tag >>= 8
    return tag


def spell(tag: int) -> str:
    """How a message speaks of this tag: `SEQUENCE`, `[3]`, `constructed OCTET STRING`."""
    if tag in _NAMES:
        return _NAMES[tag]
    if tag & CONSTRUCTED and tag ^ CONSTRUCTED in _NAMES:
        return f"constructed {_NAMES[tag ^ CONSTRUCTED]}"
    if tag | CONSTRUCTED in {SEQUENCE, SET}:
        return f"primitive {_NAMES[tag | CONSTRUCTED]}"
    octet = leading_octet(tag)
    number = f"{octet & HIGH_NUMBER}" if octet == tag else f"0x{tag:x}"
    form = "" if octet & CONSTRUCTED else "primitive "
    return f"{form}[{_CLASSES[octet >> 6]}{number}]"
