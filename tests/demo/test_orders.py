from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography import x509

from gate.baseline import MAX_VALIDATION_AGE, METHODS, limit_at
from gate.demo.fina import LOOK_ALIKES, LookAlike
from gate.demo.order import APPLICANTS, DemoOrder
from gate.demo.orders import ORDERS
from gate.errors import Malformed
from gate.linters.pkilint import PkilintLinter
from gate.model import (
    Identifier,
    Order,
    Purpose,
    Severity,
    Stage,
    Validation,
    Verdict,
    ancestors,
)
from gate.x509 import complete, disagreements, read_tbs_certificate
from tests import pki
from tests.shared import SHARED, needs_shared

ISSUERS = {ca.name: ca.certificate for ca in (pki.PUBLIC, pki.TEST)}
RULES = {
    "account-may-use-profile",
    "issuer-matches-environment",
    "purpose-allowed",
    "order-matches",
    "identifiers-validated",
    "validation-not-too-old",
    "no-special-purpose-address",
    "no-famous-address",
    "no-high-risk-name",
    "no-reserved-name",
    "no-placeholder-text",
    "validity-limit",
    "not-before-window",
    "linters-clean",
}
FINA_FILES = {
    "fina-f1": "f1_test1_test12_1.1.1.1",
    "fina-f2": "f2_test1_test11_1.1.1.1",
    "fina-f3": "f3_test11_test12_1.1.1.1",
    "fina-f4": "f4_two_ips_1111_2222",
    "fina-f5": "f5_ssltest5_internal",
    "fina-f6": "f6_private_ip_10",
    "fina-f7": "f7_underscore",
    "fina-f8": "f8_space",
    "fina-f9": "f9_ldap_cdp",
    "fina-g1": "g1_someone_elses_domain",
    "fina-g2": "g2_placeholder_org",
    "fina-g3": "g3_test_org",
}
BY_KEY = {order.key: order for order in ORDERS}
WHOLE = [order for order in ORDERS if not order.cut]
by_key = pytest.mark.parametrize("order", WHOLE, ids=lambda order: order.key)


def sent(order: DemoOrder) -> bytes:
    return order.tbs_certificate(issuer=ISSUERS[order.issuer], now=pki.NOW)


def all_validations() -> Iterator[Validation]:
    for order in ORDERS:
        for evidence in order.evidence(pki.NOW):
            if isinstance(evidence, Validation):
                yield evidence


def covered(identifier: Identifier, applicant: str) -> bool:
    """Whether anything recorded by any order lets this applicant have this name."""
    return any(
        covers(validation, identifier)
        for validation in all_validations()
        if validation.applicant == applicant
    )


def covers(validation: Validation, identifier: Identifier) -> bool:
    method = METHODS[validation.method]
    in_scope = validation.identifier.type is identifier.type and (
        validation.scope == identifier.fqdn
        or (method.subdomains and validation.scope in ancestors(identifier.fqdn))
    )
    fresh = pki.NOW - validation.counts_from <= limit_at(MAX_VALIDATION_AGE, pki.NOW, pki.NOW)
    allowed = method.permitted(pki.NOW) and (method.wildcards or not identifier.wildcard)
    return in_scope and fresh and allowed


def test_each_order_has_its_own_key_and_serial_number() -> None:
    assert len(BY_KEY) == len(ORDERS)
    assert len({read_tbs_certificate(sent(order)).serial_number for order in WHOLE}) == len(WHOLE)


def test_every_twin_follows_its_bad_order_and_is_released() -> None:
    twins = [at for at, order in enumerate(ORDERS) if order.key.endswith("-twin")]

    assert twins
    for at in twins:
        bad, twin = ORDERS[at - 1], ORDERS[at]
        assert twin.key == f"{bad.key}-twin"
        assert (bad.expected, twin.expected) == (Verdict.BLOCK, Verdict.RELEASE)


def test_every_blocked_order_says_why_in_known_words() -> None:
    for order in ORDERS:
        assert bool(order.because) is (order.expected is Verdict.BLOCK), order.key
        assert all(why in RULES or why.startswith("floor.") for why in order.because)


def test_the_twelve_look_alikes_are_sent_each_with_its_twin_and_one_honestly() -> None:
    keys = [key for key in BY_KEY if key.startswith("fina-")]

    assert len(keys) == 25
    assert BY_KEY["fina-f1-honest"].context.purpose is Purpose.INTERNAL_TEST
    assert all(
        BY_KEY[look_alike.key].context.purpose is Purpose.SUBSCRIBER for look_alike in LOOK_ALIKES
    )


@by_key
def test_every_certificate_reads_strictly_and_both_readers_agree(order: DemoOrder) -> None:
    tbs = read_tbs_certificate(sent(order))

    assert disagreements(tbs) == ()
    assert tbs.poisoned is (order.context.stage is Stage.PRECERTIFICATE)


@by_key
def test_a_recorded_order_names_the_key_of_its_certificate(order: DemoOrder) -> None:
    recorded = [found for found in order.evidence(pki.NOW) if isinstance(found, Order)]

    assert len(recorded) == (order.key != "fina-f8")
    for found in recorded:
        assert found.spki_sha256 == read_tbs_certificate(sent(order)).spki_sha256


def test_bytes_that_were_cut_off_do_not_read() -> None:
    with pytest.raises(Malformed):
        read_tbs_certificate(sent(BY_KEY["cut-off"]))


def test_pkilint_finds_an_error_exactly_where_the_order_says_so() -> None:
    pkilint = PkilintLinter()
    clean = {
        order.key: all(
            finding.severity < Severity.ERROR
            for finding in pkilint.findings(
                complete(sent(order)), order.certificate.type, order.context.stage
            )
        )
        for order in WHOLE
    }

    assert clean == {order.key: order.linter_clean for order in WHOLE}


@by_key
def test_names_are_validated_unless_that_is_why_the_order_is_blocked(order: DemoOrder) -> None:
    gaps = [
        identifier
        for identifier in order.fields.identifiers
        if not covered(identifier, order.account.applicant)
    ]

    assert bool(gaps) is ("floor.validation" in order.because)


def test_validations_fit_together_and_lie_in_the_past() -> None:
    for validation in all_validations():
        assert validation.oldest_datum_at <= validation.initiated_at <= validation.completed_at
        assert validation.completed_at < pki.NOW
        assert validation.scope == validation.authorization_domain or not (
            validation.authorization_domain
        )


def test_evidence_speaks_of_recorded_applicants() -> None:
    applicants = {applicant.applicant for applicant in APPLICANTS}

    assert {validation.applicant for validation in all_validations()} <= applicants
    assert {order.account for order in ORDERS} <= set(APPLICANTS)


def test_an_order_names_what_can_be_recorded_of_its_certificate() -> None:
    (order,) = BY_KEY["fina-f5"].evidence(pki.NOW)

    assert isinstance(order, Order)
    assert order.identifiers == (Identifier.read("1.1.1.1"),)
    assert BY_KEY["fina-f8"].evidence(pki.NOW) == ()


def test_the_recorded_order_has_a_purpose_where_the_request_has_none() -> None:
    order, _ = BY_KEY["purpose-missing"].evidence(pki.NOW)

    assert BY_KEY["purpose-missing"].context.purpose is Purpose.UNSPECIFIED
    assert isinstance(order, Order)
    assert order.purpose is Purpose.SUBSCRIBER


def test_the_same_moment_gives_the_same_bytes_and_evidence() -> None:
    for order in ORDERS:
        assert sent(order) == sent(order)
        assert order.evidence(pki.NOW) == order.evidence(pki.NOW)


def test_certificates_begin_shortly_before_they_are_sent() -> None:
    later = pki.NOW + timedelta(days=40, microseconds=5)
    order = BY_KEY["good-names"]
    tbs = read_tbs_certificate(order.tbs_certificate(issuer=ISSUERS[order.issuer], now=later))

    assert timedelta() < later - tbs.not_before < timedelta(hours=2)


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize("look_alike", LOOK_ALIKES, ids=lambda look_alike: look_alike.key)
def test_a_look_alike_has_the_shape_of_what_was_issued(look_alike: LookAlike) -> None:
    path = SHARED / "incidents" / "fina" / f"{FINA_FILES[look_alike.key]}.pem"
    issued = x509.load_pem_x509_certificate(path.read_bytes())
    rebuilt = x509.load_der_x509_certificate(complete(sent(BY_KEY[look_alike.key])))

    assert rebuilt.serial_number == issued.serial_number
    assert rebuilt.subject == issued.subject
    assert [(ext.oid, ext.critical) for ext in rebuilt.extensions] == [
        (ext.oid, ext.critical) for ext in issued.extensions
    ]
    for same in (
        x509.SubjectAlternativeName,
        x509.KeyUsage,
        x509.ExtendedKeyUsage,
        x509.CertificatePolicies,
    ):
        assert rebuilt.extensions.get_extension_for_class(
            same
        ) == issued.extensions.get_extension_for_class(same)


def test_a_twin_differs_from_its_look_alike_in_names_and_organisation_only() -> None:
    for look_alike in LOOK_ALIKES:
        bad, twin = (
            read_tbs_certificate(sent(BY_KEY[key]))
            for key in (look_alike.key, f"{look_alike.key}-twin")
        )
        assert bad.subject_public_key_info == twin.subject_public_key_info
        assert bad.validity_seconds == twin.validity_seconds
        assert [ext.oid for ext in bad.extensions] == [ext.oid for ext in twin.extensions]
        assert [name.kind for name in bad.subject_alt_name] == [
            name.kind for name in twin.subject_alt_name
        ]
