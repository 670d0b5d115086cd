"""A candidate beside the active policy: what differs is counted, and nothing else changes."""

import logging
from dataclasses import replace

import pytest

from gate.model import Mode, Outcome, Verdict
from gate.policy import load
from gate.record import Tally, verify
from gate.rollout.shadow_queue import ShadowQueue
from gate.storage import Fault, MemoryStorage
from tests.rollout.bundles import SITE
from tests.rollout.shadowing import (
    POLICY,
    TIGHTER,
    TRAP,
    WITH_LIMIT,
    Folder,
    Shadowed,
    active,
    refs,
    shadowed,
    trapped,
    until,
    version_of,
)
from tests.service.building import LOG_KEY, ORIGIN

pytestmark = pytest.mark.slow

STRICTER = version_of(900, TIGHTER)
DRY = """\
  - {id: short, title: t, kind: cel, mode: dry-run, message: too long,
     require: cert.validity_seconds <= 30 * 86400}
"""


def check(storage: MemoryStorage) -> None:
    """The log verifies, with its reports."""
    report = verify(
        storage, origin=ORIGIN, public_key=LOG_KEY.public_key, progress=lambda _, __: None
    )
    assert report.sound, report.problems


def test_a_stricter_candidate_is_told_by_its_rule_with_every_decision() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        short = [gate.ask(days=29) for _ in range(3)]
        long = [gate.ask(days=90) for _ in range(4)]
        counts = gate.after(7)
    assert {decision.policy_verdict for _, decision in short + long} == {Verdict.RELEASE}
    ids = tuple(decision_id for decision_id, _ in long)
    assert counts.newly_blocked == counts.differing == Tally(4, ids)
    assert (counts.newly_released.count, counts.dropped, counts.errors.count) == (0, 0, 0)
    (rule,) = counts.rules
    assert (rule.rule_id, rule.newly_fails) == ("validity-limit", Tally(4, ids))
    assert (rule.active, rule.candidate) == (Mode.ENFORCE, Mode.ENFORCE)
    assert (rule.no_longer_fails.count, rule.fails_otherwise.count) == (0, 0)
    assert not counts.fine


def test_a_candidate_that_decides_alike_differs_in_nothing() -> None:
    with shadowed(version_of(900)) as gate:
        gate.ready()
        gate.ask(days=29)
        gate.ask("unknown.example")
        counts = gate.after(2)
    assert counts.fine
    assert (counts.judged, counts.rules) == (2, ())


def test_a_looser_candidate_is_told_as_newly_released() -> None:
    with shadowed(version_of(900)) as gate:
        gate.bench.gate.activate(active(899, TIGHTER))
        gate.ready()
        blocked, decision = gate.ask(days=90)
        counts = gate.after(1)
    assert decision.policy_verdict is Verdict.BLOCK
    assert counts.newly_released == Tally.of(blocked)
    assert [rule.no_longer_fails for rule in counts.rules] == [Tally.of(blocked)]


def test_a_rule_that_only_runs_dry_and_is_new_is_tried_out() -> None:
    with shadowed(version_of(900, (WITH_LIMIT, WITH_LIMIT + DRY))) as gate:
        gate.ready()
        gate.ask(days=29)
        gate.ask(days=90)
        counts = gate.after(2)
    (rule,) = counts.rules
    assert (rule.rule_id, rule.active, rule.candidate) == ("short", None, Mode.DRY_RUN)
    assert (counts.newly_blocked.count, rule.newly_fails.count, counts.differing.count) == (0, 1, 1)


@pytest.mark.parametrize(
    ("site", "errors", "timeouts"),
    [("hanging_conditions", 0, 2), ("crashing_conditions", 2, 0), ("killing_conditions", 2, 0)],
)
def test_a_candidate_that_hangs_or_dies_costs_no_answer(
    site: str, errors: int, timeouts: int
) -> None:
    files = version_of(900, more=TRAP)
    alone = Shadowed(Folder(files))  # Never started: as a gate without a candidate.
    expected = [alone.ask(days=days) for days in (29, 90)]
    with shadowed(files, around=trapped(site)) as gate:
        until(lambda: gate.shadow.candidate is not None)
        answers = [gate.ask(days=days) for days in (29, 90)]
        until(lambda: not gate.report().counts.fine)
        until(
            lambda: (
                gate.report().counts.errors.count + gate.report().counts.timeouts.count
                == errors + timeouts
            )
        )
        counts, trouble = gate.report().counts, gate.shadow.trouble
        assert gate.bench.gate.troubles() == {}
    assert [decision for _, decision in answers] == [decision for _, decision in expected]
    ids = tuple(decision_id for decision_id, _ in answers)
    assert counts.errors == (Tally(2, ids) if errors else Tally())
    assert counts.timeouts == (Tally(2, ids) if timeouts else Tally())
    assert (counts.judged, counts.fine) == (0, False)
    assert "the candidate's process ended and is started again" in trouble


def test_what_finds_no_room_is_dropped_and_counted() -> None:
    files = version_of(900, more=TRAP)
    around = trapped("hanging_conditions", judge=0.5)
    with shadowed(files, around=around, queue=ShadowQueue(most=2)) as gate:
        until(lambda: gate.shadow.candidate is not None)
        for _ in range(8):
            gate.ask(days=29)
    # All that were asked for are told of, whatever became of them.
    counts = gate.report().counts
    assert counts.dropped >= 5
    assert counts.dropped + counts.timeouts.count + counts.errors.count == 8


def test_a_document_too_large_to_wait_is_dropped() -> None:
    with shadowed(STRICTER, queue=ShadowQueue(most_bytes=10)) as gate:
        gate.ready()
        gate.ask()
        until(lambda: gate.report().counts.dropped == 1)
    assert gate.report().counts.judged == 0


def test_the_report_is_the_same_after_a_restart_and_goes_on() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.ask(days=29)
        gate.ask(days=90)
        gate.after(2)
    before = gate.report()
    (document,) = gate.recorded
    assert (document.counts, document.since) == (before.counts, before.since)

    bench = gate.bench.restart()
    with shadowed(STRICTER, bench=bench) as again:
        again.ready()
        assert again.report() == before
        later, _ = again.ask(days=90)
        counts = again.after(3)
    assert counts.newly_blocked.examples == (*before.counts.newly_blocked.examples, later)
    assert [document.counts.judged for document in again.recorded] == [2, 1]
    check(bench.storage)


def test_nothing_is_recorded_where_nothing_was_counted() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
    assert gate.recorded == []


def test_another_active_policy_starts_a_new_count_and_records_the_old() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.ask(days=90)
        gate.after(1)
        first, newer = gate.bench.gate.policy, active(899)
        gate.bench.gate.activate(newer)
        assert gate.report().counts.judged == 0
        gate.ask(days=90)
        assert gate.after(1).judged == 1
        until(lambda: len(gate.recorded) == 1)
    assert [refs(each)[0] for each in gate.recorded] == [first, newer.ref]
    assert gate.shadow.report(first).counts.judged == 1


def test_a_new_candidate_is_taken_up_and_starts_a_new_count() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.ask(days=90)
        gate.after(1)
        gate.folder.files = version_of(901)
        gate.ready()
        assert gate.report().counts.judged == 0
        gate.ask(days=90)
        assert gate.after(1).fine
    assert [refs(each)[1].version for each in gate.recorded] == [900, 901]


def test_a_bad_candidate_is_told_once_and_the_one_before_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = STRICTER[POLICY].replace(b"\n    mode: enforce", b"\n    mode: enforced", 1)
    with caplog.at_level(logging.ERROR), shadowed(STRICTER) as gate:
        gate.ready()
        gate.folder.files = STRICTER | {POLICY: text}
        until(lambda: bool(gate.shadow.trouble))
        gate.ask(days=90)
        assert gate.after(1).newly_blocked.count == 1
        assert "policy.yaml:70:11: " in gate.report().trouble
        gate.folder.files = STRICTER
        until(lambda: not gate.shadow.trouble)
    assert caplog.text.count("a new candidate is refused: policy.yaml:70:11: ") == 1


def test_without_a_candidate_that_loads_nothing_is_counted() -> None:
    with shadowed({POLICY: b"format: other"}) as gate:
        until(lambda: bool(gate.shadow.trouble))
        gate.ask()
        assert gate.shadow.candidate is None
    report = gate.report()
    assert (report.candidate, report.since, bool(report.counts)) == (None, None, False)
    assert report.trouble.startswith("a new candidate is refused: ")


def test_a_repeat_is_not_judged_again() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.bench.gate.evaluate(gate.bench.request)
        gate.bench.gate.evaluate(gate.bench.request)
        gate.bench.gate.evaluate_batch((gate.bench.request, gate.bench.ask(request_id="other")))
        gate.after(2)
    assert gate.report().counts.judged == 2


def test_bytes_that_are_no_certificate_are_judged_alike() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.bench.gate.evaluate(gate.bench.ask(tbs_certificate=b"none"))
        counts = gate.after(1)
    assert counts.fine
    assert counts.rules == ()


def test_what_the_log_does_not_take_is_kept_for_later() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.ask(days=90)
        gate.after(1)
        gate.bench.storage.fault = Fault.BEFORE
        gate.shadow._book.write()
        assert gate.report().counts.judged == 1
    assert gate.recorded == []


def test_what_was_erased_is_still_counted_by_its_leaf() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        gate.ask(days=90)
        gate.after(1)
    bench = gate.bench.restart()
    state = bench.storage.state()
    assert state is not None
    (entry,) = (
        each for each in bench.storage.entries(0, state.size) if each.entry_id.startswith("shadow")
    )
    bench.storage._held.entries[entry.index] = replace(entry, private=b"", salt=b"")
    with shadowed(STRICTER, bench=bench) as again:
        again.ready()
        counts = again.report().counts
    assert (counts.judged, counts.newly_blocked, counts.rules) == (1, Tally(1), ())
    check(bench.storage)


def test_the_same_case_fails_the_same_floors(caplog: pytest.LogCaptureFixture) -> None:
    """What floors say does not depend on the policy: neither may the shadow say otherwise."""
    with shadowed(STRICTER) as gate:
        gate.ready()
        _, decision = gate.ask("unknown.example", days=29)
        counts = gate.after(1)
    failed = {rule.rule_id for rule in decision.rules if rule.outcome is Outcome.FAIL}
    assert "floor.validation" in failed
    assert counts.rules == ()
    # How much is logged depends on what ran before in this process; errors always are.
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_stopping_does_not_wait_for_a_candidate_that_hangs() -> None:
    with shadowed(version_of(900, more=TRAP), around=trapped("hanging_conditions", 3600)) as gate:
        until(lambda: gate.shadow.candidate is not None)
        gate.ask()
        gate.ask()
    # What was begun and what waited is told as not tried.
    assert gate.report().counts.dropped == 2


def test_candidates_are_loaded_as_the_gate_itself_loads() -> None:
    with shadowed(STRICTER) as gate:
        gate.ready()
        assert gate.report().candidate == load(STRICTER, site=SITE).ref
