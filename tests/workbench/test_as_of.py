"""Past decisions as if they had come at another time: only what has a date comes out otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gate.demo.order import DemoOrder
from gate.demo.orders import ORDERS
from gate.model import Verdict
from gate.workbench.moved_case import moved
from gate.workbench.would_block import would_block
from tests import cases, pki
from tests.workbench.past import Past, counts, keys, policy_of, whole_past

BY_KEY = {order.key: order for order in ORDERS}
NEXT_STEP = datetime(2027, 3, 15, tzinfo=UTC)
"""When certificates and validations may be only half as long or old (BR 6.3.2, 4.2.1)."""


@pytest.fixture(name="past", scope="module")
def _past() -> Past:
    return whole_past()


def too_long(order: DemoOrder) -> bool:
    return order.certificate.validity > timedelta(days=99)


def too_old(order: DemoOrder) -> bool:
    return any(max(one.ago, one.data_ago) > timedelta(days=100) for one in order.validations)


def test_as_of_a_day_only_what_has_a_date_judges_otherwise(past: Past) -> None:
    report = past.replay(as_of=NEXT_STEP)

    assert report.reproduced == 58
    assert report.newly_released.count == 0
    assert keys(past, report.newly_blocked.examples) == sorted(
        order.key
        for order in ORDERS
        if order.expected is Verdict.RELEASE and (too_long(order) or too_old(order))
    )
    assert counts(report, "blocking") == {
        "floor.validation": 2,
        "validation-not-too-old": 2,
        "floor.validity": 13,
        "validity-limit": 13,
    }
    assert past.replay(as_of=pki.NOW + timedelta(days=7)).newly_blocked.count == 0


def test_a_moved_case_keeps_its_ages() -> None:
    case = cases.case("www.plovidba.hr")
    later = moved(case, case.at + timedelta(days=100))
    (then,), (now,) = (each.identifiers[0].candidates for each in (case, later))

    assert later.release_ends - later.at == case.release_ends - case.at
    assert later.at - now.evidence.counts_from == case.at - then.evidence.counts_from
    assert now.evidence.completed_at - now.recorded_at == (
        then.evidence.completed_at - then.recorded_at
    )
    assert later.certificate.not_before - later.at == case.certificate.not_before - case.at  # type: ignore[union-attr] # both parse
    assert later.order is not None
    assert case.order is not None
    assert later.at - later.order.recorded_at == case.at - case.order.recorded_at
    assert moved(later, case.at) == case


def test_what_cannot_be_moved_is_told_and_not_judged() -> None:
    past = Past().record_policy().record_evidence()
    endless = replace(
        BY_KEY["good-names"].certificate,
        validity=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - pki.NOW + timedelta(hours=1),
    )
    past.send([replace(BY_KEY["good-names"], certificate=endless)])
    report = past.replay(as_of=NEXT_STEP)

    assert (report.reproduced, report.judged, report.unreproduced_count) == (1, 0, 1)
    assert "cannot be moved to 2027-03-15" in report.unreproduced[0].why


def test_coming_dates_are_counted_by_rule(past: Past) -> None:
    week = pki.NOW + timedelta(days=7)
    found = would_block(
        past.storage, policy_of(), since=pki.NOW - timedelta(days=1), dates=[week, NEXT_STEP]
    )

    assert (found.decisions, found.unknown) == (58, 0)
    assert found.counts == {
        (NEXT_STEP, "floor.validation"): 2,
        (NEXT_STEP, "validation-not-too-old"): 2,
        (NEXT_STEP, "floor.validity"): 26,
        (NEXT_STEP, "validity-limit"): 26,
    }
    none = would_block(past.storage, policy_of(), since=week, dates=[NEXT_STEP])
    assert (none.decisions, none.counts) == (0, {})


def test_what_is_unknown_is_counted_apart() -> None:
    past = Past().record_evidence().send(ORDERS[:2])
    found = would_block(past.storage, policy_of(), since=pki.NOW, dates=[NEXT_STEP])

    assert (found.decisions, found.unknown) == (0, 2)
