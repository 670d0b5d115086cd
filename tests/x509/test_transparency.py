"""A certificate is its precertificate, with timestamps for poison; every other change is told."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.model import Stage
from gate.specimens.keys import ec_key
from gate.specimens.scts import made_up_sct_list
from gate.x509 import (
    Extension,
    TBSCertificate,
    correspondence_faults,
    oids,
    read_tbs_certificate,
    read_timestamps,
    write_tbs_certificate,
)
from gate.x509.der import encode_octet_string
from tests import pki


def certificate(
    stage: Stage = Stage.CERTIFICATE, scts: int = 2, **fields: object
) -> TBSCertificate:
    scts = scts if stage is Stage.CERTIFICATE else 0
    return read_tbs_certificate(pki.tbs("a.hr", stage=stage, scts=scts, **fields))  # type: ignore[arg-type]  # any field


PRECERTIFICATE = certificate(Stage.PRECERTIFICATE)
FINAL = certificate()


def rewritten(one: TBSCertificate, extensions: tuple[Extension, ...]) -> TBSCertificate:
    return read_tbs_certificate(write_tbs_certificate(replace(one, extensions=extensions)))


def test_a_certificate_corresponds_to_its_precertificate() -> None:
    assert correspondence_faults(FINAL, PRECERTIFICATE) == ()


def test_where_poison_and_timestamps_stand_makes_no_difference() -> None:
    *rest, scts = FINAL.extensions
    assert correspondence_faults(rewritten(FINAL, (scts, *rest)), PRECERTIFICATE) == ()


def test_without_poison_and_timestamps_corresponding_ones_are_the_same_bytes() -> None:
    bare = [
        write_tbs_certificate(
            replace(
                one,
                extensions=tuple(
                    each
                    for each in one.extensions
                    if each.oid not in {oids.CT_POISON, oids.CT_PRECERTIFICATE_SCTS}
                ),
            )
        )
        for one in (FINAL, PRECERTIFICATE)
    ]
    assert bare[0] == bare[1]


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"serial": 5}, ["serial_number"]),
        ({"days": 91}, ["not_after"]),
        ({"not_before": pki.NOW + timedelta(seconds=1)}, ["not_before", "not_after"]),
        ({"key": ec_key("other")}, ["subject_public_key_info"]),
        ({"subject": ((x509.NameOID.COMMON_NAME, "a.hr"),)}, ["subject", "extensions"]),
        ({"crl_urls": ("http://ca.example.com/other.crl",)}, ["extensions"]),
        ({"without": (x509.ExtendedKeyUsage.oid,)}, ["extensions"]),
        ({"ca": pki.TEST}, ["issuer", "extensions"]),
    ],
)
def test_every_other_change_is_told_with_its_place(
    changes: dict[str, object], places: list[str]
) -> None:
    found = correspondence_faults(certificate(**changes), PRECERTIFICATE)  # type: ignore[arg-type]  # any field
    assert [place for place, _ in found] == places


@pytest.mark.parametrize(
    ("extensions", "fault"),
    [
        (FINAL.extensions[1:], "1.3.6.1.5.5.7.1.1 is missing"),
        ((Extension(oid="1.2.3", critical=False, value=b""), *FINAL.extensions), "1.2.3 is new"),
        (
            (replace(FINAL.extensions[0], critical=True), *FINAL.extensions[1:]),
            "1.3.6.1.5.5.7.1.1 is another",
        ),
        ((*FINAL.extensions[1:], FINAL.extensions[0]), "they stand in another order"),
    ],
)
def test_the_first_other_extension_is_named(extensions: tuple[Extension, ...], fault: str) -> None:
    ((place, told),) = correspondence_faults(replace(FINAL, extensions=extensions), PRECERTIFICATE)
    assert place == "extensions"
    assert told == f"the extensions are not the precertificate's: {fault}"


def test_poison_and_timestamps_stand_where_they_belong() -> None:
    swapped = correspondence_faults(PRECERTIFICATE, FINAL)
    assert swapped == (
        ("precertificate", "it has no poison, so it is no precertificate"),
        ("extensions", "the certificate has a precertificate's poison"),
        ("precertificate", "it has timestamps already"),
    )


def test_the_timestamps_are_read_in_order() -> None:
    found = read_timestamps(certificate(scts=3))
    assert [each.timestamp for each in found] == [1_790_000_000_000 + n for n in range(3)]
    assert len({each.log_id for each in found}) == 3
    assert read_timestamps(PRECERTIFICATE) == ()


def with_list(value: bytes) -> TBSCertificate:
    extension = Extension(oid=oids.CT_PRECERTIFICATE_SCTS, critical=False, value=value)
    return replace(PRECERTIFICATE, extensions=(extension,))


GOOD = made_up_sct_list(1).value
LIST = GOOD[2:]
ENTRY = LIST[4:]


def listed(*entries: bytes) -> bytes:
    joined = b"".join(len(each).to_bytes(2) + each for each in entries)
    return encode_octet_string(len(joined).to_bytes(2) + joined)


def test_the_list_under_test_is_a_good_one() -> None:
    assert listed(ENTRY) == GOOD
    assert len(read_timestamps(with_list(listed(ENTRY, ENTRY)))) == 2


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (b"", "OCTET STRING is missing"),
        (GOOD + b"\x00", "bytes after its end"),
        (encode_octet_string(b""), "cut short"),
        (encode_octet_string(b"\x00\x00"), "the list is empty"),
        (encode_octet_string(LIST + b"\x00"), "does not end where it says"),
        (listed(b""), "cut short"),
        (listed(b"\x01" + ENTRY[1:]), "version 2"),
        (listed(ENTRY + b"\x00"), "with bytes after it"),
        (listed(ENTRY[:45] + b"\x00\x00"), "without signature"),
        (listed(ENTRY[:-1]), "cut short"),
        (encode_octet_string(b"\xff\xff" + LIST[2:]), "cut short"),
    ],
)
def test_a_list_that_is_none_is_refused(value: bytes, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        read_timestamps(with_list(value))


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_being_refused(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert read_timestamps(with_list(encode_octet_string(data)))
