"""Laws of the decision, whatever the case: more doubt never releases."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.decide import decide
from gate.model import (
    Case,
    Finding,
    LinterReport,
    LinterStatus,
    Purpose,
    Severity,
    Stage,
    Validation,
    Verdict,
)
from tests.cases import LINTERS, case, shipped, validation

SHIPPED = shipped()
NAMES = ("www.plovidba.hr", "*.plovidba.hr", "185.60.21.40", "1.1.1.1", "a.b.plovidba.hr")
SCOPES = (*NAMES, "plovidba.hr")
METHODS = ("3.2.2.4.7", "3.2.2.4.8", "3.2.2.4.19", "3.2.2.5.6", "9.9")

findings = st.builds(
    Finding,
    code=st.sampled_from(["a.b", "gate.linter_incomplete"]),
    severity=st.sampled_from(Severity),
    message=st.just("found"),
)
reports = st.tuples(
    *(
        st.builds(
            LinterReport,
            name=st.just(one.name),
            version=st.just("1"),
            status=st.sampled_from([LinterStatus.COMPLETED] * 4 + list(LinterStatus)),
            findings=st.lists(findings, max_size=2).map(tuple),
        )
        for one in LINTERS
    )
)


@st.composite
def validations(draw: st.DrawFn) -> Validation:
    return validation(
        draw(st.sampled_from(SCOPES)),
        method=draw(st.sampled_from(METHODS)),
        age=timedelta(days=draw(st.sampled_from([0, 1, 199, 201, 400]))),
        applicant=draw(st.sampled_from(["applicant-1", "applicant-1", "b"])),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    good = [validation(name) for name in names] if draw(st.booleans()) else []
    return case(
        *names,
        validations=[*good, *draw(st.lists(validations(), max_size=4))],
        linters=draw(st.one_of(st.just(LINTERS), reports)),
        known=draw(st.sampled_from([True, True, False])),
        purpose=draw(st.sampled_from([Purpose.SUBSCRIBER, *Purpose])),
        stage=draw(st.sampled_from([Stage.PRECERTIFICATE, Stage.PRECERTIFICATE, *Stage])),
        dry_run=draw(st.sampled_from([False, False, True])),
    )


def releases(judged: Case) -> bool:
    return decide(judged, SHIPPED).policy_verdict is Verdict.RELEASE


laws = settings(max_examples=150, deadline=None)


@laws
@given(cases())
def test_the_same_case_gets_the_same_decision(judged: Case) -> None:
    assert decide(judged, SHIPPED) == decide(judged, SHIPPED)


@laws
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_changes_nothing(judged: Case, chance: object) -> None:
    rules = list(SHIPPED.rules)
    chance.shuffle(rules)  # type: ignore[attr-defined]  # hypothesis' own Random
    shuffled = decide(judged, replace(SHIPPED, rules=tuple(rules)))

    usual = decide(judged, SHIPPED)
    assert (shuffled.verdict, shuffled.cause) == (usual.verdict, usual.cause)
    assert set(shuffled.deciding) == set(usual.deciding)


@laws
@given(cases(), st.integers(0, 5), st.integers(0, 5))
def test_removing_a_validation_never_releases(judged: Case, which: int, candidate: int) -> None:
    facts = list(judged.identifiers)
    one = facts[which % len(facts)]
    kept = tuple(
        record
        for at, record in enumerate(one.candidates)
        if at != candidate % max(1, len(one.candidates))
    )
    facts[which % len(facts)] = replace(one, candidates=kept)

    assert not releases(replace(judged, identifiers=tuple(facts))) or releases(judged)


@laws
@given(cases(), findings)
def test_adding_a_finding_never_releases(judged: Case, finding: Finding) -> None:
    reports = tuple(
        replace(report, findings=(*report.findings, finding)) for report in judged.linters
    )

    assert not releases(replace(judged, linters=reports)) or releases(judged)


@laws
@given(cases())
def test_a_failure_of_the_gate_never_releases(judged: Case) -> None:
    failure = Finding(code="gate.evidence_unavailable", severity=Severity.FATAL, message="gone")

    assert not releases(replace(judged, failures=(failure,)))


@laws
@given(cases())
def test_a_linter_that_is_gone_never_releases(judged: Case) -> None:
    assert not releases(replace(judged, linters=judged.linters[1:]))


@laws
@given(cases())
def test_a_release_has_no_failed_enforced_rule_and_a_block_has_one(judged: Case) -> None:
    decision = decide(judged, SHIPPED)

    assert (decision.policy_verdict is Verdict.BLOCK) is bool(decision.deciding)
    assert decision.verdict is not Verdict.RELEASE or not judged.dry_run
