"""Pointers, policies and name constraints are read from their one encoding, or refused."""

from ipaddress import ip_network

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.x509 import (
    GeneralNameKind,
    NameConstraints,
    PolicyInformation,
    read_access_descriptions,
    read_certificate_policies,
    read_distribution_points,
    read_name_constraints,
)
from gate.x509.der import (
    IA5_STRING,
    OCTET_STRING,
    encode,
    encode_bit_string,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    explicit,
    implicit,
)

URL = x509.UniformResourceIdentifier("http://ca.example/1")
NAME = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "HR")]))
READERS = (
    read_access_descriptions,
    read_certificate_policies,
    read_distribution_points,
    read_name_constraints,
)


def test_access_descriptions_are_read_in_order() -> None:
    value = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, URL),
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, NAME),
        ]
    ).public_bytes()
    first, second = read_access_descriptions(value)
    assert (first.method, first.location.text) == ("1.3.6.1.5.5.7.48.2", "http://ca.example/1")
    assert (second.method, second.location.kind) == (
        "1.3.6.1.5.5.7.48.1",
        GeneralNameKind.DIRECTORY_NAME,
    )


@pytest.mark.parametrize(
    ("point", "urls", "plain"),
    [
        (x509.DistributionPoint([URL, URL], None, None, None), 2, True),
        (x509.DistributionPoint([URL], None, frozenset({x509.ReasonFlags.superseded}), None),
         1, False),
        (x509.DistributionPoint([URL], None, None, [NAME]), 1, False),
        (x509.DistributionPoint(None, None, None, [NAME]), 0, False),
        (
            x509.DistributionPoint(
                None,
                x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
                None,
                None,
            ),
            0,
            False,
        ),
    ],
)  # fmt: skip
def test_a_distribution_point_is_plain_where_it_has_full_names_alone(
    point: x509.DistributionPoint, urls: int, *, plain: bool
) -> None:
    (found,) = read_distribution_points(x509.CRLDistributionPoints([point]).public_bytes())
    assert (len(found.names), found.plain) == (urls, plain)


def test_policies_are_read_with_whether_they_are_qualified() -> None:
    value = x509.CertificatePolicies(
        [
            x509.PolicyInformation(ObjectIdentifier("2.23.140.1.2.1"), None),
            x509.PolicyInformation(ObjectIdentifier("1.2.3"), ["http://cps.example"]),
        ]
    ).public_bytes()
    assert read_certificate_policies(value) == (
        PolicyInformation(oid="2.23.140.1.2.1", qualified=False),
        PolicyInformation(oid="1.2.3", qualified=True),
    )
    twice = encode_sequence(*[encode_sequence(encode_oid("1.2.3"))] * 2)
    with pytest.raises(Malformed, match=r"1\.2\.3 stands twice"):
        read_certificate_policies(twice)


def test_name_constraints_are_read_by_kind() -> None:
    value = x509.NameConstraints(
        permitted_subtrees=[
            x509.DNSName("example.com"),
            x509.IPAddress(ip_network("192.0.2.0/24")),
            x509.IPAddress(ip_network("2001:db8::/32")),
            NAME,
        ],
        excluded_subtrees=[x509.RFC822Name("example.com"), x509.DNSName("")],
    ).public_bytes()
    found = read_name_constraints(value)
    domain, four, six, directory = found.permitted
    assert domain.domain == "example.com"
    assert four.network == (bytes([192, 0, 2, 0]), bytes([255, 255, 255, 0]))
    assert [len(part) for part in six.network] == [16, 16]
    assert str(directory.name) == "C=HR"
    mail, everything = found.excluded
    assert mail.kind is GeneralNameKind.RFC822_NAME
    assert (everything.kind, everything.domain) == (GeneralNameKind.DNS_NAME, "")
    only = x509.NameConstraints(None, [x509.DNSName("a")]).public_bytes()
    assert read_name_constraints(only).permitted == ()


DOMAIN = encode(implicit(2), b"a")


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (encode_sequence(), "it constrains nothing"),
        (encode_sequence(encode(explicit(0), b"")), "an empty list"),
        (
            encode_sequence(encode(explicit(0), encode_sequence(encode(implicit(7), bytes(4))))),
            "iPAddress of 4 octets, which is no address and mask",
        ),
        (
            encode_sequence(
                encode(explicit(0), encode_sequence(DOMAIN, encode(implicit(0), b"\x01")))
            ),
            "bytes after its end",
        ),
        (
            encode_sequence(
                encode(explicit(1), encode_sequence(DOMAIN)),
                encode(explicit(0), encode_sequence(DOMAIN)),
            ),
            "bytes after its end",
        ),
    ],
)
def test_other_name_constraints_are_refused(value: bytes, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        read_name_constraints(value)


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_list_and_bytes_after_it_are_refused(reader: object) -> None:
    assert callable(reader)
    for value in (b"", encode_sequence(), encode(OCTET_STRING, b""), encode(IA5_STRING, b"x")):
        with pytest.raises(Malformed):
            reader(value)


def test_bytes_after_the_parts_are_refused() -> None:
    more = encode_octet_string(b"")
    point = encode(explicit(0), encode(explicit(0), encode(implicit(6), b"http://x")))
    for value, reader in (
        (encode_sequence(encode_sequence(point, encode_bit_string(b"\x80"))), READERS[2]),
        (encode_sequence(encode_sequence(encode_oid("1.2.3"), more, more)), READERS[1]),
        (
            encode_sequence(encode_sequence(encode_oid("1.2"), encode(implicit(6), b"x"), more)),
            READERS[0],
        ),
    ):
        with pytest.raises(Malformed, match="bytes after its end"):
            reader(value)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(value: bytes) -> None:
    for reader in READERS:
        for given_bytes in (value, encode_sequence(value), encode_sequence(encode_sequence(value))):
            try:
                found = reader(given_bytes)
            except Malformed:
                continue
            assert isinstance(found, NameConstraints) or found
