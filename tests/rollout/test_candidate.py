"""The candidate's process: started again with patience, and never judged by half."""

from collections.abc import Mapping
from contextlib import closing

import pytest

from gate.errors import ConfigError, Malformed, Unavailable
from gate.rollout import Candidate, Surroundings
from gate.rollout.candidate import LONGEST_PAUSE
from gate.rollout.watch import AGAIN
from tests.rollout.bundles import STRICTER, bundle, surroundings
from tests.rollout.shadowing import TRAP, Folder, trapped, version_of
from tests.service.building import Workbench

FIRST, NEXT = bundle(7), bundle(8, STRICTER)
BAD = bundle(8, ("days: 10", "days: ten"))


class Kept:
    """A candidate of a folder that is a value, at a clock that stands still."""

    def __init__(self, files: Mapping[str, bytes], around: Surroundings | None = None) -> None:
        self.seconds = 0.0
        self.folder = Folder(files)
        around = around or surroundings()
        self.candidate = Candidate(self.folder, around, lambda: self.seconds)
        self.candidate.begin()

    def find(self, files: Mapping[str, bytes]) -> None:
        """Put these files into the folder, and look until they are taken to be whole."""
        self.folder.files = files
        self.candidate.look()
        self.candidate.look()

    def close(self) -> None:
        self.candidate.close()


def document() -> bytes:
    """A decision as it was recorded."""
    bench = Workbench().record()
    stored = bench.storage.by_id(bench.gate.evaluate(bench.request).decision.decision_id)
    assert stored is not None
    private: bytes = stored.private
    return private


def test_the_pauses_before_another_start_grow_until_something_is_judged() -> None:
    files = version_of(900, more=TRAP)
    with closing(Kept(files, trapped("crashing_conditions"))) as kept:
        for pause in (1, 2, 4):
            assert kept.candidate.ready()
            with pytest.raises(Unavailable):
                kept.candidate.judge(document())
            assert not kept.candidate.ready()
            kept.seconds += pause - 0.01
            assert not kept.candidate.ready()
            with pytest.raises(Unavailable, match="does not run"):
                kept.candidate.judge(document())
            kept.seconds += 0.01
        assert "is started again" in kept.candidate.trouble
        kept.candidate._falls = 16
        kept.candidate._fell("again")
        assert kept.candidate._due == kept.seconds + LONGEST_PAUSE


def test_a_judgement_ends_the_trouble() -> None:
    with closing(Kept(FIRST)) as kept:
        kept.candidate._fell("once")
        assert kept.candidate.trouble
        kept.candidate.judge(document())
        assert (kept.candidate.trouble, kept.candidate._falls) == ("", 0)


def test_what_is_no_decision_costs_nothing_but_an_error() -> None:
    with closing(Kept(FIRST)) as kept:
        with pytest.raises(Malformed):
            kept.candidate.judge(b"nothing")
        assert kept.candidate.judge(document()).policy == kept.candidate.ref


def test_a_folder_is_taken_up_when_it_is_whole() -> None:
    with closing(Kept(FIRST)) as kept:
        kept.folder.files = NEXT
        kept.candidate.look()
        assert kept.candidate.ref is not None
        assert kept.candidate.ref.version == 7
        kept.candidate.look()
        assert kept.candidate.ref.version == 8
        assert kept.candidate.files == NEXT


def test_what_was_refused_is_tried_again_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    with closing(Kept(FIRST)) as kept:
        kept.find(BAD)
        assert "policy.yaml:36:21: " in kept.candidate.trouble
        kept.candidate.look()
        kept.seconds += AGAIN.total_seconds()
        kept.candidate.look()
        assert caplog.text.count("policy.yaml:36:21: ") == 1
        kept.find(FIRST)
        assert kept.candidate.trouble == ""


class Away:
    """A folder that is not there, until it is."""

    def __init__(self) -> None:
        self.files: Mapping[str, bytes] | None = None

    def __call__(self) -> Mapping[str, bytes]:
        if self.files is None:
            raise ConfigError("nowhere: there is no such folder")
        return self.files


def test_a_folder_that_comes_later_is_taken_up() -> None:
    folder = Away()
    candidate = Candidate(folder, surroundings())
    with closing(candidate):
        candidate.begin()
        assert (candidate.ref, candidate.ready()) == (None, False)
        assert "there is no such folder" in candidate.trouble
        folder.files = FIRST
        candidate.look()
        candidate.look()
        assert candidate.ref is not None
        assert candidate.trouble == ""


def test_after_its_end_nothing_is_started() -> None:
    with closing(Kept(FIRST)) as kept:
        kept.candidate.kill()
        with pytest.raises(Unavailable):
            kept.candidate.judge(document())
        kept.seconds += LONGEST_PAUSE
        assert not kept.candidate.ready()
        kept.find(NEXT)
        assert kept.candidate.ref is not None
        assert kept.candidate.ref.version == 7
