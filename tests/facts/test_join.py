"""What is joined with what: by applicant, and by name label for label."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.x509.oid import NameOID

from gate.facts import identifiers
from gate.model import ADNDerivation, Identifier, IdentifierFacts, IdentifierType
from gate.x509 import read_tbs_certificate
from tests import pki
from tests.cases import case, validation


def facts(name: str, validated: str = "www.plovidba.hr", **of: Any) -> IdentifierFacts:
    return case(name, validations=[validation(validated, **of)]).identifiers[0]


@pytest.mark.parametrize(
    ("name", "validated"),
    [
        ("www.plovidba.hr", "www.plovidba.hr"),
        ("www.plovidba.hr", "plovidba.hr"),
        ("*.plovidba.hr", "*.plovidba.hr"),
        ("*.plovidba.hr", "plovidba.hr"),
        ("WWW.Plovidba.HR", "www.plovidba.hr"),
        ("185.60.21.40", "185.60.21.40"),
        ("2a01:4f8::1", "2a01:4f8::1"),
        ("xn--ivot-16a.hr", "xn--ivot-16a.hr"),
    ],
)
def test_a_validation_of_the_name_or_of_one_above_it_is_a_candidate(
    name: str, validated: str
) -> None:
    assert len(facts(name, validated).candidates) == 1


@pytest.mark.parametrize(
    ("name", "validated"),
    [
        ("plovidba.hr", "www.plovidba.hr"),
        ("aplovidba.hr", "plovidba.hr"),
        ("www.plovidba.hr", "w.plovidba.hr"),
        ("*.plovidba.hr", "www.plovidba.hr"),
        ("185.60.21.40", "185.60.21.41"),
        ("::ffff:185.60.21.40", "185.60.21.40"),
        ("185.60.21.40", "::ffff:b93c:1528"),
    ],
)
def test_a_validation_of_another_name_is_none(name: str, validated: str) -> None:
    assert facts(name, validated).candidates == ()


def test_a_validation_of_another_applicant_is_no_candidate_and_is_told() -> None:
    found = facts("www.plovidba.hr", applicant="somebody-else")

    assert (found.candidates, found.validated_for_others) == ((), True)


def test_a_name_reached_by_a_cname_counts_for_the_alias_and_not_for_the_target() -> None:
    cname = {
        "domain": "hosting.oblak.hr",
        "derivation": ADNDerivation.CNAME,
    }

    assert len(facts("www.plovidba.hr", **cname).candidates) == 1
    assert facts("hosting.oblak.hr", **cname).candidates == ()


def test_candidates_come_newest_first() -> None:
    ages = [timedelta(days=days) for days in (30, 2, 90)]
    made = [validation("www.plovidba.hr", age=age) for age in ages]

    found = case(validations=made).identifiers[0].candidates

    assert [pki.NOW - one.evidence.counts_from for one in found] == sorted(ages)


def test_the_age_counts_from_the_earlier_of_start_and_oldest_datum() -> None:
    older = pki.NOW - timedelta(days=50)

    assert validation("www.plovidba.hr", oldest_datum_at=older).counts_from == older


def test_a_common_name_beyond_the_san_is_an_identifier_too() -> None:
    der = pki.tbs("www.plovidba.hr", subject=((NameOID.COMMON_NAME, "1.1.1.1"),))

    assert identifiers(read_tbs_certificate(der)) == (
        (Identifier(IdentifierType.DNS, "www.plovidba.hr"), "subject_alt_name[0]"),
        (Identifier(IdentifierType.IP, "1.1.1.1"), "subject.common_name"),
    )
