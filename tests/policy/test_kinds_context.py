"""Kinds that judge the circumstances: grants, issuers, purposes, orders."""

from dataclasses import replace
from typing import Any

import pytest

from gate.errors import Malformed
from gate.model import Environment, Issuer, Purpose, Trust
from tests import pki
from tests.policy.judging import case, certificate, identifier, messages, order, rule

DV_ONLY = (
    "{title: DV, certificate: subscriber-tls, type: dv}",
    "{title: DV, certificate: subscriber-tls, type: dv, identifiers: [dns]}",
)


def issuer(**changes: Any) -> Issuer:
    return replace(pki.issuer(), **changes)


def test_what_a_grant_covers_passes() -> None:
    assert rule("granted").judge(case()) == ()
    assert rule("granted").judge(case(context={"profile": "tls-ov"})) == ()


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"account": "carol"}, "account `carol` has no grant at all"),
        ({"account": ""}, "account `` has no grant at all"),
        ({"account": "a\nb"}, "account `a\\nb` has no grant at all"),
        (
            {"account": "bob"},
            (
                "no grant lets account `bob` have profile `tls-dv` from issuer `public-r1` "
                "for purpose SUBSCRIBER"
            ),
        ),
        (
            {"profile": "tls-ev"},
            (
                "no grant lets account `alice` have profile `tls-ev` from issuer `public-r1` "
                "for purpose SUBSCRIBER"
            ),
        ),
        (
            {"issuer": "test-r1"},
            (
                "no grant lets account `alice` have profile `tls-dv` from issuer `test-r1` "
                "for purpose SUBSCRIBER"
            ),
        ),
        (
            {"purpose": Purpose.CA_TEST_SITE},
            (
                "no grant lets account `alice` have profile `tls-dv` from issuer `public-r1` "
                "for purpose CA_TEST_SITE"
            ),
        ),
    ],
)
def test_what_no_grant_covers_fails(context: dict[str, object], message: str) -> None:
    assert messages(rule("granted"), case(context=context)) == [message]


def test_a_profile_names_only_the_identifiers_it_is_for() -> None:
    names_only = rule("granted", *DV_ONLY)
    assert names_only.judge(case()) == ()
    (finding,) = names_only.judge(case("www.plovidba.hr", "185.60.21.40"))
    assert finding.message == "profile `tls-dv` is not for `ip 185.60.21.40`"
    assert finding.code == "policy.granted.identifier_type"
    assert finding.location == "subject_alt_name[1]"
    assert rule("granted").judge(case("185.60.21.40")) == ()


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            {"issuer": None, "context": {"issuer": "x"}},
            "policy.issuer_environment.unknown",
            "the gate knows no issuer called `x`",
        ),
        (
            {"context": {"environment": "staging"}},
            "policy.issuer_environment",
            "the request is for `staging`, and issuer `public-r1` belongs to `production`",
        ),
        (
            {"context": {"environment": "Production"}},
            "policy.issuer_environment",
            "the request is for `Production`, and issuer `public-r1` belongs to `production`",
        ),
        (
            {"environment": Environment.STAGING},
            "policy.issuer_environment",
            "issuer `public-r1` belongs to `production`, and this gate runs in `staging`",
        ),
        (
            {"issuer": issuer(subject=b"0\x00")},
            "policy.issuer_environment.name",
            "the issuer field is not the subject of `public-r1`, byte for byte",
        ),
        (
            {"issuer": issuer(subject_key_identifier=b"\x01")},
            "policy.issuer_environment.key",
            (
                f"the authority key identifier is "
                f"`{certificate().authority_key_identifier.hex()}`, "
                "and `public-r1` has the subject key identifier `01`"
            ),
        ),
    ],
)
def test_a_request_stays_within_its_environment(
    changes: dict[str, Any], code: str, message: str
) -> None:
    judged = rule("environment")
    assert judged.judge(case()) == ()
    (finding,) = judged.judge(case(**changes))
    assert (finding.code, finding.message) == (code, message)


def test_a_key_identifier_that_is_not_there_is_no_contradiction() -> None:
    judged = rule("environment")
    without = replace(certificate(), authority_key_identifier=b"")
    assert judged.judge(case(certificate=without)) == ()
    assert judged.judge(case(issuer=issuer(subject_key_identifier=b""))) == ()


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("trust", list(Trust))
def test_a_purpose_is_allowed_where_the_trust_of_the_issuer_allows_it(
    purpose: Purpose, trust: Trust
) -> None:
    allow = "{public: [SUBSCRIBER], test: [SUBSCRIBER, LOAD_TEST]}"
    judged = rule("purpose", "{public: [SUBSCRIBER]}", allow)
    allowed = {
        (Trust.PUBLIC, Purpose.SUBSCRIBER),
        (Trust.TEST, Purpose.SUBSCRIBER),
        (Trust.TEST, Purpose.LOAD_TEST),
    }
    found = judged.judge(case(context={"purpose": purpose}, issuer=issuer(trust=trust)))
    assert (found == ()) == ((trust, purpose) in allowed)


def test_a_purpose_that_is_not_allowed_is_told_plainly() -> None:
    assert messages(
        rule("purpose"),
        case(context={"purpose": Purpose.LOAD_TEST}),
        case(context={"purpose": Purpose.UNSPECIFIED}),
        case(issuer=None),
    ) == [
        "purpose LOAD_TEST is not allowed for issuer `public-r1`, whose trust is `public`",
        "the request does not say what the certificate is for",
        "the trust of issuer `public-r1` is not known, so nothing is allowed",
    ]


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"order": None}, "missing", "no order `order-1` was recorded"),
        ({"order": None, "context": {"order_id": ""}}, "missing", "no order is named"),
        (
            {"order": order(order_id="order-2")},
            "id",
            "the order has id `order-2`, the request `order-1`",
        ),
        (
            {"order": order(account="bob")},
            "account",
            "the order has account `bob`, the request `alice`",
        ),
        (
            {"order": order(profile="tls-ov")},
            "profile",
            "the order has profile `tls-ov`, the request `tls-dv`",
        ),
        (
            {"order": order(purpose=Purpose.LOAD_TEST)},
            "purpose",
            "the order has purpose `LOAD_TEST`, the request `SUBSCRIBER`",
        ),
        (
            {"order": order(requested_by="else")},
            "requester",
            "the order has requester `else`, the request `someone`",
        ),
        (
            {"order": order(spki_sha256=b"\x00" * 32)},
            "key",
            "the public key is not the one that was ordered",
        ),
        (
            {"order": order("www.plovidba.hr", "b.hr", "1.1.1.1")},
            "identifiers",
            "ordered, but not in the certificate: `dns b.hr`, `ip 1.1.1.1`",
        ),
    ],
)
def test_the_certificate_is_the_one_that_was_ordered(
    changes: dict[str, Any], code: str, message: str
) -> None:
    judged = rule("order")
    assert judged.judge(case()) == ()
    (finding,) = judged.judge(case(**changes))
    assert (finding.code, finding.message) == (f"policy.order_matches.{code}", message)


def test_a_name_that_was_not_ordered_is_told_where_it_stands() -> None:
    extra = case("www.plovidba.hr", "*.plovidba.hr", order=order("www.plovidba.hr"))
    (finding,) = rule("order").judge(extra)
    assert finding.message == "`dns *.plovidba.hr` was not ordered"
    assert finding.location == "subject_alt_name[1]"


def test_of_many_missing_names_the_first_are_told() -> None:
    many = tuple(f"n{number}.hr" for number in range(10, 35))
    (message,) = messages(rule("order"), case(order=order("www.plovidba.hr", *many)))
    assert message.endswith("`dns n19.hr` and 15 more")


def test_the_order_of_names_makes_no_difference() -> None:
    names = ("www.plovidba.hr", "plovidba.hr")
    reversed_names = tuple(identifier(name) for name in reversed(names))
    assert rule("order").judge(case(*names, order=order(identifiers=reversed_names))) == ()


def test_an_order_without_a_key_takes_any_key() -> None:
    assert rule("order").judge(case(order=order(spki_sha256=b""))) == ()


@pytest.mark.parametrize("rule_id", ["environment", "order", "validity", "window"])
def test_bytes_that_do_not_parse_are_never_judged_right(rule_id: str) -> None:
    with pytest.raises(Malformed, match="no certificate"):
        rule(rule_id).judge(case(certificate=Malformed("no certificate")))
