"""What a decision was judged on is recorded, and is enough to judge it again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.decide import decide
from gate.errors import Refused
from gate.facts import EvidenceFound
from gate.model import Case, Environment, Finding, LinterReport, LinterStatus, Severity
from gate.record import DecisionDocument, decision_entry, open_decision
from gate.workbench.recorded_case import MOST_VALIDATIONS, case_of, facts_of
from gate.x509 import TBSCertificate
from tests import cases, pki
from tests.log import SALT, stored
from tests.workbench.past import FILES, ISSUERS, Past, policy_of, whole_past

BY_NAME = {issuer.name: issuer for issuer in ISSUERS}
POLICY = policy_of(FILES)
NAMES = ("www.plovidba.hr", "plovidba.hr", "*.plovidba.hr", "198.51.100.7", "xn--80ak6aa92e.com")
FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["gate.evidence_unavailable", "pkix.wrong", "gate.readers_disagree"]),
    severity=st.sampled_from(Severity),
    message=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)


def document_of(case: Case, **changes: Any) -> DecisionDocument:
    """What the log gives back of a decision on this case."""
    entry = decision_entry(
        decision_id="decision-1",
        request=case.request,
        decision=decide(case, POLICY),
        certificate=case.certificate,
        issuer=case.issuer,
        profile_known=True,
        evidence=(),
        salt=SALT,
        facts=facts_of(case),
    )
    return replace(open_decision(stored(entry)), **changes)


def test_every_decision_on_the_demo_is_made_again_from_the_log_alone() -> None:
    past = whole_past()
    documents = [
        open_decision(entry)
        for entry in past.storage.entries(0, past.log.size)
        if b'"kind":"decision"' in entry.leaf
    ]

    assert len(documents) == 58
    for document in documents:
        again = decide(case_of(document, BY_NAME), POLICY)
        assert again == document.decision, document.request.request_id


@st.composite
def some_cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    validated = draw(st.lists(st.sampled_from(NAMES), max_size=5))
    validations = [
        cases.validation(
            name,
            age=timedelta(days=draw(st.integers(0, 400))),
            applicant=draw(st.sampled_from([cases.APPLICANT, "another"])),
        )
        for name in validated
    ]
    made = cases.case(
        *names,
        validations=validations,
        der=draw(st.sampled_from([None, b"", b"0", pki.tbs(*names)])),
        at=pki.NOW + timedelta(days=draw(st.integers(-30, 900))),
        ca=draw(st.sampled_from([pki.PUBLIC, pki.TEST, None])),
        known=draw(st.booleans()),
        environment=draw(st.sampled_from(Environment)),
        dry_run=draw(st.booleans()),
        linters=tuple(
            LinterReport(
                name=name, version="1", status=draw(st.sampled_from(LinterStatus)), findings=found
            )
            for name in ("pkilint", "badkeys")
            for found in [tuple(draw(st.lists(FINDINGS, max_size=2)))]
        ),
        evidence=draw(st.sampled_from([None, EvidenceFound()])),
        account=draw(st.sampled_from([cases.ACCOUNT, "unheard-of"])),
    )
    return replace(
        made,
        failures=tuple(draw(st.lists(FINDINGS, max_size=2))),
        disagreements=tuple(draw(st.lists(FINDINGS, max_size=2))),
    )


@settings(max_examples=60, deadline=None)
@given(some_cases())
def test_a_case_is_built_again_just_as_it_was(case: Case) -> None:
    document = document_of(case)
    issuers = {} if case.issuer is None else BY_NAME
    again = case_of(document, issuers)

    assert decide(again, POLICY) == document.decision
    if isinstance(case.certificate, TBSCertificate):
        assert again == case
    else:
        assert str(again.certificate) == str(case.certificate)
        assert replace(again, certificate=case.certificate) == case


def test_one_validation_of_many_names_is_recorded_once() -> None:
    names = [f"n{at}.plovidba.hr" for at in range(50)]
    case = cases.case(*names, validations=[cases.validation("plovidba.hr", domain="plovidba.hr")])
    facts = facts_of(case)

    assert len(facts.validations) == 1
    assert [one.candidates for one in facts.identifiers] == [(0,)] * 50


def test_what_has_too_many_validations_is_not_guessed() -> None:
    many = [cases.validation("www.plovidba.hr") for _ in range(MOST_VALIDATIONS + 1)]
    document = document_of(cases.case(validations=many))

    assert document.facts is not None
    assert len(document.facts.validations) == MOST_VALIDATIONS
    with pytest.raises(Refused, match="more than the 1000 validations"):
        case_of(document, BY_NAME)


def test_what_was_recorded_before_there_were_facts_is_not_guessed() -> None:
    with pytest.raises(Refused, match="not recorded yet"):
        case_of(document_of(cases.case(), facts=None), BY_NAME)


def test_a_record_that_contradicts_itself_is_refused() -> None:
    document = document_of(cases.case())
    assert document.facts is not None
    (one,) = document.facts.identifiers
    for place in (-1, 1):
        facts = replace(document.facts, identifiers=(replace(one, candidates=(place,)),))
        with pytest.raises(Refused, match="does not hold"):
            case_of(replace(document, facts=facts), BY_NAME)
    elsewhere = replace(document.decision, environment="mars")
    with pytest.raises(Refused, match="contradicts itself"):
        case_of(replace(document, decision=elsewhere), BY_NAME)


def test_a_gate_in_dry_run_records_as_much() -> None:
    past = Past(dry_run=True).record_policy().record_evidence().send()

    assert past.replay().reproduced == 58
