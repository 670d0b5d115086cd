"""Laws of every policy: the order of rules never matters, and nothing is remembered."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.model import (
    Case,
    Environment,
    Finding,
    LinterReport,
    LinterStatus,
    Mode,
    Purpose,
    Severity,
    Stage,
)
from gate.policy import Policy, Rule
from tests import pki
from tests.policy.bundles import POLICY, loaded
from tests.policy.judging import NOW, case, certificate, facts, validation

HEAD, *RULES = POLICY.removesuffix("\n").split("\n  - ")
SMALL = loaded()
NAMES = ("www.plovidba.hr", "*.plovidba.hr", "1.1.1.1", "2001:db8::1", "bank.example", "a.test")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    judged = [
        facts(
            name,
            relied_on=draw(
                st.none()
                | st.builds(
                    lambda method, age, name=name: validation(
                        name, method=method, initiated_at=NOW - timedelta(days=age)
                    ),
                    st.sampled_from(["3.2.2.4.7", "3.2.2.4.16", "3.2.2.5.6", "9.9"]),
                    st.integers(0, 12),
                )
            ),
            others=draw(st.booleans()),
            at=at,
        )
        for at, name in enumerate(names)
    ]
    return case(
        *names,
        at=draw(st.sampled_from([NOW, datetime(2027, 3, 14, 23, 59, 30, tzinfo=NOW.tzinfo)])),
        identifiers=tuple(judged),
        certificate=certificate(*names, days=draw(st.sampled_from([1, 99, 199, 200]))),
        issuer=draw(st.sampled_from([pki.issuer(), pki.issuer(pki.TEST), None])),
        environment=draw(st.sampled_from(Environment)),
        linters=draw(
            st.sampled_from(
                [
                    (),
                    (LinterReport(name="pkilint", version="1", status=LinterStatus.FAILED),),
                    (
                        LinterReport(
                            name="pkilint",
                            version="1",
                            status=LinterStatus.COMPLETED,
                            findings=(Finding(code="x", severity=Severity.ERROR, message="m"),),
                        ),
                    ),
                ]
            )
        ),
        context={
            "account": draw(st.sampled_from(["alice", "bob", "carol"])),
            "profile": draw(st.sampled_from(["tls-dv", "tls-ov", "?"])),
            "purpose": draw(st.sampled_from(Purpose)),
            "stage": draw(st.sampled_from(Stage)),
        },
    )


def judged(rule: Rule, asked: Case) -> tuple[Mode, bool, bool, object]:
    try:
        found: object = rule.judge(asked)
    except Exception as error:  # noqa: BLE001 - an error is an outcome, and compared like one
        found = repr(error)
    return rule.mode(asked), rule.in_force(asked), rule.applies(asked), found


def outcomes(policy: Policy, asked: Case) -> dict[str, object]:
    return {rule.rule_id: judged(rule, asked) for rule in policy.rules}


@settings(max_examples=60, deadline=None)
@given(st.permutations(RULES), cases())
def test_the_order_of_the_rules_in_the_file_never_matters(rules: list[str], asked: Case) -> None:
    shuffled = loaded(policy="\n  - ".join([HEAD, *rules]) + "\n")
    assert outcomes(shuffled, asked) == outcomes(SMALL, asked)


@settings(max_examples=60, deadline=None)
@given(cases(), cases())
def test_what_was_judged_before_never_matters(earlier: Case, asked: Case) -> None:
    fresh = outcomes(SMALL, asked)
    outcomes(SMALL, earlier)
    assert outcomes(SMALL, asked) == fresh
