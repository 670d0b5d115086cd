"""Names and contents that no policy can make good."""

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from gate.decide import decide
from gate.model import (
    ADNDerivation,
    Validation,
    ancestors,
)
from gate.specimens.certificates import key_usage
from tests import pki
from tests.cases import LINTERS, case, validation
from tests.decide.judging import NO_RULES, SHIPPED, failed, floors


@pytest.mark.parametrize(
    ("name", "validated"),
    [
        ("1.1.1.1.in-addr.arpa", validation("1.1.1.1.in-addr.arpa")),
        ("x.ip6.arpa", validation("x.ip6.arpa")),
        ("10.0.0.5", validation("10.0.0.5")),
        ("2001:db8::1", validation("2001:db8::1")),
        ("::ffff:185.60.21.40", validation("::ffff:b93c:1528")),
        ("*.co.uk", validation("*.co.uk")),
    ],
)
def test_a_forbidden_name_stays_forbidden_whoever_validated_it(
    name: str, validated: Validation
) -> None:
    assert "floor.forbidden_names" in floors(case(name, validations=[validated]))


@pytest.mark.parametrize(
    ("name", "validated", "reason"),
    [
        ("bank.co.uk", validation("bank.co.uk", domain="co.uk"), "public suffix"),
        ("*.gov.hr", validation("gov.hr"), None),
        (f"{'a' * 56}.onion", validation(f"{'a' * 56}.onion"), "not one for onion names"),
        (
            "www.plovidba.hr",
            validation(
                "www.plovidba.hr",
                method="3.2.2.4.22",
                domain="hosting.oblak.hr",
                derivation=ADNDerivation.CNAME,
            ),
            "at the end of a CNAME",
        ),
    ],
)
def test_a_proof_reaches_no_further_than_the_br_let_it(
    name: str, validated: Validation, reason: str | None
) -> None:
    decision = decide(case(name, validations=[validated]), NO_RULES)

    found = next(one for one in decision.rules if one.rule_id == "floor.validation").findings
    assert (reason in found[0].message) if reason else not found


def test_a_public_suffix_itself_may_be_validated_by_whoever_runs_it() -> None:
    assert floors(case("co.uk", validations=[validation("co.uk")])) == set()


def test_a_certificate_of_a_ca_is_never_a_subscribers() -> None:
    ca = x509.BasicConstraints(ca=True, path_length=None)
    usage = replace_usage(key_usage(), "key_cert_sign")
    certificate = pki.precertificate(
        "www.plovidba.hr",
        replace=(
            x509.Extension(ca.oid, critical=True, value=ca),
            x509.Extension(usage.oid, critical=True, value=usage),
        ),
    )

    findings = decide(case(der=certificate), NO_RULES).findings

    assert {"gate.ca_certificate", "gate.ca_key_usage"} <= {found.code for found in findings}


def replace_usage(usage: x509.KeyUsage, bit: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
    )
    bits = {name: getattr(usage, name) or name == bit for name in names}
    return x509.KeyUsage(**bits, encipher_only=False, decipher_only=False)


def test_a_policy_that_asks_for_fewer_linters_does_not_make_them_fewer() -> None:
    fewer = replace(SHIPPED, required_linters=("badkeys",))

    assert "floor.linters" in failed(decide(case(linters=LINTERS[1:]), fewer))


@pytest.mark.parametrize(
    "common_name", ["WWW.plovidba.hr", "www.plovidba.hr ", "www.plovidba\u212a"]
)
def test_a_common_name_is_an_exact_copy_of_a_name_in_the_san(common_name: str) -> None:
    subject = ((NameOID.COMMON_NAME, common_name),)

    assert "floor.names" in floors(case(fields={"subject": subject}))


def test_a_name_longer_than_a_name_can_be_costs_nothing_and_is_blocked() -> None:
    endless = case("a." * 30_000 + "hr", validations=[])

    assert len(ancestors(endless.identifiers[0].identifier.fqdn)) == 1
    assert {"floor.names", "floor.validation"} <= floors(endless)


def test_an_answer_stays_small_whatever_the_certificate_holds() -> None:
    many = case(*(f"n{number}.plovidba.hr" for number in range(1000)), validations=[])

    decision = decide(many, SHIPPED)

    assert max(len(rule.findings) for rule in decision.rules) == 101
    assert decision.deciding[0].findings[-1].message == "and 900 more"
