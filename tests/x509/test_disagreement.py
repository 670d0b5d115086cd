"""The comparison with the second reader."""

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning

from gate.x509 import (
    AlgorithmIdentifier,
    Extension,
    GeneralName,
    GeneralNameKind,
    Name,
    complete,
    disagreements,
    oids,
    read_tbs_certificate,
)
from gate.x509.der import (
    PRINTABLE_STRING,
    VISIBLE_STRING,
    encode,
    encode_bit_string,
    encode_integer,
    encode_null,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_text,
    explicit,
)
from tests.x509.building import EC_KEY, ED_KEY, TBS, extension, sign, write

GOOD = read_tbs_certificate(TBS)
EC_SPKI = GOOD.subject_public_key_info


def fields(tbs: bytes) -> list[tuple[str, bool]]:
    return [(one.field, one.blocking) for one in disagreements(read_tbs_certificate(tbs))]


@pytest.mark.parametrize(
    "tbs",
    [
        TBS,
        sign(key=ED_KEY).tbs_certificate_bytes,
        sign(names=()).tbs_certificate_bytes,
        sign(
            extra=[x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17179869199"), b"")]
        ).tbs_certificate_bytes,
        write(spki=EC_SPKI),
        write(spki=EC_SPKI, version=b""),
        write(extension(oids.CT_POISON, encode_null(), critical=True), spki=EC_SPKI),
        write(extension("1.2.3", b"\xff"), spki=EC_SPKI),
    ],
)
def test_the_readers_agree_on_certificates_without_fault(tbs: bytes) -> None:
    assert disagreements(read_tbs_certificate(tbs)) == ()


SAN = next(one for one in GOOD.extensions if one.oid == oids.SUBJECT_ALT_NAME)
CHANGED: dict[str, dict[str, Any]] = {
    "version": {"version": 1},
    "serial_number": {"serial_number": GOOD.serial_number + 1},
    "signature": {"signature": AlgorithmIdentifier(oid="1.2.3", der=b"")},
    "issuer": {"issuer": Name(der=GOOD.subject.der, rdns=())},
    "subject": {"subject": Name(der=GOOD.issuer.der, rdns=())},
    "not_before": {"not_before": GOOD.not_before + timedelta(seconds=1)},
    "not_after": {"not_after": GOOD.not_after - timedelta(seconds=1)},
    "subject_public_key_info": {
        "subject_public_key_info": ec.derive_private_key(2, ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    },
    "extensions": {"extensions": GOOD.extensions[::-1]},
    "subject_alt_name": {
        "subject_alt_name": (
            GeneralName(kind=GeneralNameKind.DNS_NAME, text="www.example.com", der=b""),
            *GOOD.subject_alt_name[2:],
        )
    },
    f"extensions.{oids.KEY_USAGE}": {
        "extensions": tuple(
            replace(one, value=encode_bit_string(b"\x80", 7)) if one.oid == oids.KEY_USAGE else one
            for one in GOOD.extensions
        )
    },
}


@pytest.mark.parametrize("field", CHANGED)
def test_each_difference_is_found_and_blocks(field: str) -> None:
    (found,) = disagreements(replace(GOOD, **CHANGED[field]))

    assert found.field == field
    assert found.blocking
    assert "second reader" in found.detail


def test_criticality_is_compared() -> None:
    extensions = tuple(replace(one, critical=not one.critical) for one in GOOD.extensions)

    (found,) = disagreements(replace(GOOD, extensions=extensions))

    assert (found.field, found.blocking) == ("extensions", True)


def attribute(value: bytes) -> bytes:
    return encode_sequence(encode_oid(oids.COMMON_NAME), value)


TWICE = encode_sequence(encode_set_of(*[attribute(encode_text(PRINTABLE_STRING, "a"))] * 2))
UNREADABLE = encode_sequence(encode(explicit(3), encode_sequence()))


def test_names_that_pyca_refuses_block() -> None:
    assert fields(write(issuer=TWICE, spki=EC_SPKI)) == [("issuer", True)]
    assert fields(write(subject=TWICE, spki=EC_SPKI)) == [("subject", True)]


def test_a_subject_alt_name_that_pyca_refuses_blocks() -> None:
    tbs = write(extension(oids.SUBJECT_ALT_NAME, UNREADABLE), spki=EC_SPKI)

    assert fields(tbs) == [("extensions.2.5.29.17", True)]


def test_a_refusal_of_another_extension_is_a_notice_and_hides_nothing() -> None:
    tbs = read_tbs_certificate(
        write(
            extension(oids.AUTHORITY_INFO_ACCESS, b"\xff"),
            extension(oids.SUBJECT_ALT_NAME, SAN.value),
            spki=EC_SPKI,
        )
    )
    without_names = replace(tbs, subject_alt_name=())

    notice = ("extensions.1.3.6.1.5.5.7.1.1", False)
    assert [(one.field, one.blocking) for one in disagreements(tbs)] == [notice]
    assert [(one.field, one.blocking) for one in disagreements(without_names)] == [
        notice,
        ("subject_alt_name", True),
    ]


def test_a_key_that_pyca_cannot_use_is_a_notice() -> None:
    assert fields(write()) == [("subject_public_key_info", False)]


def test_a_certificate_that_pyca_refuses_blocks() -> None:
    assert fields(write(version=encode(explicit(0), encode_integer(1)))) == [("certificate", True)]


def test_what_pyca_writes_in_its_own_way_is_no_difference() -> None:
    numbers = EC_KEY.public_key()
    point = numbers.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    algorithm = encode_sequence(encode_oid(oids.EC_PUBLIC_KEY), encode_oid(oids.SECP256R1))
    notice = encode_sequence(encode_text(VISIBLE_STRING, "text"))
    qualifier = encode_sequence(encode_oid("1.3.6.1.5.5.7.2.2"), notice)
    policies = encode_sequence(encode_sequence(encode_oid("1.2.3"), encode_sequence(qualifier)))

    tbs = write(
        extension(oids.CERTIFICATE_POLICIES, policies),
        spki=encode_sequence(algorithm, encode_bit_string(point)),
    )

    assert fields(tbs) == []


def test_bytes_that_are_no_certificate_give_an_answer_too() -> None:
    (found,) = disagreements(replace(GOOD, der=b"\x30"))

    assert (found.field, found.blocking) == ("certificate", True)


def test_a_refusal_that_no_extension_explains_blocks() -> None:
    tbs = read_tbs_certificate(write(extension(oids.AUTHORITY_INFO_ACCESS, b"\xff"), spki=EC_SPKI))

    (found,) = disagreements(replace(tbs, extensions=(SAN,)))

    assert (found.field, found.blocking) == ("extensions", True)


class Raising(tuple[GeneralName, ...]):
    """Names that cannot be looked at: in pyca's Rust a panic is a BaseException too."""

    __slots__ = ()
    error: type[BaseException]

    def __iter__(self) -> Iterator[GeneralName]:
        raise self.error


class Panicking(Raising):
    """Names that panic."""

    __slots__ = ()
    error = type("PanicException", (BaseException,), {})


class Interrupted(Raising):
    """Names at which somebody presses Ctrl-C."""

    __slots__ = ()
    error = KeyboardInterrupt


def test_a_panic_blocks() -> None:
    (found,) = disagreements(replace(GOOD, subject_alt_name=Panicking()))

    assert (found.field, found.blocking) == ("certificate", True)
    assert "PanicException" in found.detail


def test_an_interrupt_is_no_answer() -> None:
    with pytest.raises(KeyboardInterrupt):
        disagreements(replace(GOOD, subject_alt_name=Interrupted()))


def test_a_long_value_is_quoted_in_part() -> None:
    extensions = tuple(Extension(oid="1.2.3", critical=False, value=b"") for _ in range(99))

    (found,) = disagreements(replace(GOOD, extensions=extensions))

    assert len(found.detail) < 600


NEGATIVE = write(serial_number=encode_integer(-1), spki=EC_SPKI)
COUNTRY = encode_sequence(
    encode_set_of(
        encode_sequence(encode_oid(oids.COUNTRY_NAME), encode_text(PRINTABLE_STRING, "DEU"))
    )
)


@pytest.mark.parametrize("tbs", [NEGATIVE, write(subject=COUNTRY, spki=EC_SPKI)])
def test_warnings_of_pyca_do_not_come_out(tbs: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fields(tbs) == []


def test_the_warnings_of_others_stay_as_they_were() -> None:
    assert fields(NEGATIVE) == []

    with pytest.warns(CryptographyDeprecationWarning, match="serial"):
        x509.load_der_x509_certificate(complete(NEGATIVE))


def test_no_warning_comes_out_of_any_thread() -> None:
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: tuple(fields(NEGATIVE)), range(200))) == {()}
