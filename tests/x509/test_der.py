"""The DER reader and writer, without regard to certificates."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gate.errors import Malformed
from gate.x509 import der
from tests.x509.tree import Node, read, write
from tests.x509.work import count_calls

REFUSED = {
    "nothing": ("", "cut short"),
    "a tag alone": ("30", "cut short"),
    "contents cut short": ("0403 0000", "beyond"),
    "length cut short": ("0482 01", "beyond"),
    "bytes left over": ("0500 00", "after its end"),
    "indefinite length": ("3080 0500 0000", "indefinite"),
    "long length below 128": ("04817f" + "00" * 127, "shortest"),
    "length with a zero first": ("04820080" + "00" * 128, "shortest"),
    "reserved length": ("04ff" + "00" * 127, "beyond"),
    "length of five octets": ("04850100000000", "beyond"),
    "low number in high form": ("1f1e00", "tag not in its shortest form"),
    "high number with a zero first": ("9f801f00", "tag not in its shortest form"),
    "high number without end": ("9f818181", "tag cut short"),
    "high number of five octets": ("9f818181810100", "more than four octets"),
    "end of contents": ("0000", "does not stand"),
    "boolean 01": ("010101", "neither 00 nor ff"),
    "boolean of two octets": ("0102ffff", "neither 00 nor ff"),
    "empty boolean": ("0100", "neither 00 nor ff"),
    "empty integer": ("0200", "without octets"),
    "padded integer": ("02020001", "needless"),
    "padded negative integer": ("0202ff80", "needless"),
    "padded enumerated": ("0a020001", "needless"),
    "empty bit string": ("0300", "count of unused bits"),
    "unused bits of nothing": ("030101", "claims 1 unused"),
    "eight unused bits": ("03020800", "claims 8 unused"),
    "unused bit set": ("03020101", "not zero"),
    "null with contents": ("050100", "NULL with contents"),
    "empty object identifier": ("0600", "is empty"),
    "arc cut short": ("060281ff", "cut short"),
    "padded arc": ("06035580 01", "needless octet"),
    "padded first arc": ("06028001", "needless octet"),
    "padded relative arc": ("0d028001", "needless octet"),
    "huge object identifier": ("06820101" + "01" * 257, "more than 256 octets"),
    "constructed octet string": ("2403040100", "constructed OCTET STRING"),
    "constructed bit string": ("230403020000", "constructed BIT STRING"),
    "constructed utf-8": ("2c030c0161", "constructed UTF8String"),
    "constructed integer": ("2203020101", "constructed INTEGER"),
    "primitive sequence": ("1000", "primitive SEQUENCE"),
    "primitive set": ("1100", "primitive SET"),
    "real": ("0900", "does not stand"),
    "embedded pdv": ("2b00", "does not stand"),
    "high universal number": ("1f1f00", "does not stand"),
    "high universal number, constructed": ("3f1f00", "does not stand"),
    "set out of order": ("3106 020102 020101", "out of order"),
    "set of lengths out of order": ("3107 02020100 020101", "out of order"),
    "inner set out of order": ("3008 3106 020102 020101", "out of order"),
    "utf-8 overlong": ("0c02c080", "not text"),
    "utf-8 surrogate": ("0c03eda080", "not text"),
    "utf-8 beyond unicode": ("0c04f4908080", "not text"),
    "printable star": ("13012a", "cannot hold"),
    "printable underscore": ("13015f", "cannot hold"),
    "numeric letter": ("120141", "cannot hold"),
    "ia5 above 127": ("160180", "cannot hold"),
    "visible control": ("1a010a", "cannot hold"),
    "bmp of one octet": ("1e0161", "not text"),
    "bmp surrogates": ("1e04d83dde00", "surrogate"),
    "universal beyond unicode": ("1c0400110000", "not text"),
    "universal surrogate": ("1c040000d800", "not text"),
    "utc without seconds": ("170b" + b"2601010000Z".hex(), "YYMMDDHHMMSSZ"),
    "utc with an offset": ("1711" + b"260101000000+0100".hex(), "YYMMDDHHMMSSZ"),
    "utc 30 february": ("170d" + b"260230000000Z".hex(), "no calendar"),
    "utc second 60": ("170d" + b"260101000060Z".hex(), "no calendar"),
    "utc with odd digits": ("170d" + b"26010100000\xb2Z".hex(), "YYMMDDHHMMSSZ"),
    "generalized local": ("180e" + b"20500101000000".hex(), "YYYYMMDDHHMMSS"),
    "generalized fraction ending in 0": ("1811" + b"20500101000000.0Z".hex(), "YYYYMMDDHHMMSS"),
    "generalized empty fraction": ("1810" + b"20500101000000.Z".hex(), "YYYYMMDDHHMMSS"),
    "generalized comma": ("1811" + b"20500101000000,5Z".hex(), "YYYYMMDDHHMMSS"),
    "generalized year 0": ("180f" + b"00000101000000Z".hex(), "no calendar"),
}


def read_any(data: bytes) -> bytes:
    """The one element, of whatever type, that these bytes are."""
    reader = der.Reader(data)
    element = reader.element("field")
    reader.finish("field")
    return element


@pytest.mark.parametrize("name", REFUSED)
def test_everything_but_the_canonical_form_is_refused(name: str) -> None:
    text, fault = REFUSED[name]

    with pytest.raises(Malformed, match=fault) as refusal:
        read_any(bytes.fromhex(text))

    assert refusal.value.offset is not None
    assert str(refusal.value).startswith("field: ")


PLACES = {
    "30 06 0500 06 02 8001": 6,
    "30 04 a0 03 02 01": 2,
    "30 07 a0 05 02 03 00 01 01": 6,
    "31 06 02 01 02 02 01 01": 5,
    "30 04 0c 02 61 ff": 5,
    "30 05 1e 03 0061 00": 6,
}


@pytest.mark.parametrize(("text", "offset"), PLACES.items())
def test_the_offset_is_that_of_the_whole_input(text: str, offset: int) -> None:
    with pytest.raises(Malformed) as refusal:
        read_any(bytes.fromhex(text))

    assert refusal.value.offset == offset
    assert str(refusal.value).endswith(f"at byte {offset}")


ARCS = st.integers(0, 2**300)
OIDS = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39), ARCS),
    st.tuples(st.just(2), ARCS, ARCS),
).map(lambda arcs: ".".join(map(str, arcs)))


@given(OIDS)
def test_arcs_of_any_size_are_read_as_they_are(dotted: str) -> None:
    written = der.encode_oid(dotted)

    assert der.Reader(written).oid("oid") == dotted
    assert read_any(written) == written


@pytest.mark.parametrize("bits", [28, 31, 32, 33, 34, 63, 64, 128])
def test_no_arc_wraps(bits: int) -> None:
    dotted = f"2.5.29.{2**bits + 15}"

    assert der.Reader(der.encode_oid(dotted)).oid("oid") == dotted


@given(st.integers(-(2**8000), 2**8000))
def test_integers_come_back(value: int) -> None:
    assert der.Reader(der.encode_integer(value)).integer("integer") == value


def test_an_integer_that_python_could_not_print_is_refused() -> None:
    with pytest.raises(Malformed, match="more than 1024 octets"):
        der.Reader(der.encode_integer(1 << 8192)).integer("integer")


def times(first_year: int, last_year: int) -> SearchStrategy[datetime]:
    return st.datetimes(
        datetime(first_year, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        datetime(last_year, 12, 31, 23, 59, 59),  # noqa: DTZ001 - hypothesis wants naive bounds
    ).map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))


@given(times(1950, 9999))
def test_times_come_back(moment: datetime) -> None:
    assert der.Reader(der.encode_time(moment)).time("time") == moment


def test_a_time_before_2050_is_no_generalized_time() -> None:
    last = der.encode(der.GENERALIZED_TIME, b"20491231235959Z")
    first = der.encode(der.GENERALIZED_TIME, b"20500101000000Z")

    assert der.Reader(first).time("time") == datetime(2050, 1, 1, tzinfo=UTC)
    with pytest.raises(Malformed, match="before 2050"):
        der.Reader(last).time("time")


def test_a_fraction_of_a_second_is_der_but_no_validity() -> None:
    moment = der.encode(der.GENERALIZED_TIME, b"20500101000000.5Z")

    assert read_any(moment) == moment
    with pytest.raises(Malformed, match="YYYYMMDDHHMMSSZ"):
        der.Reader(moment).time("time")


def test_another_type_than_expected_is_named() -> None:
    with pytest.raises(
        Malformed, match=r"serial: INTEGER expected, constructed OCTET STRING found"
    ):
        der.Reader(b"\x24\x00").integer("serial")
    with pytest.raises(Malformed, match=r"serial: INTEGER expected, primitive \[3\] found"):
        der.Reader(b"\x83\x00").integer("serial")
    with pytest.raises(Malformed, match="serial: INTEGER is missing"):
        der.Reader(b"").integer("serial")


CODES = {
    der.UTF8_STRING: st.characters(exclude_categories=["Cs"]),
    der.NUMERIC_STRING: st.sampled_from("0123456789 "),
    der.PRINTABLE_STRING: st.sampled_from("Az09 '()+,-./:=?"),
    der.TELETEX_STRING: st.characters(max_codepoint=255),
    der.IA5_STRING: st.characters(max_codepoint=127),
    der.VISIBLE_STRING: st.characters(min_codepoint=32, max_codepoint=126),
    der.UNIVERSAL_STRING: st.characters(exclude_categories=["Cs"]),
    der.BMP_STRING: st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF),
}


def _bit_strings(octets: bytes, unused: int) -> Node:
    if not octets:
        return Node(der.BIT_STRING, (b"", 0))
    return Node(der.BIT_STRING, (octets[:-1] + bytes([octets[-1] >> unused << unused]), unused))


def _nodes(tag: int, values: SearchStrategy[object]) -> SearchStrategy[Node]:
    return values.map(lambda value: Node(tag, value))


OPAQUE = (
    der.OCTET_STRING,
    der.OBJECT_DESCRIPTOR,
    der.VIDEOTEX_STRING,
    der.GRAPHIC_STRING,
    der.GENERAL_STRING,
    0x80,
    0x9E,
    0x41,
    0xC1,
    0x9F1F,
    0xDF81FF7F,
)
LEAVES = st.one_of(
    _nodes(der.BOOLEAN, st.booleans()),
    _nodes(der.INTEGER, st.integers()),
    _nodes(der.ENUMERATED, st.integers()),
    _nodes(der.NULL, st.none()),
    _nodes(der.OBJECT_IDENTIFIER, OIDS),
    _nodes(
        der.RELATIVE_OID,
        st.lists(ARCS, min_size=1, max_size=2).map(lambda a: ".".join(map(str, a))),
    ),
    _nodes(der.UTC_TIME, times(1950, 2049)),
    st.builds(_bit_strings, st.binary(max_size=9), st.integers(0, 7)),
    *(_nodes(tag, st.binary(max_size=200)) for tag in OPAQUE),
    *(_nodes(tag, st.text(codes, max_size=30)) for tag, codes in CODES.items()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda tag, nodes: Node(tag, tuple(sorted(nodes, key=write) if tag == der.SET else nodes)),
        st.sampled_from([der.SEQUENCE, der.SET, 0xA0, 0xBE, 0x61, 0xBF1F]),
        st.lists(inner, max_size=5),
    ),
    max_leaves=25,
)


@given(TREES)
def test_a_tree_that_was_written_is_read_as_it_was(tree: Node) -> None:
    written = write(tree)

    assert read_any(written) == written
    assert read(written) == tree


@given(
    st.one_of(
        st.binary(max_size=60),
        st.builds(der.encode, st.integers(0, 255), st.binary(max_size=60)),
    )
)
def test_what_is_read_writes_its_input_again(data: bytes) -> None:
    try:
        tree = read(data)
    except Malformed:
        return
    assert write(tree) == data


@given(TREES, st.data())
def test_a_changed_byte_is_refused_or_says_another_value(tree: Node, data: st.DataObject) -> None:
    written = bytearray(write(tree))
    written[data.draw(st.integers(0, len(written) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = read(bytes(written))
    except Malformed:
        return
    assert write(other) == written
    assert other != tree


def nested(depth: int) -> bytes:
    """NULL in that many SETs in each other, written without recursion."""
    element = der.encode_null()
    for _ in range(depth):
        element = der.encode(der.SET, element)
    return element


def test_nesting_ends_at_a_limit_and_not_in_a_recursion_error() -> None:
    assert read_any(nested(der.MAX_DEPTH))
    for depth in (der.MAX_DEPTH + 1, 20_000):
        with pytest.raises(Malformed, match="nested more than 32 deep"):
            read_any(nested(depth))


def test_more_than_a_mebibyte_is_not_read() -> None:
    with pytest.raises(Malformed, match="1048577 bytes, of which 1048576 at most are read"):
        der.Reader(bytes(der.MAX_BYTES + 1))


@pytest.mark.parametrize(
    "element",
    [
        der.encode_null(),
        der.encode_oid("2.5.29.17"),
        der.encode_set_of(der.encode_null()),
        der.encode(der.UTF8_STRING, b"a"),
    ],
)
def test_work_grows_with_the_input_and_no_faster(element: bytes) -> None:
    once, fourfold = (der.encode_sequence(*[element] * count) for count in (500, 2000))

    assert count_calls(lambda: read_any(fourfold)) <= 4.1 * count_calls(lambda: read_any(once))
