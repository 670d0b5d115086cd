"""A subject that differs from its profile in one thing is told that one thing."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.x509.oid import NameOID

from gate.x509 import TBSCertificate, oids, read_tbs_certificate, write_tbs_certificate
from gate.x509.der import (
    BMP_STRING,
    IA5_STRING,
    PRINTABLE_STRING,
    SET,
    UTF8_STRING,
    encode,
    encode_oid,
    encode_sequence,
    encode_text,
)
from tests.policy.profiles import SUBJECT, certificate, told


@pytest.mark.parametrize(
    ("subject", "texts"),
    [
        (SUBJECT, []),
        (SUBJECT[:2], ["subject.o: the attribute is expected and not there"]),
        (
            (SUBJECT[1], SUBJECT[0], SUBJECT[2]),
            ["subject: the order expected is `c l o`, found is `l c o`"],
        ),
        (
            (*SUBJECT, (NameOID.COMMON_NAME, "example.com")),
            [
                (
                    "subject.cn: the attribute is found, and expected is no other than c, l, "
                    "street and o"
                )
            ],
        ),
        ((*SUBJECT, SUBJECT[2]), ["subject.o: the attribute is expected once, found 2 times"]),
        (
            (
                *SUBJECT[:2],
                (NameOID.STREET_ADDRESS, "Obala 12"),
                (NameOID.STREET_ADDRESS, "Dvor"),
                SUBJECT[2],
            ),
            [],
        ),
        (
            ((NameOID.COUNTRY_NAME, "DE"), *SUBJECT[1:]),
            ["subject.c: `HR` or `SI` is expected, `DE` found"],
        ),
    ],
)
def test_the_subject_has_just_its_attributes_in_order(
    subject: tuple[Any, ...], texts: list[str]
) -> None:
    assert told(certificate(subject=subject)) == texts


def test_any_order_of_attributes_may_do() -> None:
    der = certificate(subject=SUBJECT[::-1])
    assert told(der, ("subject_order: as-listed", "subject_order: any")) == []


def attribute(oid: str, tag: int, text: str) -> bytes:
    return encode(SET, encode_sequence(encode_oid(oid), encode_text(tag, text)))


def with_subject(*rdns: bytes) -> TBSCertificate:
    tbs = read_tbs_certificate(certificate())
    name = encode_sequence(*rdns)
    der = write_tbs_certificate(replace(tbs, subject=replace(tbs.subject, der=name)))
    return read_tbs_certificate(der)


@pytest.mark.parametrize(
    ("tags", "texts"),
    [
        ((PRINTABLE_STRING, UTF8_STRING, PRINTABLE_STRING), []),
        (
            (UTF8_STRING, UTF8_STRING, UTF8_STRING),
            ["subject.c: a text of type printable is expected, utf8 found"],
        ),
        (
            (PRINTABLE_STRING, PRINTABLE_STRING, UTF8_STRING),
            ["subject.l: a text of type utf8 is expected, printable found"],
        ),
        (
            (PRINTABLE_STRING, UTF8_STRING, BMP_STRING),
            ["subject.o: a text of type printable or utf8 is expected, BMPString found"],
        ),
        (
            (PRINTABLE_STRING, UTF8_STRING, IA5_STRING),
            ["subject.o: a text of type printable or utf8 is expected, ia5 found"],
        ),
    ],
)
def test_attributes_are_written_in_their_string_types(
    tags: tuple[int, int, int], texts: list[str]
) -> None:
    names = (oids.COUNTRY_NAME, oids.LOCALITY_NAME, oids.ORGANIZATION_NAME)
    values = ("HR", "Split", "Plovidba")
    rdns = [attribute(*each) for each in zip(names, tags, values, strict=True)]
    assert told(with_subject(*rdns)) == texts


def test_two_attributes_in_one_relative_name_are_told() -> None:
    pair = sorted(
        encode_sequence(encode_oid(oid), encode_text(UTF8_STRING, text))
        for oid, text in ((oids.LOCALITY_NAME, "Split"), (oids.ORGANIZATION_NAME, "Plovidba"))
    )
    country = attribute(oids.COUNTRY_NAME, PRINTABLE_STRING, "HR")
    assert told(with_subject(country, encode(SET, b"".join(pair)))) == [
        "subject: one attribute in each relative name is expected, several found in one"
    ]
