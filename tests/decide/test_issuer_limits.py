"""A certificate keeps within the validity, purposes, policies and names of its issuer."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from gate.decide.floors.constrained_names import names_outside
from gate.decide.floors.issuer_limits import judge_issuer_limits, limits_of
from gate.model import Case, CertificateType, Finding, Trust
from gate.specimens.certificates import key_usage
from gate.specimens.issuers import PUBLIC_ISSUER
from gate.specimens.keys import ec_private_key
from gate.x509 import GeneralNameKind, NameConstraints, Subtree, read_tbs_certificate
from tests import pki
from tests.cases import case
from tests.decide.judging import NO_RULES, SECOND, floors

FLOOR = "floor.issuer_limits"
DAY = timedelta(days=1)
KEY = ec_private_key(PUBLIC_ISSUER)
CA = x509.load_der_x509_certificate(pki.PUBLIC.certificate)
DV, OV = (ObjectIdentifier(f"2.23.140.1.2.{number}") for number in (1, 2))
ANY_POLICY = ObjectIdentifier("2.5.29.32.0")
OV_FIELDS: dict[str, Any] = {"type": CertificateType.OV}


def ca_with(*extensions: x509.ExtensionType, begins: Any = None, ends: Any = None) -> bytes:
    """The certificate of the test issuer with these extensions, perhaps valid otherwise."""
    builder = (
        x509.CertificateBuilder()
        .issuer_name(CA.subject)
        .subject_name(CA.subject)
        .serial_number(7)
        .not_valid_before(begins or CA.not_valid_before_utc)
        .not_valid_after(ends or CA.not_valid_after_utc)
        .public_key(KEY.public_key())
    )
    given = {each.oid for each in extensions}
    own = [(each.value, each.critical) for each in CA.extensions if each.oid not in given]
    for value, critical in (*own, *((each, False) for each in extensions)):
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(KEY, SHA256()).public_bytes(Encoding.DER)


def limited(
    *extensions: x509.ExtensionType, names: tuple[str, ...] = (), fields: Any = None, **dates: Any
) -> Case:
    """A case for an issuer whose certificate has these extensions."""
    asked = case(*names, fields=fields or {})
    certificate = ca_with(*extensions, **dates)
    return replace(asked, issuer=replace(pki.issuer(), certificate=certificate))


def found(judged: Case) -> list[Finding]:
    return list(judge_issuer_limits(judged, NO_RULES))


def codes(judged: Case) -> list[str]:
    return [each.code for each in found(judged)]


def constraints(
    permitted: list[x509.GeneralName] | None = None, excluded: list[x509.GeneralName] | None = None
) -> x509.NameConstraints:
    return x509.NameConstraints(permitted, excluded)


def domain(text: str) -> x509.GeneralName:
    return x509.DNSName(text)


def network(text: str) -> x509.GeneralName:
    return x509.IPAddress(ip_network(text))


def directory(*attributes: tuple[ObjectIdentifier, str]) -> x509.GeneralName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(*each) for each in attributes]))


def test_an_issuer_without_limits_limits_nothing() -> None:
    assert found(case()) == []
    assert found(limited()) == []
    assert FLOOR not in floors(case())


def test_the_floor_is_for_every_known_issuer_and_blocks() -> None:
    wrong = limited(constraints(permitted=[domain("other.hr")]))
    assert floors(wrong) == {FLOOR}
    assert wrong.issuer is not None
    private = replace(wrong, issuer=replace(wrong.issuer, trust=Trust.PRIVATE))
    assert FLOOR in floors(private)
    assert found(replace(wrong, issuer=None)) == []


def test_the_validity_lies_within_the_issuers_to_the_second() -> None:
    begins, ends = pki.NOW, pki.NOW + 90 * DAY - SECOND
    assert codes(limited(begins=begins, ends=ends)) == []
    (early,) = found(limited(begins=begins + SECOND, ends=ends))
    assert early.code == "gate.validity_beyond_issuer"
    assert early.location == "not_before"
    assert early.message == (
        "it begins 2026-11-23T12:00:00Z, before its issuer `public-r1` does on 2026-11-23T12:00:01Z"
    )
    (late,) = found(limited(begins=begins, ends=ends - SECOND))
    assert (late.code, late.location) == ("gate.validity_beyond_issuer", "not_after")
    assert late.message == (
        "it ends 2027-02-21T11:59:59Z, after its issuer `public-r1` does on 2027-02-21T11:59:58Z"
    )


def eku(*purposes: ObjectIdentifier) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage(purposes)


SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
ANYTHING = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE


@pytest.mark.parametrize(
    ("issuer", "leaf", "locations"),
    [
        ((SERVER,), (SERVER,), 0),
        ((SERVER, CLIENT), (SERVER,), 0),
        ((SERVER,), (SERVER, CLIENT), 1),
        ((CLIENT,), (SERVER,), 1),
        ((SERVER,), (ANYTHING,), 1),
        ((SERVER, ANYTHING), (CLIENT,), 0),
        ((SERVER,), (), 1),
    ],
)
def test_the_purposes_are_among_the_issuers(
    issuer: tuple[ObjectIdentifier, ...], leaf: tuple[ObjectIdentifier, ...], locations: int
) -> None:
    own = eku(*leaf) if leaf else None
    fields: dict[str, Any] = {"without": (eku(SERVER).oid,)}
    if own:
        fields = {"replace": (x509.Extension(own.oid, False, own),)}  # noqa: FBT003 - pyca's order
    told = found(limited(eku(*issuer), fields=fields))
    assert [each.code for each in told] == ["gate.purpose_beyond_issuer"] * locations
    assert {each.location for each in told} <= {"extended_key_usage"}


def policies(*oids: ObjectIdentifier) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(oid, None) for oid in oids])


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        (policies(DV), []),
        (policies(DV, OV), []),
        (policies(ANY_POLICY), []),
        (policies(OV), ["the policy `2.23.140.1.2.1` is none of those of the issuer `public-r1`"]),
    ],
)
def test_the_policies_are_among_the_issuers(
    issuer: x509.CertificatePolicies, told: list[str]
) -> None:
    assert [each.message for each in found(limited(issuer))] == told


def test_policies_that_cannot_be_read_are_not_the_issuers() -> None:
    unread = x509.UnrecognizedExtension(policies(DV).oid, b"\x04\x00")
    fields = {"replace": (x509.Extension(unread.oid, False, unread),)}  # noqa: FBT003
    (one,) = found(limited(policies(DV), fields=fields))
    assert one.code == "gate.policy_beyond_issuer"
    assert one.message.startswith("its policies cannot be read: ")
    assert found(limited(policies(ANY_POLICY), fields=fields)) == []


def test_an_issuer_that_may_not_sign_certificates_gets_none() -> None:
    assert codes(limited(key_usage())) == ["gate.issuer_signs_no_certificates"]


def test_limits_that_cannot_be_read_let_nothing_pass() -> None:
    unread = x509.UnrecognizedExtension(constraints([domain("a")]).oid, b"\x30\x00")
    (one,) = found(limited(unread))
    assert (one.code, one.location) == ("gate.issuer_limits_unreadable", "context.issuer")


@pytest.mark.parametrize(
    ("name", "permitted", "good"),
    [
        ("example.com", ["example.com"], True),
        ("www.example.com", ["example.com"], True),
        ("WWW.Example.COM", ["eXample.com"], True),
        ("badexample.com", ["example.com"], False),
        ("example.org", ["example.com"], False),
        ("example.org", ["example.com", "example.org"], True),
        ("*.example.com", ["example.com"], True),
        ("*.example.com", ["www.example.com"], False),
        ("example.com", [".example.com"], False),
        ("www.example.com", [".example.com"], True),
        ("www.example.com", [""], True),
        ("com", ["example.com"], False),
    ],
)
def test_a_name_lies_in_a_permitted_domain(name: str, permitted: list[str], *, good: bool) -> None:
    told = found(limited(constraints([domain(each) for each in permitted]), names=(name,)))
    assert [each.location for each in told] == ([] if good else ["subject_alt_name[0]"])
    assert all("lies outside the permitted names of the issuer" in each.message for each in told)


@pytest.mark.parametrize(
    ("name", "excluded", "good"),
    [
        ("example.com", "example.com", False),
        ("www.example.com", "example.com", False),
        ("example.com", ".example.com", False),
        ("example.org", "example.com", True),
        ("badexample.com", "example.com", True),
        ("example.com", "www.example.com", True),
        ("*.example.com", "www.example.com", False),
        ("*.example.com", "a.www.example.com", True),
        ("*.example.com", "example.org", True),
        ("www.example.com", "", False),
    ],
)
def test_a_name_touches_no_excluded_domain(name: str, excluded: str, *, good: bool) -> None:
    told = found(limited(constraints(None, [domain(excluded)]), names=(name,)))
    assert [each.location for each in told] == ([] if good else ["subject_alt_name[0]"])


@pytest.mark.parametrize(
    ("address", "permitted", "excluded", "good"),
    [
        ("185.60.21.40", "185.60.21.0/24", None, True),
        ("185.60.22.40", "185.60.21.0/24", None, False),
        ("2a02:598::1", "185.60.21.0/24", None, False),
        ("2a02:598::1", "2a02:598::/32", None, True),
        ("185.60.21.40", None, "185.60.21.0/24", False),
        ("185.60.22.40", None, "185.60.21.0/24", True),
        ("185.60.21.40", None, "0.0.0.0/0", False),
        ("2a02:598::1", None, "0.0.0.0/0", True),
        ("::ffff:185.60.21.40", None, "185.60.21.0/24", False),
        ("::ffff:185.60.21.40", "185.60.21.0/24", None, False),
        ("185.60.21.40", "2a02:598::/32", None, False),
    ],
)
def test_an_address_is_held_against_networks(
    address: str, permitted: str | None, excluded: str | None, *, good: bool
) -> None:
    limits = constraints(
        [network(permitted)] if permitted else None, [network(excluded)] if excluded else None
    )
    told = found(limited(limits, names=(address,)))
    assert [each.location for each in told] == ([] if good else ["subject_alt_name[0]"])


def test_a_kind_of_name_that_is_not_constrained_is_free() -> None:
    assert found(limited(constraints([network("185.60.21.0/24")]))) == []
    assert found(limited(constraints([domain("plovidba.hr")]), names=("185.60.21.40",))) == []


COUNTRY, LOCALITY = (NameOID.COUNTRY_NAME, "HR"), (NameOID.LOCALITY_NAME, "Split")


@pytest.mark.parametrize(
    ("base", "within"),
    [
        ((COUNTRY,), True),
        ((COUNTRY, LOCALITY), True),
        ((COUNTRY, (NameOID.LOCALITY_NAME, " sPLIT ")), True),
        ((LOCALITY,), False),
        (((NameOID.COUNTRY_NAME, "SI"),), False),
        ((COUNTRY, LOCALITY, (NameOID.ORGANIZATION_NAME, "Other")), False),
        ((), True),
    ],
)
def test_a_subject_is_held_against_directory_names(
    base: tuple[tuple[ObjectIdentifier, str], ...], *, within: bool
) -> None:
    permitted = found(limited(constraints([directory(*base)]), fields=OV_FIELDS))
    assert [each.location for each in permitted] == ([] if within else ["subject"])
    excluded = found(limited(constraints(None, [directory(*base)]), fields=OV_FIELDS))
    assert [each.location for each in excluded] == (["subject"] if within else [])


def test_a_subject_longer_than_the_base_and_an_empty_one_are_as_they_should() -> None:
    long = directory(COUNTRY, LOCALITY, COUNTRY, COUNTRY)
    assert len(found(limited(constraints([long]), fields=OV_FIELDS))) == 1
    assert found(limited(constraints([directory(COUNTRY)]))) == []


def with_names(*names: x509.GeneralName) -> dict[str, Any]:
    value = x509.SubjectAlternativeName(names)
    return {"replace": (x509.Extension(value.oid, True, value),)}  # noqa: FBT003 - pyca's order


def test_directory_names_among_the_names_are_constrained_too() -> None:
    fields = with_names(directory(COUNTRY, LOCALITY))
    assert found(limited(constraints([directory(COUNTRY)]), fields=fields)) == []
    assert len(found(limited(constraints(None, [directory(COUNTRY)]), fields=fields))) == 1
    assert len(found(limited(constraints([directory(LOCALITY)]), fields=fields))) == 1


def test_a_constraint_that_cannot_be_judged_blocks_names_of_its_kind_alone() -> None:
    mail = constraints(None, [x509.RFC822Name("example.com")])
    assert found(limited(mail)) == []
    (one,) = found(limited(mail, fields=with_names(x509.RFC822Name("a@b.example"))))
    assert one.message == (
        "rfc822Name `a@b.example` is of a kind whose constraints cannot be judged: those of the "
        "issuer `public-r1`"
    )
    subject = (COUNTRY, (NameOID.EMAIL_ADDRESS, "a@b.example"))
    (one,) = found(limited(mail, fields={"subject": subject}))
    assert one.location == "subject"


def test_every_fault_is_told_at_once() -> None:
    wrong = limited(
        eku(CLIENT),
        policies(OV),
        constraints([domain("a.hr")], [domain("hr")]),
        ends=pki.NOW + DAY,
    )
    assert codes(wrong) == [
        "gate.validity_beyond_issuer",
        "gate.purpose_beyond_issuer",
        "gate.policy_beyond_issuer",
        "gate.name_beyond_issuer",
        "gate.name_beyond_issuer",
    ]


def test_a_certificate_is_read_once() -> None:
    certificate = ca_with(eku(SERVER))
    assert limits_of(certificate) is limits_of(certificate)


LABELS = st.sampled_from(["a", "b", "*", "hr"])
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
ASKED = read_tbs_certificate(pki.precertificate("a.hr"))


def outside(name: str, **limits: str) -> bool:
    names = tuple(replace(each, text=name) for each in ASKED.subject_alt_name)
    subtrees = {
        key: (Subtree(kind=GeneralNameKind.DNS_NAME, domain=base),) for key, base in limits.items()
    }
    certificate = replace(ASKED, subject_alt_name=names)
    return any(names_outside(NameConstraints(**subtrees), certificate))


@given(DOMAINS, DOMAINS)
def test_what_lies_in_a_domain_is_touched_by_excluding_it(name: str, base: str) -> None:
    if not outside(name, permitted=base):
        assert outside(name, excluded=base)
    assert outside(f"{name}.", excluded=base) == outside(name, excluded=base)
    assert outside(name.upper(), permitted=base) == outside(name, permitted=base)
