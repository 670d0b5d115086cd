"""A rule holds where, when and as strongly as it says; the stricter while a release lives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.model import BlockCause, Environment, IdentifierType, Mode, Purpose, Severity, Stage
from tests.policy.judging import case, rule

DAY = datetime(2027, 3, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ORDER = "kind: order_matches, mode: enforce"


@pytest.mark.parametrize(
    ("at", "lasting", "mode"),
    [
        (datetime(2026, 11, 1, tzinfo=UTC) - SECOND, 60, Mode.OFF),
        (datetime(2026, 11, 1, tzinfo=UTC), 60, Mode.DRY_RUN),
        (datetime(2026, 12, 1, tzinfo=UTC) - SECOND, 0.5, Mode.DRY_RUN),
        (datetime(2026, 12, 1, tzinfo=UTC) - SECOND, 1, Mode.DRY_RUN),
        (datetime(2026, 12, 1, tzinfo=UTC), 60, Mode.DRY_RUN),
        (DAY - 61 * SECOND, 60, Mode.DRY_RUN),
        (DAY - 60 * SECOND, 60, Mode.ENFORCE),
        (DAY, 60, Mode.ENFORCE),
        (datetime(2028, 1, 1, tzinfo=UTC) - SECOND, 60, Mode.ENFORCE),
        (datetime(2028, 1, 1, tzinfo=UTC), 60, Mode.WARN),
    ],
)
def test_the_strictest_mode_in_force_during_a_release_holds(
    at: datetime, lasting: float, mode: Mode
) -> None:
    ladder = (
        "kind: order_matches, mode: [{from: 2026-12-01, mode: dry-run}, "
        "{from: 2027-03-15, mode: enforce}, {from: 2028-01-01, mode: warn}]"
    )
    assert rule("order", ORDER, ladder).mode(case(at=at, lasting=lasting)) is mode


@pytest.mark.parametrize(
    ("at", "lasting", "in_force"),
    [
        (datetime(2027, 1, 1, tzinfo=UTC) - 61 * SECOND, 60, False),
        (datetime(2027, 1, 1, tzinfo=UTC) - 60 * SECOND, 60, True),
        (datetime(2027, 1, 1, tzinfo=UTC), 60, True),
        (datetime(2027, 2, 1, 12, tzinfo=UTC) - SECOND, 60, True),
        (datetime(2027, 2, 1, 12, tzinfo=UTC), 60, False),
        (datetime(2026, 12, 31, tzinfo=UTC), 90 * 86_400, True),
    ],
)
def test_a_rule_is_in_force_from_its_start_up_to_its_end(
    at: datetime,
    lasting: float,
    in_force: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    bounded = f"starts: 2027-01-01, ends: '2027-02-01T12:00:00Z', {ORDER}"
    assert rule("order", ORDER, bounded).in_force(case(at=at, lasting=lasting)) is in_force


@pytest.mark.parametrize(
    ("when", "changes"),
    [
        ("environments: [production]", {"environment": Environment.STAGING}),
        ("profiles: [tls-dv]", {"context": {"profile": "tls-ov"}}),
        ("certificate_types: [dv]", {"context": {"profile": "tls-ov"}}),
        ("issuers: [public-r1]", {"context": {"issuer": "test-r1"}}),
        ("accounts: [alice]", {"context": {"account": "bob"}}),
        ("purposes: [SUBSCRIBER, LOAD_TEST]", {"context": {"purpose": Purpose.AUDIT_DEMO}}),
        ("stages: [PRECERTIFICATE]", {"context": {"stage": Stage.CERTIFICATE}}),
    ],
)
def test_each_key_of_when_must_match(when: str, changes: dict[str, Any]) -> None:
    narrowed = rule("order", ORDER, f"when: {{{when}}}, {ORDER}")
    assert narrowed.applies(case())
    assert not narrowed.applies(case(**changes))


def test_keys_of_when_are_joined_by_and_and_values_by_or() -> None:
    narrowed = rule(
        "order", ORDER, f"when: {{accounts: [alice, bob], stages: [CERTIFICATE]}}, {ORDER}"
    )
    final = {"stage": Stage.CERTIFICATE}
    assert narrowed.applies(case(context={"account": "bob", **final}))
    assert narrowed.applies(case(context=final))
    assert not narrowed.applies(case(context={"account": "carol", **final}))
    assert not narrowed.applies(case())


def test_a_rule_without_when_applies_to_whatever_is_asked() -> None:
    nonsense = {"profile": "?", "issuer": "", "account": "", "purpose": Purpose.UNSPECIFIED}
    assert rule("order").applies(case(context=nonsense))


def test_a_rule_tells_what_it_judges_and_what_a_block_is_put_down_to() -> None:
    both = frozenset(IdentifierType)
    told = {
        rule_id: (rule(rule_id).cause, rule(rule_id).judges)
        for rule_id in ("granted", "validated", "age", "order", "linters", "addresses", "names")
    }
    assert told == {
        "granted": (BlockCause.POLICY, frozenset()),
        "validated": (BlockCause.EVIDENCE_MISSING, both),
        "age": (BlockCause.EVIDENCE_MISSING, both),
        "order": (BlockCause.EVIDENCE_MISSING, frozenset()),
        "linters": (BlockCause.LINTER, frozenset()),
        "addresses": (BlockCause.POLICY, {IdentifierType.IP}),
        "names": (BlockCause.POLICY, {IdentifierType.DNS}),
    }


def test_findings_name_the_rule_the_kind_and_the_place() -> None:
    (finding,) = rule("addresses").judge(case("www.plovidba.hr", "1.1.1.1"))
    assert finding.source == "addresses"
    assert finding.code == "policy.ip_not_in"
    assert finding.location == "subject_alt_name[1]"
    assert finding.severity is Severity.ERROR


def test_what_only_explains_is_kept() -> None:
    more = f"references: [BR 4.1.2], requester_help: ask, exceptable: true, {ORDER}"
    explained = rule("order", ORDER, more)
    assert explained.references == ("BR 4.1.2",)
    assert (explained.requester_help, explained.exceptable) == ("ask", True)
    assert (explained.title, explained.kind) == ("t", "order_matches")
    plain = rule("order")
    assert (plain.references, plain.requester_help, plain.exceptable) == ((), "", False)
