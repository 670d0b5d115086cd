"""Reading a whole TBSCertificate or certificate."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gate.errors import Malformed
from gate.x509 import GeneralNameKind, oids, read_certificate, read_tbs_certificate
from gate.x509.der import (
    GENERALIZED_TIME,
    UTC_TIME,
    encode,
    encode_bit_string,
    encode_integer,
    encode_null,
    encode_oid,
    encode_sequence,
    encode_text,
    encode_time,
    explicit,
    implicit,
)
from tests.x509.building import ED_KEY, NAMES, NOT_BEFORE, SIGNATURE, TBS, extension, sign, write
from tests.x509.rewriting import assert_says_its_bytes
from tests.x509.work import count_calls


@pytest.mark.parametrize(
    "certificate",
    [
        sign(),
        sign(key=ED_KEY),
        sign(names=()),
        sign(serial_number=(1 << 159) - 1),
        sign(not_after=datetime(2050, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_fields_are_those_that_pyca_reads(certificate: x509.Certificate) -> None:
    tbs = read_tbs_certificate(certificate.tbs_certificate_bytes)

    assert tbs == read_certificate(certificate.public_bytes(Encoding.DER)).tbs
    assert tbs.version == 3
    assert tbs.serial_number == certificate.serial_number
    assert tbs.signature.oid == certificate.signature_algorithm_oid.dotted_string
    assert tbs.issuer.der == certificate.issuer.public_bytes()
    assert tbs.subject.der == certificate.subject.public_bytes()
    assert tbs.not_before == certificate.not_valid_before_utc
    assert tbs.not_after == certificate.not_valid_after_utc
    key = certificate.public_key()
    assert tbs.subject_public_key_info == key.public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    assert [(e.oid, e.critical, e.value) for e in tbs.extensions] == [
        (e.oid.dotted_string, e.critical, e.value.public_bytes()) for e in certificate.extensions
    ]
    assert_says_its_bytes(tbs)


def test_the_deciding_extensions_are_values() -> None:
    tbs = read_tbs_certificate(TBS)

    assert [name.kind for name in tbs.subject_alt_name] == [
        GeneralNameKind.DNS_NAME,
        GeneralNameKind.DNS_NAME,
        GeneralNameKind.IP_ADDRESS,
        GeneralNameKind.IP_ADDRESS,
        GeneralNameKind.RFC822_NAME,
        GeneralNameKind.URI,
        GeneralNameKind.DIRECTORY_NAME,
        GeneralNameKind.REGISTERED_ID,
        GeneralNameKind.OTHER_NAME,
    ]
    assert [name.text for name in tbs.subject_alt_name[:4]] == [
        "www.example.com",
        "*.example.com",
        "192.0.2.1",
        "2001:db8::1",
    ]
    assert len(tbs.subject_alt_name) == len(NAMES)
    assert tbs.key_usage == frozenset({"digitalSignature", "keyAgreement"})
    assert tbs.extended_key_usage == (oids.SERVER_AUTH,)
    assert tbs.basic_constraints_ca is False
    assert tbs.authority_key_identifier == b"\x02" * 20
    assert tbs.subject_key_identifier == b"\x03" * 20
    assert tbs.common_names == ("www.example.com",)
    assert tbs.poisoned is False


def test_what_is_absent_is_empty() -> None:
    tbs = read_tbs_certificate(write())

    assert tbs.extensions + tbs.subject_alt_name + tbs.extended_key_usage == ()
    assert tbs.key_usage is None
    assert tbs.basic_constraints_ca is False
    assert tbs.authority_key_identifier == tbs.subject_key_identifier == b""
    assert tbs.common_names == ()


def test_the_digests_are_of_the_exact_bytes() -> None:
    tbs = read_tbs_certificate(TBS)

    assert tbs.sha256 == sha256(TBS).digest()
    assert tbs.spki_sha256 == sha256(tbs.subject_public_key_info).digest()


def test_equality_is_equality_of_bytes() -> None:
    one, same = read_tbs_certificate(TBS), read_tbs_certificate(bytes(bytearray(TBS)))
    other = read_tbs_certificate(write())

    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != TBS
    with pytest.raises(FrozenInstanceError):
        one.version = 1  # type: ignore[misc]  # it must not be assignable


def test_validity_counts_both_ends() -> None:
    days_200 = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 10, 17, 23, 59, 59, tzinfo=UTC)
    one_second = NOT_BEFORE, NOT_BEFORE

    def seconds(period: tuple[datetime, datetime]) -> int:
        return read_tbs_certificate(
            write(validity=encode_sequence(*map(encode_time, period)))
        ).validity_seconds

    assert seconds(days_200) == 200 * 86_400
    assert seconds(one_second) == 1


def times(not_before: bytes, not_after: bytes) -> bytes:
    return encode_sequence(not_before, not_after)


EARLY, LATE = encode_time(NOT_BEFORE), encode_time(datetime(2050, 1, 1, tzinfo=UTC))
BAD_FIELDS = {
    "version: the default v1": write(version=encode(explicit(0), encode_integer(0))),
    "version: none of v1, v2 and v3": write(version=encode(explicit(0), encode_integer(3))),
    "version: none of v1, v2 and v3 ": write(version=encode(explicit(0), encode_integer(-1))),
    "version: bytes after": write(version=encode(explicit(0), encode_integer(2), b"\0")),
    "version: INTEGER is missing": write(version=encode(explicit(0))),
    "serial_number: INTEGER with a needless": write(serial_number=encode(2, b"\0\1")),
    "signature: bytes after": write(signature=encode_sequence(encode_oid("1.2"), b"\5\0\5\0")),
    "signature: OBJECT IDENTIFIER is missing": write(signature=encode_sequence()),
    "signature: NULL with contents": write(signature=encode_sequence(encode_oid("1.2"), b"\5\1\0")),
    "issuer: SEQUENCE expected": write(issuer=encode_null()),
    "not_before: GeneralizedTime for a year before 2050": write(
        validity=times(encode(GENERALIZED_TIME, b"20260401000000Z"), LATE)
    ),
    "not_after: UTCTime that is not": write(validity=times(EARLY, encode(UTC_TIME, b"2609Z"))),
    "not_after: GeneralizedTime is missing": write(validity=encode_sequence(EARLY)),
    "validity: bytes after": write(validity=encode_sequence(EARLY, EARLY, EARLY)),
    "subject_public_key_info: BIT STRING is missing": write(spki=encode_sequence(SIGNATURE)),
    "subject_public_key_info: bytes after": write(
        spki=encode_sequence(SIGNATURE, encode_bit_string(b""), encode_null())
    ),
    "unique identifier in a version 1": write(version=b"", unique_ids=encode(implicit(1), b"\0")),
    "unique identifier: BIT STRING that claims": write(unique_ids=encode(implicit(2), b"\1")),
    "extensions: in a version 1": write(extension("1.2.3", b""), version=b""),
    "extensions: in a version 2": write(
        extension("1.2.3", b""), version=encode(explicit(0), encode_integer(1))
    ),
    "extensions: none in the list": write(unique_ids=encode(explicit(3), encode_sequence())),
    "extensions: bytes after": write(
        unique_ids=encode(explicit(3), encode_sequence(extension("1.2.3", b"")), b"\0")
    ),
    "TBSCertificate: bytes after": write(unique_ids=encode(explicit(4))),
    "TBSCertificate: bytes after ": write() + b"\0",
    "TBSCertificate: SEQUENCE expected": b"\x31\x00",
    "TBSCertificate: SEQUENCE is missing": b"",
    "TBSCertificate: cut short": b"\x30",
    "1048577 bytes": bytes(1_048_577),
}


@pytest.mark.parametrize("fault", BAD_FIELDS)
def test_fields_that_contradict_the_standard_are_refused(fault: str) -> None:
    with pytest.raises(Malformed, match=f"^{fault.strip()}"):
        read_tbs_certificate(BAD_FIELDS[fault])


def test_older_versions_and_unique_identifiers_are_read() -> None:
    ids = encode(implicit(1), b"\0\1") + encode(implicit(2), b"\4\xf0")
    second = read_tbs_certificate(
        write(version=encode(explicit(0), encode_integer(1)), unique_ids=ids)
    )

    assert second.version == 2
    assert second.issuer_unique_id + second.subject_unique_id == ids
    assert_says_its_bytes(second)
    assert read_tbs_certificate(write(version=b"")).version == 1


def test_a_serial_number_may_be_anything_that_linters_can_report() -> None:
    for number in (0, -1, 1 << 8000):
        data = write(serial_number=encode_integer(number))
        assert read_tbs_certificate(data).serial_number == number


def test_a_whole_certificate_in_place_of_its_first_part_is_named_so() -> None:
    with pytest.raises(Malformed, match="this is a whole certificate: send its TBSCertificate"):
        read_tbs_certificate(sign().public_bytes(Encoding.DER))


def test_a_certificate_has_its_parts() -> None:
    signed = sign()

    certificate = read_certificate(signed.public_bytes(Encoding.DER))

    assert certificate.tbs.der == signed.tbs_certificate_bytes
    assert certificate.signature == signed.signature
    assert certificate.signature_algorithm == certificate.tbs.signature


OTHER_ALGORITHM = encode_sequence(encode_oid(oids.SHA256_WITH_RSA_ENCRYPTION))
BAD_CERTIFICATES = {
    "signature_algorithm: not the algorithm": (write(), OTHER_ALGORITHM, encode_bit_string(b"")),
    "signature_value: not of whole octets": (write(), SIGNATURE, encode_bit_string(b"\0", 1)),
    "signature_value: BIT STRING is missing": (write(), SIGNATURE),
    "certificate: bytes after": (write(), SIGNATURE, encode_bit_string(b""), encode_null()),
    "TBSCertificate: SEQUENCE expected": (encode_text(0x16, "a"),),
}


@pytest.mark.parametrize("fault", BAD_CERTIFICATES)
def test_what_is_no_certificate_is_refused(fault: str) -> None:
    with pytest.raises(Malformed, match=f"^{fault}"):
        read_certificate(encode_sequence(*BAD_CERTIFICATES[fault]))


def test_bytes_after_a_certificate_are_refused() -> None:
    with pytest.raises(Malformed, match="certificate: bytes after its end"):
        read_certificate(sign().public_bytes(Encoding.DER) + b"\n")


def changed(data: bytes) -> list[bytes]:
    """Every input that differs in one byte: another there, one more, one less."""
    return [
        data[:at] + middle + data[at + skip :]
        for at in range(len(data))
        for middle, skip in (
            *((bytes((data[at] ^ flip,)), 1) for flip in (0x01, 0x20, 0x40, 0x80, 0xFF)),
            (b"\0", 0),
            (b"\x30", 0),
            (b"", 1),
        )
    ]


def test_a_changed_byte_is_refused_or_says_its_bytes() -> None:
    read = refused = 0
    for data in changed(TBS):
        try:
            tbs = read_tbs_certificate(data)
        except Malformed:
            refused += 1
        else:
            assert tbs.der == data
            assert_says_its_bytes(tbs)
            read += 1

    # Most bytes of a key or a digest may change; no inserted or missing byte goes unnoticed.
    assert refused > read > 100


def test_no_certificate_costs_more_work_than_its_size_allows() -> None:
    many = 5000
    inputs = [
        TBS,
        write(extension("2.5.29.17", encode_sequence(*[encode(implicit(2), b"")] * many))),
        write(extension("2.5.29.37", encode_sequence(*[encode_oid("1.2")] * many))),
        write(
            extension(
                "2.5.29.37", encode_sequence(*(encode_oid(f"1.2.{at}") for at in range(many)))
            )
        ),
        write(signature=encode_sequence(encode_oid("1.2"), encode_sequence(*[b"\5\0"] * many))),
    ]
    for data in inputs:
        assert count_calls(partial(read_tbs_certificate, data)) < 8 * len(data) + 500
