"""The extensions that decide, and the list of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.x509 import oids, read_tbs_certificate
from gate.x509.der import (
    BOOLEAN,
    encode,
    encode_bit_string,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    explicit,
    implicit,
)
from gate.x509.extensions import KEY_USAGES, MAX_EXTENSIONS
from tests.x509.building import extension, write

TRUE, FALSE = encode(BOOLEAN, b"\xff"), encode(BOOLEAN, b"\x00")


def test_the_poison_marks_a_precertificate() -> None:
    poison = extension(oids.CT_POISON, encode_null(), critical=True)

    assert read_tbs_certificate(write(poison)).poisoned


@pytest.mark.parametrize(
    ("poison", "fault"),
    [
        (extension(oids.CT_POISON, encode_null()), "not critical"),
        (extension(oids.CT_POISON, b"", critical=True), "NULL is missing"),
        (extension(oids.CT_POISON, b"\x05\x00\x00", critical=True), "bytes after its end"),
        (extension(oids.CT_POISON, encode_integer(0), critical=True), "NULL expected"),
    ],
)
def test_another_poison_is_refused(poison: bytes, fault: str) -> None:
    with pytest.raises(Malformed, match=f"precertificate poison: {fault}"):
        read_tbs_certificate(write(poison))


@given(st.frozensets(st.sampled_from(KEY_USAGES)))
def test_each_bit_of_key_usage_has_its_name(uses: frozenset[str]) -> None:
    bits = "".join("1" if name in uses else "0" for name in KEY_USAGES).rstrip("0")
    unused = -len(bits) % 8
    octets = (int(bits or "0", 2) << unused).to_bytes((len(bits) + 7) // 8)
    tbs = read_tbs_certificate(write(extension(oids.KEY_USAGE, encode_bit_string(octets, unused))))

    assert tbs.key_usage == uses


def test_an_object_identifier_that_wraps_to_key_usage_is_not_key_usage() -> None:
    for bits in (28, 32, 35, 64):
        odd = extension(f"2.5.29.{2**bits + 15}", encode_bit_string(b"\x80", 7), critical=True)
        assert read_tbs_certificate(write(odd)).key_usage is None


def test_a_ca_says_so() -> None:
    for value in (TRUE, TRUE + encode_integer(0)):
        ca = extension(oids.BASIC_CONSTRAINTS, encode_sequence(value), critical=True)
        assert read_tbs_certificate(write(ca)).basic_constraints_ca


def test_only_the_key_identifier_is_taken_from_an_authority_key_identifier() -> None:
    name = encode(implicit(2), b"example.com")
    value = encode_sequence(
        encode(implicit(0), b"key"), encode(explicit(1), name), encode(implicit(2), b"\x01")
    )

    tbs = read_tbs_certificate(write(extension(oids.AUTHORITY_KEY_IDENTIFIER, value)))

    assert tbs.authority_key_identifier == b"key"


def test_values_of_other_extensions_are_left_alone() -> None:
    tbs = read_tbs_certificate(write(extension("2.25.1", b"\xff\xff\xff", critical=True)))

    assert tbs.extensions[0].value == b"\xff\xff\xff"
    assert tbs.extensions[0].critical


DNS = encode_sequence(encode(implicit(2), b"a.example"))
BAD_EXTENSIONS = {
    "extension 2.5.29.17: stands twice": (extension("2.5.29.17", DNS),) * 2,
    "extension 1.2.3: stands twice": (extension("1.2.3", b""), extension("1.2.3", b"")),
    "extension 1.2.3: the default `critical FALSE` is written out": (
        encode_sequence(encode_oid("1.2.3"), FALSE, encode_octet_string(b"")),
    ),
    "extension 1.2.3: BOOLEAN that is neither": (
        encode_sequence(encode_oid("1.2.3"), encode(1, b"\1"), encode_octet_string(b"")),
    ),
    "extension 1.2.3: bytes after its end": (
        encode_sequence(encode_oid("1.2.3"), encode_octet_string(b""), encode_null()),
    ),
    "extension 1.2.3: OCTET STRING expected": (encode_sequence(encode_oid("1.2.3"), DNS),),
    "extensions: more than 100": tuple(
        extension(f"1.2.3.{at}", b"") for at in range(MAX_EXTENSIONS + 1)
    ),
    "subject_alt_name: SEQUENCE is missing": (extension("2.5.29.17", b""),),
    "subject_alt_name: no name": (extension("2.5.29.17", encode_sequence()),),
    "subject_alt_name: bytes after": (extension("2.5.29.17", DNS + b"\0"),),
    "basic_constraints: the default `cA FALSE`": (extension("2.5.29.19", encode_sequence(FALSE)),),
    "basic_constraints: pathLenConstraint below zero": (
        extension("2.5.29.19", encode_sequence(TRUE, encode_integer(-1))),
    ),
    "basic_constraints: bytes after": (
        extension("2.5.29.19", encode_sequence(TRUE, encode_integer(1), encode_integer(1))),
    ),
    "key_usage: named bits end in zeros": (extension("2.5.29.15", encode_bit_string(b"\x80", 6)),),
    "key_usage: named bits end in zeros ": (extension("2.5.29.15", encode_bit_string(b"\0")),),
    "key_usage: more than the nine bits": (
        extension("2.5.29.15", encode_bit_string(b"\x80\x40", 6)),
    ),
    "key_usage: more than the nine bits ": (
        extension("2.5.29.15", encode_bit_string(b"\x80\x80\x80", 7)),
    ),
    "key_usage: BIT STRING with unused bits that are not zero": (
        extension("2.5.29.15", encode_bit_string(b"\x81", 7)),
    ),
    "key_usage: BIT STRING expected": (extension("2.5.29.15", encode_octet_string(b"\x80")),),
    "key_usage: bytes after": (extension("2.5.29.15", encode_bit_string(b"\x80", 7) + b"\0"),),
    "extended_key_usage: no purpose": (extension("2.5.29.37", encode_sequence()),),
    "extended_key_usage: OBJECT IDENTIFIER expected": (
        extension("2.5.29.37", encode_sequence(encode_null())),
    ),
    "authority_key_identifier: primitive .2. expected": (
        extension("2.5.29.35", encode_sequence(encode(explicit(0), encode_null()))),
    ),
    "authority_key_identifier: bytes after": (
        extension("2.5.29.35", encode_sequence(encode(implicit(2), b"\1"), encode_null())),
    ),
    "authority_key_identifier: INTEGER with a needless": (
        extension("2.5.29.35", encode_sequence(encode(implicit(2), b"\0\1"))),
    ),
    "subject_key_identifier: OCTET STRING expected": (extension("2.5.29.14", encode_null()),),
}


@pytest.mark.parametrize("fault", BAD_EXTENSIONS)
def test_extensions_that_contradict_the_standard_are_refused(fault: str) -> None:
    with pytest.raises(Malformed, match=f"^{fault.strip()}") as refusal:
        read_tbs_certificate(write(*BAD_EXTENSIONS[fault]))

    assert refusal.value.offset is not None


def test_the_offset_of_a_fault_in_an_extension_is_that_of_the_input() -> None:
    data = write(extension("2.5.29.17", encode_sequence(encode(implicit(7), b"\xde\xad"))))

    with pytest.raises(Malformed) as refusal:
        read_tbs_certificate(data)

    assert refusal.value.offset == data.index(b"\x87\x02\xde\xad")
