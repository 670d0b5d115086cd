"""Canonical JSON has one spelling, and it is the one of RFC 8785."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.record.canonical import JSON, decode_canonical, encode_canonical

LIMIT = 1 << 53
VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers(1 - LIMIT, LIMIT - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.text(st.characters(codec="ascii")), inner, max_size=6)
    ),
    max_leaves=30,
)


@given(VALUES)
def test_the_encoding_is_that_of_rfc_8785(value: JSON) -> None:
    encoded = encode_canonical(value)

    assert encoded == rfc8785.dumps(value)
    assert decode_canonical(encoded) == value


@given(VALUES, st.integers(0, 2), st.booleans())
def test_another_spelling_is_refused(value: JSON, indent: int, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    other = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    if other == encode_canonical(value):
        return
    with pytest.raises(Malformed):
        decode_canonical(other)


@given(st.binary() | st.text().map(str.encode))
def test_what_decodes_encodes_to_what_was_read(data: bytes) -> None:
    try:
        value = decode_canonical(data)
    except Malformed:
        return
    assert encode_canonical(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1\n",
        b"01",
        b"-0",
        b"1.0",
        b"1e2",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"9" * 6000,
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"\\u0061":1}',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\ud800"',
        b'"\\u00e9"',
        b'"\xed\xa0\x80"',
        b'"\x01"',
        '{"\u00e9":1}'.encode(),
        b"[" * 100_000 + b"]" * 100_000,
        b"\xef\xbb\xbf1",
        b"1 2",
        b"[1,]",
        b"'a'",
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode_canonical(data)


@pytest.mark.parametrize(
    "value",
    [1.0, LIMIT, -LIMIT, "\ud800", {"\u00e9": 1}, {1: 2}, (1,), b"x", {"a": [{"b": 0.5}]}],
)
def test_what_has_no_canonical_form_is_refused(value: JSON) -> None:
    with pytest.raises(Malformed):
        encode_canonical(value)
