"""Names and general names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.x509 import Attribute, GeneralName, GeneralNameKind, Name, oids
from gate.x509.der import (
    BIT_STRING,
    BMP_STRING,
    IA5_STRING,
    PRINTABLE_STRING,
    TELETEX_STRING,
    UNIVERSAL_STRING,
    UTF8_STRING,
    Reader,
    encode,
    encode_bit_string,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_text,
    explicit,
    implicit,
)
from gate.x509.general_name import MAX_GENERAL_NAMES, read_general_names
from gate.x509.name import MAX_ATTRIBUTE, MAX_ATTRIBUTES, read_name
from tests.x509.rewriting import write_general_name, write_name
from tests.x509.work import count_calls


def attribute(oid: str, text: str, tag: int = UTF8_STRING) -> bytes:
    return encode_sequence(encode_oid(oid), encode_text(tag, text))


def name_of(*rdns: bytes) -> Name:
    written = encode_sequence(*rdns)
    name = read_name(Reader(written), "subject")
    assert name.der == written == write_name(name)
    return name


def general_name(written: bytes) -> GeneralName:
    (name,) = read_general_names(Reader(encode_sequence(written)), "subject_alt_name")
    assert name.der == written == write_general_name(name)
    return name


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (UTF8_STRING, "Müller 株式会社 🜍"),
        (PRINTABLE_STRING, "Example CA 1"),
        (TELETEX_STRING, "Société"),
        (BMP_STRING, "Žižkov"),
        (UNIVERSAL_STRING, "🜍ate"),
        (IA5_STRING, "a@example.com"),
    ],
)
def test_every_string_type_is_read_as_text(tag: int, text: str) -> None:
    name = name_of(encode_set_of(attribute(oids.ORGANIZATION_NAME, text, tag)))

    assert name.attributes == (Attribute(oid=oids.ORGANIZATION_NAME, value=text, tag=tag),)


def test_a_value_that_is_no_text_stands_as_hexadecimal_der() -> None:
    value = encode_bit_string(b"\xa0", 5)
    name = name_of(encode_set_of(encode_sequence(encode_oid("2.5.4.45"), value)))

    assert name.values("2.5.4.45") == ("#030205a0",)
    assert name.attributes[0].tag == BIT_STRING
    assert str(name) == "2.5.4.45=#030205a0"


def test_values_come_in_the_order_of_the_encoding() -> None:
    name = name_of(
        encode_set_of(attribute(oids.COMMON_NAME, "b")),
        encode_set_of(attribute(oids.ORGANIZATION_NAME, "o"), attribute(oids.COMMON_NAME, "c")),
        encode_set_of(attribute(oids.COMMON_NAME, "a")),
    )

    assert name.values(oids.COMMON_NAME) == ("b", "c", "a")
    assert name.values(oids.LOCALITY_NAME) == ()
    assert [len(rdn) for rdn in name.rdns] == [1, 2, 1]
    assert str(name) == "CN=a,CN=c+O=o,CN=b"


def test_a_name_is_written_for_people_without_ambiguity() -> None:
    name = name_of(
        encode_set_of(attribute(oids.ORGANIZATION_NAME, '#A, B+C="D" ')),
        encode_set_of(attribute(oids.COMMON_NAME, "x\x00y\n")),
        encode_set_of(attribute(oids.POSTAL_CODE, "1010")),
    )

    assert str(name) == r"2.5.4.17=1010,CN=x\00y\0a,O=\#A\, B\+C\=\"D\"\ "


def test_an_empty_name_is_a_name() -> None:
    assert name_of().attributes == ()
    assert str(name_of()) == ""


BAD_NAMES = {
    "without attributes": encode_sequence(encode_set_of()),
    "out of order": encode_sequence(
        encode(0x31, attribute("2.5.4.10", "o"), attribute("2.5.4.3", "c"))
    ),
    "more than 65536 octets": encode_sequence(
        encode_set_of(attribute("2.5.4.3", "x" * MAX_ATTRIBUTE))
    ),
    "more than 1000 attributes": encode_sequence(
        *[encode_set_of(attribute("2.5.4.3", "x"))] * (MAX_ATTRIBUTES + 1)
    ),
    "after its end": encode_sequence(
        encode_set_of(encode_sequence(encode_oid("2.5.4.3"), encode_null(), encode_null()))
    ),
    "cut short": encode_sequence(encode_set_of(encode_sequence(encode_oid("2.5.4.3")))),
    "character that it cannot hold": encode_sequence(
        encode_set_of(encode_sequence(encode_oid("2.5.4.3"), encode(PRINTABLE_STRING, b"a_b")))
    ),
}


@pytest.mark.parametrize("fault", BAD_NAMES)
def test_what_is_no_name_is_refused(fault: str) -> None:
    with pytest.raises(Malformed, match=f"issuer: .*{fault}"):
        read_name(Reader(BAD_NAMES[fault]), "issuer")


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("01010101", "1.1.1.1"),
        ("20010db8000000000000000000000001", "2001:db8::1"),
        ("00000000000000000000000000000000", "::"),
    ],
)
def test_an_address_is_its_shortest_text(octets: str, text: str) -> None:
    name = general_name(encode(implicit(7), bytes.fromhex(octets)))

    assert (name.kind, name.text) == (GeneralNameKind.IP_ADDRESS, text)


def test_a_mapped_address_stays_an_ipv6_address() -> None:
    name = general_name(encode(implicit(7), bytes(10) + b"\xff\xff\x01\x01\x01\x01"))

    assert name.text in {"::ffff:101:101", "::ffff:1.1.1.1"}  # the second since Python 3.13


@pytest.mark.parametrize("length", [0, 1, 3, 5, 8, 15, 17, 32])
def test_an_address_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Malformed, match=f"iPAddress of {length} octets"):
        general_name(encode(implicit(7), bytes(length)))


@given(st.text(st.characters(max_codepoint=127)))
def test_a_dns_name_is_kept_as_it_is(text: str) -> None:
    name = general_name(encode_text(IA5_STRING, text, implicit(2)))

    assert (name.kind, name.text) == (GeneralNameKind.DNS_NAME, text)


FORMS = {
    GeneralNameKind.RFC822_NAME: (encode(implicit(1), b"a@example.com"), "a@example.com"),
    GeneralNameKind.DNS_NAME: (encode(implicit(2), b"example.com\x00.evil"), "example.com\0.evil"),
    GeneralNameKind.URI: (encode(implicit(6), b"https://a/"), "https://a/"),
    GeneralNameKind.REGISTERED_ID: (
        encode_oid("2.25.99999999999", implicit(8)),
        "2.25.99999999999",
    ),
    GeneralNameKind.OTHER_NAME: (
        encode(explicit(0), encode_oid("1.2.3"), encode(explicit(0), encode_null())),
        "1.2.3 #0500",
    ),
    GeneralNameKind.DIRECTORY_NAME: (
        encode(explicit(4), encode_sequence(encode_set_of(attribute("2.5.4.3", "a")))),
        "CN=a",
    ),
    GeneralNameKind.X400_ADDRESS: (encode(explicit(3), encode_sequence()), "#a3023000"),
    GeneralNameKind.EDI_PARTY_NAME: (
        encode(explicit(5), encode(explicit(1), encode_text(UTF8_STRING, "a"))),
        "#a505a1030c0161",
    ),
    GeneralNameKind.IP_ADDRESS: (encode_octet_string(b"\x7f\0\0\1", implicit(7)), "127.0.0.1"),
}


@pytest.mark.parametrize("kind", GeneralNameKind)
def test_all_nine_forms_are_read(kind: GeneralNameKind) -> None:
    written, text = FORMS[kind]

    assert general_name(written) == GeneralName(kind=kind, text=text, der=written)


BAD_GENERAL_NAMES = {
    "not one of the nine forms": encode(implicit(9), b""),
    "not one of the nine forms ": encode(explicit(2), encode_text(IA5_STRING, "a")),
    "not one of the nine forms  ": encode(0x9F1F, b""),
    "character that it cannot hold": encode(implicit(2), "bücher.example".encode()),
    "after its end": encode(explicit(4), encode_sequence(), encode_null()),
    "SEQUENCE expected": encode(explicit(4), encode_set_of(attribute("2.5.4.3", "a"))),
    "is missing": encode(explicit(0), encode_oid("1.2.3")),
    "cut short": encode(explicit(0), encode_oid("1.2.3"), encode(explicit(0))),
    "needless first octet": encode(
        explicit(0), encode_oid("1.2.3"), encode(explicit(0), encode(2, b"\0\1"))
    ),
    "after its end ": encode(
        explicit(0), encode_oid("1.2.3"), encode(explicit(0), encode_null()), encode_integer(1)
    ),
    "needless octet in an arc": encode(implicit(8), b"\x2a\x80\x01"),
    "beyond": encode(explicit(3), b"\x30\x05"),
}


@pytest.mark.parametrize("fault", BAD_GENERAL_NAMES)
def test_what_is_no_general_name_is_refused(fault: str) -> None:
    with pytest.raises(Malformed, match=f"subject_alt_name: .*{fault.strip()}"):
        general_name(BAD_GENERAL_NAMES[fault])


def test_general_names_hold_one_at_least() -> None:
    with pytest.raises(Malformed, match="no name in it at byte 0"):
        read_general_names(Reader(encode_sequence()), "subject_alt_name")


def test_ten_thousand_names_are_read_in_linear_work_and_one_more_is_refused() -> None:
    names = [encode(implicit(2), b"n%d.example" % at) for at in range(MAX_GENERAL_NAMES + 1)]
    most, some = encode_sequence(*names[:-1]), encode_sequence(*names[: MAX_GENERAL_NAMES // 10])

    def read(data: bytes) -> int:
        return len(read_general_names(Reader(data), "subject_alt_name"))

    assert read(most) == MAX_GENERAL_NAMES
    assert count_calls(lambda: read(most)) <= 10.1 * count_calls(lambda: read(some))
    with pytest.raises(Malformed, match="more than 10000 names, the most that are read"):
        read(encode_sequence(*names))
