"""What may be recorded as evidence, and what is refused with a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gate.errors import Malformed, Refused, Unavailable
from gate.model import (
    ADNDerivation,
    Applicant,
    EvidenceRevocation,
    Identifier,
    IdentifierType,
    Order,
    Purpose,
)
from tests import pki
from tests.cases import identifier, validation
from tests.service.building import Workbench

ORDER = Order(
    order_id="o-1",
    account="a-1",
    identifiers=(identifier("www.plovidba.hr"),),
    spki_sha256=b"",
    profile="tls-dv",
    purpose=Purpose.SUBSCRIBER,
    requested_by="someone",
)
APPLICANT = Applicant(account="a-1", applicant="p-1", name="Plava Plovidba")


def test_evidence_carries_its_recorder_and_the_gates_time() -> None:
    record = Workbench().registry.record_order(ORDER, "urn:registrar")

    assert (record.recorded_by, record.recorded_at) == ("urn:registrar", pki.NOW)


def test_the_same_order_again_is_the_same_record() -> None:
    registry = Workbench().registry

    assert registry.record_order(ORDER, "r") == registry.record_order(ORDER, "r")


def test_an_order_id_stands_for_one_order() -> None:
    registry = Workbench().registry
    registry.record_order(ORDER, "r")

    with pytest.raises(Refused, match="other content"):
        registry.record_order(replace(ORDER, profile="tls-ov"), "r")


def test_an_account_belongs_to_one_applicant_until_that_is_revoked() -> None:
    registry = Workbench().registry
    first = registry.record_applicant(APPLICANT, "r")
    other = replace(APPLICANT, applicant="p-2")
    with pytest.raises(Refused, match="belongs to another applicant"):
        registry.record_applicant(other, "r")

    registry.revoke(first.record_id, "sold", "r")

    assert registry.record_applicant(other, "r").evidence == other


@pytest.mark.parametrize(
    ("order", "missing"),
    [
        (replace(ORDER, order_id=""), "order_id"),
        (replace(ORDER, account=""), "account"),
        (replace(ORDER, profile=""), "profile"),
        (replace(ORDER, identifiers=()), "identifiers"),
        (replace(ORDER, purpose=Purpose.UNSPECIFIED), "purpose"),
    ],
)
def test_an_order_that_says_too_little_is_malformed(order: Order, missing: str) -> None:
    with pytest.raises(Malformed, match=missing):
        Workbench().registry.record_order(order, "r")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": "3.2.2.4.99"}, "no method"),
        ({"method": "http-02"}, "no method"),
        ({"method": ""}, "`method` is missing"),
        ({"applicant": ""}, "`applicant` is missing"),
        ({"performed_by": ""}, "`performed_by` is missing"),
        ({"completed_at": pki.NOW + timedelta(seconds=6)}, "in the future"),
        ({"initiated_at": pki.NOW}, "after `completed_at`"),
        ({"oldest_datum_at": pki.NOW}, "after `completed_at`"),
        ({"domain": "plovidba.hr", "derivation": ADNDerivation.EXACT}, "not the name applied for"),
        ({"domain": "drugi.hr", "derivation": ADNDerivation.PRUNED}, "does not stand above"),
        ({"derivation": ADNDerivation.PRUNED}, "does not stand above"),
        ({"domain": "hr", "derivation": ADNDerivation.PRUNED}, "one label only"),
        ({"domain": "Plovidba.hr", "derivation": ADNDerivation.PRUNED}, "no lower-case"),
        ({"domain": "*.plovidba.hr", "derivation": ADNDerivation.PRUNED}, "no lower-case"),
    ],
)
def test_a_validation_that_contradicts_itself_is_malformed(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Malformed, match=reason):
        Workbench().registry.record_validation(validation("www.plovidba.hr", **changes), "v")


DAY, MOMENT = timedelta(hours=24), timedelta(microseconds=1)
AHEAD = timedelta(seconds=5)


@pytest.mark.parametrize(
    ("initiated", "oldest", "completed", "refusal"),
    [
        (-DAY, -DAY, -DAY, ""),
        (-DAY - MOMENT, -DAY, MOMENT, "`initiated_at` is more than 24 hours ago"),
        (-DAY - MOMENT, -DAY - MOMENT, -DAY - MOMENT, "more than 24 hours ago"),
        # Data may be used again for as long as the BR allow.
        (-DAY, -300 * DAY, -DAY, ""),
        (MOMENT, MOMENT, MOMENT, ""),
        (AHEAD, AHEAD, AHEAD, ""),
        (MOMENT, MOMENT, AHEAD + MOMENT, "`completed_at` is in the future"),
        (AHEAD + MOMENT, MOMENT, AHEAD, "`initiated_at` is after"),
        (MOMENT, AHEAD + MOMENT, AHEAD, "`oldest_datum_at` is after"),
    ],
)
def test_a_validation_is_recorded_within_a_day_and_never_ahead(
    initiated: timedelta, oldest: timedelta, completed: timedelta, refusal: str
) -> None:
    given = validation(
        "www.plovidba.hr",
        initiated_at=pki.NOW + initiated,
        oldest_datum_at=pki.NOW + oldest,
        completed_at=pki.NOW + completed,
    )
    if refusal:
        with pytest.raises(Malformed, match=refusal):
            Workbench().registry.record_validation(given, "v")
    else:
        assert Workbench().registry.record_validation(given, "v").recorded_at == pki.NOW


def test_who_comes_too_late_is_told_of_the_import() -> None:
    with pytest.raises(Malformed, match="`gate evidence import`, which two approvers confirm"):
        Workbench().registry.record_validation(validation("a.example.com", age=2 * DAY), "v")


def test_an_address_has_no_authorization_domain() -> None:
    with pytest.raises(Malformed, match="leave it out"):
        Workbench().registry.record_validation(
            replace(validation("185.60.21.40"), authorization_domain="plovidba.hr"), "v"
        )


@pytest.mark.parametrize(
    ("name", "method", "section"),
    [
        ("www.plovidba.hr", "dns-01", "3.2.2.4.7"),
        ("www.plovidba.hr", "http-01", "3.2.2.4.19"),
        ("185.60.21.40", "http-01", "3.2.2.5.6"),
        ("185.60.21.40", "tls-alpn-01", "3.2.2.5.7"),
        ("www.plovidba.hr", "3.2.2.4.15", "3.2.2.4.15"),
    ],
)
def test_methods_are_kept_as_sections_of_the_br(name: str, method: str, section: str) -> None:
    made = Workbench().registry.record_validation(validation(name, method=method), "v")

    assert made.evidence.method == section


def test_what_is_revoked_twice_or_never_was_is_said() -> None:
    registry = Workbench().registry
    record = registry.record_order(ORDER, "r")
    revocation = registry.revoke(record.record_id, "a mistake", "r")

    assert revocation is not None
    assert revocation.evidence == EvidenceRevocation(record_id=record.record_id, reason="a mistake")
    assert registry.revoke("nothing", "x", "r") is None
    with pytest.raises(Refused, match="revoked already"):
        registry.revoke(record.record_id, "again", "r")
    with pytest.raises(Refused, match="cannot be revoked"):
        registry.revoke(revocation.record_id, "undo", "r")


def test_a_revocation_needs_a_reason() -> None:
    registry = Workbench().registry
    record = registry.record_order(ORDER, "r")

    with pytest.raises(Malformed, match="reason"):
        registry.revoke(record.record_id, "", "r")


def test_an_identifier_narrows_a_listing_to_what_covers_it() -> None:
    registry = Workbench().registry
    for name in ("plovidba.hr", "www.plovidba.hr", "drugi.hr"):
        registry.record_validation(validation(name), "v")

    wanted = Identifier(IdentifierType.DNS, "www.plovidba.hr")
    found = registry.listing(identifier=wanted)

    assert len(found) == 2


def test_while_the_clock_is_in_doubt_only_revocations_are_recorded() -> None:
    bench = Workbench()
    record = bench.registry.record_order(ORDER, "r")
    doubting = replace(bench.registry, clock_trouble=lambda: "it went back")

    with pytest.raises(Unavailable, match="went back"):
        doubting.record_applicant(APPLICANT, "r")
    assert doubting.revoke(record.record_id, "a mistake", "r") is not None
