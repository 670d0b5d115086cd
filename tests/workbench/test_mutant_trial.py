"""A mutant is killed by a test that notices it, and survives where none does."""

import pytest

from gate.config.mutating import mutate
from gate.errors import Refused
from gate.policy import PolicyError, Site
from gate.workbench.mutant_trial import Fate, MutantTrial
from gate.workbench.mutants import mutants
from gate.workbench.suite import prepare
from gate.workbench.suite_files import SURVIVORS
from gate.workbench.suite_policy import load_with_tests
from tests.workbench.suites import TOO_LONG, entry, files

NINE = entry(
    "verdict: BLOCK, fails: [floor.forbidden_names, addresses]",
    name="a listed address",
    certificate__names__1="2001:db8::1",
)
LISTED = """\
format: gate-policy-survivors/1
survivors:
  - reason: {reason}
    mutants: ["{mutant}"]
"""
DROPPED = "lists/words.txt: test: left out"
ABSENT = (
    "there is no mutant `lists/words.txt: tset: left out`; did you mean "
    "`lists/words.txt: test: left out`?"
)
NOTICED = "`policy.yaml: rules > granted: left out` does not survive: take it out of the list"


def fates(*tests: str) -> dict[str, Fate]:
    """What becomes of the mutants of the small policy with these tests."""
    given = files(*tests)
    policy, suites = load_with_tests(given, Site())
    site = Site(issuers=suites.issuers)
    trial = MutantTrial(policy=policy, files=given, site=site, tests=prepare(suites, policy))
    return {each.name: trial.fate(each) for each in mutants(given, site)}


def test_a_mutant_that_a_test_tells_apart_is_killed_and_another_survives() -> None:
    found = fates(TOO_LONG, NINE)

    assert found["lists/addresses.txt: 2001:db8::/32: left out"] is Fate.KILLED
    assert found["policy.yaml: schedules > validity > #1 > days: 200 instead of 199"] is Fate.KILLED
    assert found["policy.yaml: schedules > validity > #2 > days: 98 instead of 99"] is Fate.SURVIVES
    assert found["lists/names.txt: bank.example: left out"] is Fate.SURVIVES


def test_a_mutant_that_does_not_load_is_killed() -> None:
    found = fates(TOO_LONG)

    assert found["policy.yaml: rules > granted: left out"] is Fate.KILLED
    assert found["policy.yaml: rules > validated > mode: warn instead of enforce"] is Fate.KILLED


def test_a_mutant_that_changes_nothing_that_is_judged_is_no_mutant() -> None:
    found = fates(TOO_LONG)

    assert found["policy.yaml: lists > some-addresses > at_least: 1 instead of 2"] is Fate.SAME


def test_a_policy_that_fails_its_own_tests_is_not_mutated() -> None:
    with pytest.raises(Refused, match="does not pass 1 of its tests"):
        fates(entry("verdict: BLOCK, fails: [window]", certificate__lasts="{days: 89}"))


def test_one_process_and_two_come_to_the_same() -> None:
    given, told = files(TOO_LONG, NINE), list[int]()

    one = mutate(given, workers=1, progress=lambda done, total: told.append(total - done))
    two = mutate(given, workers=2, progress=lambda done, total: told.append(total - done))

    assert one == two
    assert told.count(0) == 2
    assert one.killed + len(one.survivors) + one.same == one.total
    assert DROPPED in {each.name for each in one.survivors}


def test_a_listed_mutant_may_survive() -> None:
    report = mutate(with_list(DROPPED), workers=1, progress=lambda *_: None)

    assert report.listed == {DROPPED: "nobody minds"}
    assert DROPPED not in {each.name for each in report.survivors}


@pytest.mark.parametrize(
    ("mutant", "told"),
    [
        ("lists/words.txt: tset: left out", ABSENT),
        ("policy.yaml: rules > granted: left out", NOTICED),
    ],
)
def test_the_list_of_survivors_must_be_true(mutant: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        mutate(with_list(mutant), workers=1, progress=lambda *_: None)

    assert caught.value.problems == (f"{SURVIVORS}:4:15: survivors > #1 > mutants > #1: {told}",)


def test_mistakes_in_the_list_are_told_with_their_places() -> None:
    text = (
        "format: gate-policy-survivors/1\nsurvivors:\n  - {reason: x, mutants: [a, b]}\n"
        "  - {reason: y, mutants: [a]}\n"
    )
    with pytest.raises(PolicyError) as caught:
        mutate({**files(TOO_LONG), SURVIVORS: text.encode()}, workers=1, progress=lambda *_: None)
    assert caught.value.problems == (
        f"{SURVIVORS}:4:27: survivors > #2 > mutants > #1: stands twice",
    )

    with pytest.raises(PolicyError, match="`reason` is missing"):
        mutate(
            {**files(TOO_LONG), SURVIVORS: text.replace("reason: x, ", "").encode()},
            workers=1,
            progress=lambda *_: None,
        )


def with_list(mutant: str) -> dict[str, bytes]:
    """The small policy with one mutant listed."""
    listed = LISTED.format(reason="nobody minds", mutant=mutant)
    return {**files(TOO_LONG), SURVIVORS: listed.encode()}
