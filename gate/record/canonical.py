"""JSON that has one spelling only (the part of RFC 8785 without floating point).

Objects have ASCII keys in order, whole numbers are smaller than 2^53, strings hold no lone
surrogates, nothing is escaped that need not be. Equal values have equal bytes in any
implementation of RFC 8785.
"""

from collections.abc import Iterable
from json import JSONEncoder

from pydantic_core import from_json, to_json

from gate.errors import Malformed

JSON = dict[str, "JSON"] | list["JSON"] | str | int | bool | None

_LIMIT = 1 << 53
_ENCODER = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def encode_canonical(value: JSON) -> bytes:
    """The one encoding of the value; raises Malformed where it has none."""
    _check(value)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("a string holds half of a surrogate pair") from None


def decode_canonical(data: bytes) -> JSON:
    """The value whose encoding this is; raises Malformed for every other spelling of it."""
    try:
        value: JSON = from_json(data)
    except ValueError:
        raise Malformed("the bytes are not JSON in UTF-8") from None
    _check(value, ordered=True)
    # The keys are in order as they were read, so that writing them so is writing them sorted.
    if to_json(value) != data:
        raise Malformed("the bytes are JSON, but not in its one canonical spelling")
    return value


def _check(value: JSON, *, ordered: bool = False) -> None:
    # Text is told first and takes no call of its own: `verify` comes here for every entry.
    if isinstance(value, dict):
        _check_keys(value, ordered=ordered)
        items: Iterable[JSON] = value.values()
    elif isinstance(value, list):
        items = value
    else:
        items = (value,)
    for item in items:
        if isinstance(item, str):
            continue
        if isinstance(item, dict | list):
            _check(item, ordered=ordered)
        else:
            _check_number(item)


def _check_keys(value: dict[str, JSON], *, ordered: bool) -> None:
    try:
        ascii_only = "".join(value).isascii()
    except TypeError:
        ascii_only = False
    if not ascii_only:
        raise Malformed("an object has a key that is not ASCII text")
    if ordered and list(value) != sorted(value):
        raise Malformed("the keys of an object are not in order")


def _check_number(value: int | None) -> None:
    if value is None:
        return
    if not isinstance(value, int):
        raise Malformed(f"`{value!r:.80}` has no canonical JSON")
    if not -_LIMIT < value < _LIMIT:
        raise Malformed(f"a number of {value.bit_length()} bits does not fit in 53")
