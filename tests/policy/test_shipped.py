"""The shipped policies load, say what they mean, and know what went wrong at real CAs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.baseline import MAX_VALIDATION_AGE, MAX_VALIDITY, METHODS, Step
from gate.model import CertificateType, Environment, Mode, Purpose
from gate.policy import MANDATORY_KINDS, Policy, Site, load
from gate.x509 import oids
from gate.x509.der import UTF8_STRING
from gate.x509.name import Attribute
from tests import pki
from tests.policy.bundles import ISSUERS, shipped_files
from tests.policy.judging import case, certificate, facts, validation

DAY = timedelta(days=1)
PRODUCTION = load(shipped_files("webpki-production"), site=Site(issuers=ISSUERS))
STAGING = load(shipped_files("webpki-staging"), site=Site(issuers=ISSUERS))
FIRST = datetime(2026, 3, 15, tzinfo=UTC)
SUNSETS = {method.until for method in METHODS.values() if method.until}
MOMENTS = [moment + delta for moment in sorted(SUNSETS) for delta in (-DAY, timedelta(), DAY)]
MOMENTS = [moment for moment in MOMENTS if moment >= FIRST]
TEST_PURPOSES = (Purpose.INTERNAL_TEST, Purpose.AUDIT_DEMO, Purpose.LOAD_TEST)


def failing(policy: Policy, *names: str, **changes: Any) -> set[str]:
    """The rules that find something wrong with these names, everything else being right."""
    context = {"account": "acme-public", **(changes.pop("context", None) or {})}
    asked = case(*names, context=context, order=None, **changes)
    never = {"order-matches", "linters-clean"}
    return {
        rule.rule_id for rule in policy.rules if rule.rule_id not in never and rule.judge(asked)
    }


def test_a_good_certificate_passes() -> None:
    assert failing(PRODUCTION, "www.plovidba.hr", "*.plovidba.hr", "185.60.21.40") == set()
    staging = failing(
        STAGING,
        "www.plovidba.hr",
        context={"account": "ci-staging", "issuer": "test-r1", "environment": "staging"},
        issuer=replace(
            pki.issuer(), name="test-r1", trust=pki.TEST.trust, environment=Environment.STAGING
        ),
        environment=Environment.STAGING,
    )
    assert staging == set()


@pytest.mark.parametrize("policy", [PRODUCTION, STAGING], ids=lambda policy: policy.name)
def test_a_shipped_policy_enforces_everything_and_explains_it(policy: Policy) -> None:
    assert {rule.kind for rule in policy.rules} >= MANDATORY_KINDS["subscriber-tls"]
    for rule in policy.rules:
        assert [step.value for step in rule.ladder] == [Mode.ENFORCE]
        assert rule.references
        assert rule.requester_help.endswith(".")
    assert policy.required_linters == ("pkilint", "badkeys")
    assert {name: profile.certificate_type for name, profile in policy.profiles.items()} == {
        "tls-dv": CertificateType.DV,
        "tls-ov": CertificateType.OV,
        "tls-iv": CertificateType.IV,
        "tls-ev": CertificateType.EV,
    }


def test_staging_asks_for_the_same_but_for_purposes_and_grants() -> None:
    production, staging = shipped_files("webpki-production"), shipped_files("webpki-staging")
    assert production.keys() == staging.keys()
    for path in production:
        if path.startswith("lists/"):
            assert production[path] == staging[path]
    spelt: dict[str, Any] = {"title": "", "requester_help": ""}
    differing = {
        one.rule_id
        for one, other in zip(PRODUCTION.rules, STAGING.rules, strict=True)
        if replace(one, **spelt) != replace(other, **spelt)
    }
    assert differing == {"account-may-use-profile", "purpose-allowed"}


@pytest.mark.parametrize("purpose", TEST_PURPOSES)
def test_a_test_gets_nothing_in_production(purpose: Purpose) -> None:
    assert failing(PRODUCTION, context={"purpose": purpose}) == {
        "account-may-use-profile",
        "purpose-allowed",
    }


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("1.1.1.1", {"no-famous-address"}),
        ("1.0.0.2", {"no-famous-address"}),
        ("2.2.2.2", {"no-famous-address"}),
        ("8.8.4.4", {"no-famous-address"}),
        ("9.9.9.9", {"no-famous-address"}),
        ("2606:4700:4700::1111", {"no-famous-address"}),
        ("2001:500:9f::42", {"no-famous-address"}),
        ("::ffff:1.1.1.1", {"no-famous-address", "no-special-purpose-address"}),
        ("10.0.0.5", {"no-special-purpose-address"}),
        ("192.0.2.1", {"no-special-purpose-address"}),
        ("169.254.169.254", {"no-special-purpose-address"}),
        ("100.64.0.1", {"no-special-purpose-address"}),
        ("::1", {"no-special-purpose-address"}),
        ("2001:db8::1", {"no-special-purpose-address"}),
        ("3fff::1", {"no-special-purpose-address"}),
        ("google.com", {"no-high-risk-name"}),
        ("mail.google.com", {"no-high-risk-name"}),
        ("*.google.com", {"no-high-risk-name"}),
        ("one.one.one.one", {"no-high-risk-name"}),
        ("addons.mozilla.org", {"no-high-risk-name"}),
        ("test.com", {"no-high-risk-name"}),
        ("www.example.test", {"no-reserved-name"}),
        ("example.com", {"no-reserved-name"}),
        ("server.local", {"no-reserved-name"}),
        ("db.internal", {"no-reserved-name"}),
        ("1.1.1.1.in-addr.arpa", {"no-reserved-name"}),
        ("www.example.hr", set()),
        ("test1.hr", set()),
        ("googol.com", set()),
        ("google.com.hr", set()),
        ("185.60.21.40", set()),
        ("2a02:598::1", set()),
    ],
)
def test_names_and_addresses_nobody_may_have_are_known(name: str, rules: set[str]) -> None:
    assert failing(PRODUCTION, name) == rules


@given(st.ip_addresses())
def test_every_address_that_is_not_global_is_special(address: object) -> None:
    found = ip_address(str(address))
    if not found.is_global or found.is_multicast:
        assert "no-special-purpose-address" in failing(PRODUCTION, str(found))


@pytest.mark.parametrize(
    "value",
    [
        "Internet Widgits Pty Ltd",
        "INTERNET WIDGITS",
        "Default City",
        "Default Company Ltd",
        "Some-State",
        "Test",
        "TEST D.D.",
        "Entreprise TEST",
        "POUR TEST",
        "demo",
        "N/A",
        "n/a",
        "none",
        "NULL",
        "(null)",
        "-",
        ".",
        "?",
        "...",
        "xxx",
        "My Company",
        "Smith &amp; Sons",
        "Zagreba\u010dka \ufffd",
        "Do not trust",
        "Snake Oil",
    ],
)
@pytest.mark.parametrize("field", ["ORGANIZATION_NAME", "LOCALITY_NAME", "SERIAL_NUMBER"])
def test_placeholders_of_real_incidents_are_found(field: str, value: str) -> None:
    assert "no-placeholder-text" in failing(PRODUCTION, **_subject(field, value))


@pytest.mark.parametrize(
    "value",
    [
        "Plovidba d.o.o.",
        "Testing Laboratories Ltd",
        "Null GmbH",
        "Smith & Sons",
        "X Corp.",
        "State Street Corporation",
        "City of London",
        "Demokratska stranka",
        "Österreichische Post AG",
        "東京電力",
        "21",
    ],
)
def test_real_organisations_are_left_alone(value: str) -> None:
    # A domain-validated certificate has no organisation, whatever it is called.
    found = failing(PRODUCTION, **_subject("ORGANIZATION_NAME", value))
    assert found == {"certificate-as-profile"}


def _subject(field: str, value: str) -> dict[str, Any]:
    plain = certificate()
    attribute = Attribute(oid=getattr(oids, field), value=value, tag=UTF8_STRING)
    subject = replace(plain.subject, rdns=((attribute,),))
    return {"certificate": replace(plain, subject=subject)}


@pytest.mark.parametrize("step", MAX_VALIDITY[1:], ids=lambda step: f"{step.start:%Y}")
def test_validity_is_limited_to_a_day_less_than_the_baseline(step: Step) -> None:
    at, limit = step.start, step.limit
    plain = certificate()
    for days, good in ((-1, True), (0, False)):
        ends = at + limit + timedelta(days=days, seconds=-1)
        asked = case(certificate=replace(plain, not_before=at, not_after=ends), at=at)
        (rule,) = (rule for rule in PRODUCTION.rules if rule.rule_id == "validity-limit")
        assert (rule.judge(asked) == ()) == good


@pytest.mark.parametrize("step", MAX_VALIDATION_AGE[1:], ids=lambda step: f"{step.start:%Y}")
def test_validations_are_as_old_as_the_baseline_allows(step: Step) -> None:
    at, limit = step.start, step.limit
    (rule,) = (rule for rule in PRODUCTION.rules if rule.rule_id == "validation-not-too-old")
    for extra, good in ((0, True), (1, False)):
        asked = case(at=at)
        begun = asked.release_ends - limit - timedelta(seconds=extra)
        record = validation("a.hr", initiated_at=begun, oldest_datum_at=begun)
        asked = replace(asked, identifiers=(facts("a.hr", relied_on=record),))
        assert (rule.judge(asked) == ()) == good


@pytest.mark.parametrize("section", sorted(METHODS))
def test_every_method_is_allowed_for_as_long_as_the_baseline_permits_it(section: str) -> None:
    (rule,) = (rule for rule in PRODUCTION.rules if rule.rule_id == "identifiers-validated")
    method = METHODS[section]
    name = "1.2.3.4" if method.identifiers == "ip" else "a.hr"
    record = validation(name, method=section)
    for moment in MOMENTS:
        asked = case(identifiers=(facts(name, relied_on=record),), at=moment)
        refused = rule.refuses(record.evidence, asked.identifiers[0], asked)
        assert (refused is None) == method.permitted(moment), (section, moment)
