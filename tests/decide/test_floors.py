"""The floors: each blocks its fault under a policy that demands nothing, and no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509.oid import NameOID

from gate.decide import decide
from gate.errors import Malformed
from gate.facts import EvidenceFound
from gate.model import (
    BlockCause,
    Case,
    Environment,
    Finding,
    IdentifierType,
    LinterReport,
    LinterStatus,
    Purpose,
    Severity,
    Stage,
    Verdict,
)
from gate.policy import Rule
from gate.policy.validation import ValidationRequirement
from gate.x509 import complete
from tests import pki
from tests.cases import LINTERS, case, shipped, validation
from tests.decide.judging import NO_RULES, SECOND, SHIPPED, failed, floors


def test_a_good_case_is_released_by_the_shipped_policy() -> None:
    decision = decide(case(), SHIPPED)

    assert failed(decision) == set()
    assert (decision.verdict, decision.cause) == (Verdict.RELEASE, BlockCause.NONE)


def test_an_empty_policy_releases_nothing() -> None:
    decision = decide(case(), NO_RULES)

    assert decision.verdict is Verdict.BLOCK
    assert failed(decision) == {"floor.mandatory_rules"}


def for_dns_only(rule: Rule) -> Rule:
    requirement = rule.requirement
    if isinstance(requirement, ValidationRequirement):
        requirement = replace(requirement, identifiers=frozenset({IdentifierType.DNS}))
    return replace(rule, requirement=requirement)


def test_a_policy_for_dns_names_only_blocks_an_address() -> None:
    dns_only = replace(SHIPPED, rules=tuple(map(for_dns_only, SHIPPED.rules)))

    assert decide(case("www.plovidba.hr"), dns_only).verdict is Verdict.RELEASE
    blocked = decide(case("www.plovidba.hr", "185.60.21.40"), dns_only)
    assert failed(blocked) == {"floor.mandatory_rules"}
    assert "185.60.21.40" in blocked.deciding[0].findings[0].message


@pytest.mark.parametrize(
    ("judged", "floor"),
    [
        (case(der=b"\x30\x03\x02\x01"), "floor.bytes"),
        (case(der=b""), "floor.bytes"),
        (case(ca=None), "floor.issuer"),
        (
            case(ca=pki.PUBLIC, der=pki.precertificate("www.plovidba.hr", ca=pki.TEST)),
            "floor.issuer",
        ),
        (case(known=False), "floor.account"),
        (case(profile="tls-xv"), "floor.profile"),
        (case(environment=Environment.PRODUCTION, ca=pki.TEST), "floor.environment"),
        (case(purpose=Purpose.UNSPECIFIED), "floor.purpose"),
        (case(purpose=Purpose.INTERNAL_TEST), "floor.purpose"),
        (case(purpose=Purpose.AUDIT_DEMO), "floor.purpose"),
        (case(purpose=Purpose.LOAD_TEST), "floor.purpose"),
        (case(stage=Stage.UNSPECIFIED), "floor.correspondence"),
        (case(stage=Stage.CERTIFICATE), "floor.correspondence"),
        (case(validations=[]), "floor.validation"),
        (case(fields={"days": 201}), "floor.validity"),
        (case(linters=LINTERS[:1]), "floor.linters"),
        (
            case(fields={"subject": ((NameOID.COMMON_NAME, "www.drugi.hr"),)}),
            "floor.names",
        ),
    ],
)
def test_each_fault_is_found_by_its_floor(judged: Case, floor: str) -> None:
    assert floor in floors(judged)
    assert decide(judged, SHIPPED).verdict is Verdict.BLOCK


def test_a_final_certificate_of_a_public_issuer_says_that_correspondence_is_not_judged() -> None:
    final = case(
        der=pki.tbs("www.plovidba.hr", scts=2),
        stage=Stage.CERTIFICATE,
        precertificate=complete(pki.precertificate("www.plovidba.hr")),
    )

    decision = decide(final, SHIPPED)

    assert failed(decision) == {"floor.correspondence"}
    assert "does not judge correspondence yet" in decision.deciding[0].findings[0].message


@pytest.mark.parametrize(
    ("stage", "der"),
    [
        (Stage.PRECERTIFICATE, pki.tbs("www.plovidba.hr")),
        (Stage.CERTIFICATE, pki.precertificate("www.plovidba.hr")),
    ],
)
def test_the_bytes_must_be_of_the_stage_asked_for(stage: Stage, der: bytes) -> None:
    findings = decide(case(der=der, stage=stage), SHIPPED).findings

    assert "gate.stage_differs" in {finding.code for finding in findings}


@pytest.mark.parametrize("environment", ["staging", "Production", "", "nowhere"])
def test_another_environment_than_the_gates_is_blocked(environment: str) -> None:
    request = case().request
    other = replace(request, context=replace(request.context, environment=environment))

    assert floors(replace(case(), request=other)) == {"floor.environment"}


@pytest.mark.parametrize(
    ("name", "validated", "reason"),
    [
        ("www.plovidba.hr", validation("www.plovidba.hr", method="3.2.2.4.8"), "not permitted"),
        ("www.plovidba.hr", validation("www.plovidba.hr", method="3.2.2.4.2"), "not permitted"),
        ("www.plovidba.hr", validation("www.plovidba.hr", method="3.2.2.5.6"), "does not validate"),
        ("185.60.21.40", validation("185.60.21.40", method="3.2.2.4.7"), "does not validate"),
        ("www.plovidba.hr", validation("plovidba.hr", method="3.2.2.4.19"), "not names below"),
        ("*.plovidba.hr", validation("plovidba.hr", method="3.2.2.4.18"), "wildcard"),
        ("*.plovidba.hr", validation("plovidba.hr", method="3.2.2.4.20"), "wildcard"),
        ("www.plovidba.hr", validation("www.plovidba.hr", applicant="b"), "another applicant"),
        ("www.plovidba.hr", validation("www.drugi.hr"), "never validated"),
        ("1.1.1.1", validation("one.one.one.one"), "never validated"),
        ("::ffff:1.1.1.1", validation("1.1.1.1"), "never validated"),
    ],
)
def test_a_validation_that_the_br_do_not_let_count_does_not(
    name: str, validated: object, reason: str
) -> None:
    decision = decide(case(name, validations=[validated]), NO_RULES)  # type: ignore[list-item]  # a table

    found = next(one for one in decision.rules if one.rule_id == "floor.validation").findings
    assert reason in found[0].message


@pytest.mark.parametrize("method", ["3.2.2.4.7", "3.2.2.4.4", "3.2.2.4.12", "3.2.2.4.21"])
def test_a_method_that_reaches_below_covers_wildcards_and_subdomains(method: str) -> None:
    above = [validation("plovidba.hr", method=method)]

    assert floors(case("*.plovidba.hr", validations=above)) == set()
    assert floors(case("a.b.plovidba.hr", validations=above)) == set()


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "method", "days"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), "3.2.2.4.7", 200),
        (datetime(2027, 3, 15, tzinfo=UTC), "3.2.2.4.7", 100),
        (datetime(2029, 3, 15, tzinfo=UTC), "3.2.2.4.7", 10),
        (datetime(2026, 11, 23, tzinfo=UTC), "3.2.2.4.22", 10),
    ],
)
def test_a_validation_counts_to_the_last_second_of_its_age(
    at: datetime, method: str, days: int
) -> None:
    def floors_at(age_at_signing: timedelta) -> set[str]:
        # The release may be used a minute after the decision.
        age = age_at_signing - timedelta(minutes=1)
        made = validation("www.plovidba.hr", method=method, age=age, at=at)
        return floors(case(validations=[made], at=at, fields={"days": 40}))

    assert floors_at(days * DAY) == set()
    assert floors_at(days * DAY + SECOND) == {"floor.validation"}


def test_a_release_may_not_live_into_a_day_on_which_it_would_be_blocked() -> None:
    at = datetime(2027, 3, 14, 23, 59, 30, tzinfo=UTC)
    phone = validation("www.plovidba.hr", method="3.2.2.4.16", at=at)

    assert floors(case(validations=[phone], at=at)) == {"floor.validation"}
    earlier = at - timedelta(minutes=1)
    assert floors(case(validations=[phone], at=earlier)) == set()


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), 200),
        (datetime(2027, 3, 15, tzinfo=UTC), 100),
        (datetime(2029, 3, 15, tzinfo=UTC), 47),
    ],
)
def test_the_validity_counts_both_ends(at: datetime, days: int) -> None:
    assert floors(case(at=at, fields={"days": days})) == set()
    assert floors(case(at=at, fields={"days": days + 1})) == {"floor.validity"}


def test_the_best_validation_is_relied_on_whatever_the_others_are() -> None:
    made = [
        validation("www.plovidba.hr", method="3.2.2.4.8", age=timedelta(hours=1)),
        validation("www.plovidba.hr", age=timedelta(days=150)),
        validation("www.plovidba.hr", age=timedelta(days=300)),
    ]

    assert decide(case(validations=made), SHIPPED).verdict is Verdict.RELEASE


def test_two_half_good_validations_do_not_make_one() -> None:
    made = [
        validation("www.plovidba.hr", method="3.2.2.4.8", age=timedelta(hours=1)),
        validation("www.plovidba.hr", method="3.2.2.4.7", age=timedelta(days=300)),
    ]

    decision = decide(case(validations=made), SHIPPED)

    assert decision.verdict is Verdict.BLOCK


@pytest.mark.parametrize(
    "status", [LinterStatus.FAILED, LinterStatus.TIMED_OUT, LinterStatus.MISSING]
)
def test_a_linter_without_an_answer_is_a_failure_that_a_retry_may_help(
    status: LinterStatus,
) -> None:
    crashed = (LinterReport(name="pkilint", version="1", status=status), LINTERS[1])

    decision = decide(case(linters=crashed), SHIPPED)

    assert decision.verdict is Verdict.BLOCK
    assert (decision.cause, decision.retryable) == (BlockCause.GATE_FAILURE, True)


def test_evidence_that_cannot_be_read_is_a_failure_and_not_called_missing() -> None:
    gone = Finding(code="gate.evidence_unavailable", severity=Severity.FATAL, message="gone")

    decision = decide(case(evidence=EvidenceFound(failures=(gone,))), SHIPPED)

    assert decision.verdict is Verdict.BLOCK
    assert (decision.cause, decision.retryable) == (BlockCause.GATE_FAILURE, True)


def test_a_real_fault_beside_a_failure_is_not_retryable() -> None:
    decision = decide(case(linters=(), purpose=Purpose.INTERNAL_TEST), SHIPPED)

    assert (decision.cause, decision.retryable) == (BlockCause.POLICY, False)


@pytest.mark.parametrize(
    ("judged", "cause"),
    [
        (case(der=b"garbage"), BlockCause.MALFORMED),
        (case(validations=[]), BlockCause.EVIDENCE_MISSING),
        (case(purpose=Purpose.LOAD_TEST), BlockCause.POLICY),
        (
            case(
                linters=(
                    replace(
                        LINTERS[0],
                        findings=(Finding(code="x.y", severity=Severity.ERROR, message="bad"),),
                    ),
                    LINTERS[1],
                )
            ),
            BlockCause.LINTER,
        ),
    ],
)
def test_the_cause_is_said_in_one_word(judged: Case, cause: BlockCause) -> None:
    assert decide(judged, SHIPPED).cause is cause


def test_in_dry_run_the_verdict_is_never_release() -> None:
    good = decide(case(dry_run=True), SHIPPED)
    bad = decide(case(dry_run=True, validations=[]), SHIPPED)

    assert (good.verdict, good.policy_verdict) == (Verdict.DRY_RUN, Verdict.RELEASE)
    assert (bad.verdict, bad.policy_verdict) == (Verdict.DRY_RUN, Verdict.BLOCK)


@pytest.mark.parametrize("judged", [case(dry_run=True, der=b"x"), case(dry_run=True, ca=None)])
def test_in_dry_run_what_cannot_be_judged_is_blocked(judged: Case) -> None:
    assert decide(judged, SHIPPED).verdict is Verdict.BLOCK


def test_a_disagreement_of_the_readers_blocks_and_a_mere_refusal_is_a_notice() -> None:
    blocking = Finding(code="gate.readers_disagree", severity=Severity.FATAL, message="x")
    notice = Finding(code="gate.second_reader_refused", severity=Severity.NOTICE, message="y")

    blocked = decide(replace(case(), disagreements=(blocking,)), SHIPPED)
    released = decide(replace(case(), disagreements=(notice,)), SHIPPED)

    assert (blocked.verdict, blocked.cause) == (Verdict.BLOCK, BlockCause.MALFORMED)
    assert (released.verdict, released.findings) == (Verdict.RELEASE, (notice,))


def test_private_issuers_are_held_to_the_policy_and_not_to_the_brs_limits() -> None:
    policy = shipped("webpki-staging")
    test = case(environment=Environment.STAGING, ca=pki.TEST, account="ci-staging", validations=[])

    assert "floor.validation" not in failed(decide(test, policy))
    assert decide(test, policy).verdict is Verdict.BLOCK


def test_malformed_says_where() -> None:
    judged = case(der=b"\x30\x80\x00\x00")

    assert isinstance(judged.certificate, Malformed)
    assert "byte" in decide(judged, SHIPPED).findings[0].message
