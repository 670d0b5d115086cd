"""What comes into force is tried out thirty days ahead, and holds at the second it begins."""

from datetime import UTC, datetime, timedelta

import pytest

from gate.model import Mode
from gate.policy.rule import AHEAD
from tests.policy.judging import case, rule

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
START = datetime(2027, 3, 15, tzinfo=UTC)
ORDER = "kind: order_matches, mode: enforce"
STARTS = f"starts: 2027-03-15, {ORDER}"
LADDER = "kind: order_matches, mode: [{from: 2027-03-15, mode: enforce}]"
BOTH = "starts: 2027-03-15, kind: order_matches, mode: [{from: 2027-01-01, mode: enforce}]"
LATER_STEP = "starts: 2027-01-01, kind: order_matches, mode: [{from: 2027-03-15, mode: enforce}]"
SWITCHED_ON = (
    "kind: order_matches, mode: [{from: 1970-01-01, mode: off}, {from: 2027-03-15, mode: enforce}]"
)


@pytest.mark.parametrize("written", [STARTS, LADDER, BOTH, LATER_STEP, SWITCHED_ON])
@pytest.mark.parametrize(
    ("at", "lasting", "mode"),
    [
        (START - AHEAD - DAY, 60, Mode.OFF),
        (START - AHEAD - SECOND, 60, Mode.OFF),
        (START - AHEAD, 60, Mode.DRY_RUN),
        (START - DAY, 60, Mode.DRY_RUN),
        (START - 61 * SECOND, 60, Mode.DRY_RUN),
        (START - 60 * SECOND, 60, Mode.ENFORCE),
        (START - SECOND, 0.5, Mode.DRY_RUN),
        (START - SECOND, 1, Mode.ENFORCE),
        (START, 60, Mode.ENFORCE),
    ],
)
def test_a_rule_is_off_then_tried_out_then_holds(
    written: str, at: datetime, lasting: float, mode: Mode
) -> None:
    assert rule("order", ORDER, written).mode(case(at=at, lasting=lasting)) is mode


@pytest.mark.parametrize("mode", [Mode.WARN, Mode.DRY_RUN, Mode.ENFORCE])
def test_whatever_mode_a_rule_will_have_it_is_tried_out_as_a_dry_run(mode: Mode) -> None:
    coming = rule("order", ORDER, f"starts: 2027-03-15, kind: order_matches, mode: {mode}")
    assert coming.mode(case(at=START - DAY)) is Mode.DRY_RUN
    assert coming.mode(case(at=START)) is mode


@pytest.mark.parametrize(
    "written",
    [
        "starts: 2027-03-15, kind: order_matches, mode: off",
        f"ends: 2027-03-01, {ORDER}",
        "ends: 2027-03-15, kind: order_matches, mode: [{from: 2027-03-15, mode: enforce}]",
        (
            "starts: 2027-03-15, ends: 2027-03-16, kind: order_matches, "
            "mode: [{from: 2027-03-16, mode: enforce}]"
        ),
    ],
)
def test_what_never_comes_into_force_is_not_tried_out(written: str) -> None:
    assert rule("order", ORDER, written).mode(case(at=START - DAY)) is Mode.OFF


def test_a_rule_that_holds_keeps_its_mode_though_another_is_coming() -> None:
    ladder = (
        "kind: order_matches, mode: [{from: 2026-01-01, mode: warn}, "
        "{from: 2027-03-15, mode: enforce}]"
    )
    assert rule("order", ORDER, ladder).mode(case(at=START - DAY)) is Mode.WARN


def test_a_step_beyond_the_end_is_never_reached() -> None:
    ladder = (
        "ends: 2027-03-15, kind: order_matches, mode: [{from: 2026-01-01, mode: warn}, "
        "{from: 2027-03-15, mode: enforce}]"
    )
    crossing = case(at=START - SECOND, lasting=60)
    assert rule("order", ORDER, ladder).mode(crossing) is Mode.WARN
    assert rule("order", ORDER, ladder).mode(case(at=START)) is Mode.OFF
