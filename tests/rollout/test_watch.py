"""The watch over the policy's folder: what is new there judges, or is told and changes nothing."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

import pytest

from gate.errors import Unavailable
from gate.model import PolicyRef
from gate.policy import Policy
from gate.rollout import PolicyWatch, Rollout, Settling, Standing, Trials
from gate.rollout.watch import AGAIN
from gate.service import Gate
from gate.storage import Fault
from tests.policy_people import AUTHOR, REVIEWER
from tests.rollout.building import Bench, NearTrials
from tests.rollout.bundles import STRICTER, bundle, surroundings
from tests.service.building import Workbench

BOTH = (AUTHOR, REVIEWER)
FIRST = bundle(7, by=BOTH)
NEXT = bundle(8, STRICTER, by=(AUTHOR,))
BAD = bundle(8, ("days: 10", "days: ten"), by=BOTH)


@dataclass(slots=True)
class Watched:
    """A watch over a folder that is a value, at a clock that stands still."""

    bench: Bench = field(default_factory=Bench)
    folder: Mapping[str, bytes] = field(default_factory=lambda: FIRST)
    seconds: float = 0.0
    standing: Standing = field(default_factory=Standing)
    gate: Gate = field(default_factory=lambda: Workbench().gate)
    rollout: Rollout = field(init=False)
    watch: PolicyWatch = field(init=False)

    def __post_init__(self) -> None:
        self.rollout = self.bench.rollout
        first = self.bench.admit(self.folder)
        self.gate.activate(first.policy)
        self.standing.activated(first.policy.ref, first.at)
        self.watch = self.another_watch(self.rollout)

    def another_watch(self, rollout: Rollout, interval: float = 3600) -> PolicyWatch:
        return PolicyWatch(
            settling=Settling(lambda: self.folder),
            rollout=rollout,
            gate=self.gate,
            standing=self.standing,
            interval=timedelta(seconds=interval),
            active=self.folder,
            seconds=lambda: self.seconds,
        )

    def find(self, files: Mapping[str, bytes], looks: int = 1) -> "Watched":
        """Put these files into the folder and look at it so many times."""
        self.folder = files
        for _ in range(looks):
            self.watch.look()
        return self

    @property
    def version(self) -> int:
        return self.gate.policy.version


def test_a_new_version_judges() -> None:
    watched = Watched().find(NEXT)
    assert watched.version == 8
    assert watched.standing.activated_at == watched.bench.now
    assert (watched.standing.refusals, watched.standing.troubles()) == (0, {})


def test_a_bad_version_leaves_the_old_one_and_is_told_once_with_its_place(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()
    tried = watched.bench.trials.tried
    with caplog.at_level(logging.ERROR):
        watched.find(BAD, looks=10)
    assert watched.version == 7
    # How much is logged depends on what ran before in this process; errors always are.
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    assert "degraded: " in caplog.text
    assert "policy.yaml:36:21: " in watched.standing.troubles()["policy"]
    assert "version 7 stays active" in watched.standing.trouble
    assert (watched.standing.refusals, watched.bench.trials.tried) == (1, tried + 1)


def test_what_was_refused_is_tried_again_after_a_while_and_not_told_again() -> None:
    watched = Watched().find(BAD, looks=3)
    tried = watched.bench.trials.tried
    watched.seconds += AGAIN.total_seconds()
    watched.find(BAD, looks=3)
    assert (watched.standing.refusals, watched.bench.trials.tried) == (1, tried + 1)


@pytest.mark.parametrize(("mended", "version"), [(NEXT, 8), (FIRST, 7)])
def test_it_is_mended_by_a_good_version_or_by_the_old_one(
    mended: Mapping[str, bytes], version: int
) -> None:
    watched = Watched().find(BAD).find(mended)
    assert (watched.version, watched.standing.troubles()) == (version, {})
    assert watched.find(mended, looks=3).version == version
    assert watched.standing.refusals == 1


def test_two_different_faults_are_told_each() -> None:
    watched = Watched().find(BAD).find(bundle(6, STRICTER, by=BOTH))
    assert watched.standing.refusals == 2
    assert "6 is not greater than 7" in watched.standing.trouble


def test_many_problems_are_told_in_part_and_counted() -> None:
    text = BAD["policy.yaml"].replace(b"title: t", b"titel: t")
    watched = Watched().find({**bundle(8), "policy.yaml": text}, looks=2)
    assert watched.standing.trouble.count("policy.yaml:") == 3
    assert watched.standing.trouble.endswith(" more")


def test_a_signature_that_came_late_ends_the_trouble() -> None:
    watched = Watched(folder=bundle(7, STRICTER, by=BOTH)).find(bundle(8, by=(AUTHOR,)))
    assert watched.version == 7
    assert "only `alice@ca.example` signed: it releases what" in watched.standing.trouble
    watched.find(bundle(8, by=BOTH))
    assert (watched.version, watched.standing.trouble) == (8, "")


def test_a_signature_that_went_missing_is_told_before_a_restart_finds_out() -> None:
    watched = Watched().find(bundle(7), looks=2)
    assert "nobody signed" in watched.standing.trouble
    assert watched.find(FIRST).standing.trouble == ""


def test_the_log_has_the_policy_before_the_gate_does() -> None:
    watched, seen = Watched(), list[bool]()

    class Strict(Gate):
        def activate(self, policy: Policy) -> None:
            seen.append(watched.bench.recorded[-1].ref == policy.ref)
            super().activate(policy)

    watched.gate.__class__ = Strict
    watched.find(NEXT)
    assert seen == [True]


@pytest.mark.parametrize("fault", Fault)
def test_what_the_log_does_not_take_does_not_judge(fault: Fault) -> None:
    watched = Watched()
    watched.bench.storage.fault = fault
    watched.find(NEXT, looks=3)
    assert watched.version == 7
    assert "the log takes no more entries" in watched.standing.trouble


def test_an_unknown_outcome_is_cleared_up_at_the_next_try() -> None:
    watched = Watched()
    watched.bench.storage.fault = Fault.AFTER
    watched.find(NEXT)
    # The log opens again, and has the entry although the gate was told that nobody knows.
    again = watched.bench.restart()
    watched.watch = watched.another_watch(again.rollout)
    watched.watch._active = None
    watched.find(NEXT)
    assert (watched.version, watched.standing.trouble) == (8, "")
    assert [each.ref.version for each in again.recorded] == [7, 8]


class BrokenTrials(NearTrials):
    """Trials with a bug, until they are mended."""

    broken = True

    def run(self, files: Mapping[str, bytes]) -> PolicyRef:
        if self.broken:
            raise ZeroDivisionError
        return super().run(files)


def test_a_bug_is_told_and_the_watch_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()
    watched.rollout._trials = trials = BrokenTrials()
    watched.find(NEXT)
    assert "a fault of the gate: ZeroDivisionError" in watched.standing.trouble
    assert "Traceback" in caplog.text
    trials.broken = False
    watched.seconds += AGAIN.total_seconds()
    assert watched.find(NEXT).version == 8


def test_the_thread_looks_by_itself_until_it_is_stopped() -> None:
    watched = Watched()
    watch, swapped = watched.another_watch(watched.rollout, interval=0.01), Event()

    class Telling(Gate):
        def activate(self, policy: Policy) -> None:
            super().activate(policy)
            swapped.set()

    watched.gate.__class__ = Telling
    watch.start()
    watched.folder = NEXT
    assert swapped.wait(30)
    watch.stop()
    watched.folder = bundle(9, by=BOTH)
    assert watched.version == 8


class TellingTrials(Trials):
    """Real trials of a policy that never loads, which tell when one has begun."""

    def __init__(self) -> None:
        super().__init__(surroundings("tests.rollout.faults:hanging_site"), lambda: None)
        self.begun = Event()

    def run(self, files: Mapping[str, bytes]) -> PolicyRef:
        self.begun.set()
        return super().run(files)


def test_stopping_ends_a_trial_that_is_under_way() -> None:
    watched = Watched()
    watched.rollout._trials = trials = TellingTrials()
    watch = watched.another_watch(watched.rollout, interval=0.01)
    watch.start()
    watched.folder = NEXT
    assert trials.begun.wait(30)
    before = time.monotonic()
    watch.stop()
    assert time.monotonic() - before < 30
    assert (watched.version, watched.standing.trouble) == (7, "")
    with pytest.raises(Unavailable, match="no policy is tried out any more"):
        trials.run(FIRST)
