"""Whole numbers in decimal that have one spelling only."""

from re import compile as pattern

from gate.errors import Malformed

_DECIMAL = pattern(r"0|[1-9][0-9]{0,18}")
_LIMIT = 1 << 63


def parse_decimal(text: str) -> int:
    """The number, below 2^63; raises Malformed for signs, spaces and leading zeros."""
    if not _DECIMAL.fullmatch(text) or (number := int(text)) >= _LIMIT:
        raise Malformed(f"`{text[:80]}` is not a number from 0 to 2^63-1 without leading zeros")
    return number
