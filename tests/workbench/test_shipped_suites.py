"""The policies that ship pass their own tests, which leave nothing untested."""

from dataclasses import replace
from functools import cache

import pytest

from gate.baseline import EARLIEST
from gate.config import SHIPPED_POLICIES, desk_site, read_folder
from gate.model import Mode
from gate.policy import Policy
from gate.policy.schedule import Dated
from gate.workbench.suite import PreparedTest, judge, prepare, untested
from gate.workbench.suite_policy import load_with_tests

NAMES = ("webpki-production", "webpki-staging")
LOOK_ALIKES = "tests/look-alikes.test.yaml"


@cache
def ready(name: str) -> tuple[Policy, tuple[PreparedTest, ...]]:
    """A shipped policy, and its tests ready to be judged."""
    policy, suites = load_with_tests(read_folder(SHIPPED_POLICIES / name), desk_site())
    return policy, prepare(suites, policy)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_policy_passes_its_tests_and_leaves_no_rule_out(name: str) -> None:
    policy, tests = ready(name)
    results = tuple(judge(tests, policy))

    failing = [(str(each.test.where), each.differences) for each in results if not each.passed]
    assert failing == []
    assert tuple(untested(results, policy, read_folder(SHIPPED_POLICIES / name))) == ()
    assert len(results) > 900


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_switched_off_is_noticed(name: str) -> None:
    policy, tests = ready(name)
    for rule in policy.rules:
        off = replace(rule, ladder=(Dated(EARLIEST, Mode.OFF),))
        others = tuple(off if each is rule else each for each in policy.rules)
        mutant = replace(policy, rules=others)
        concerned = [test for test in tests if rule.rule_id in test.expected.fails]

        assert concerned, rule.rule_id
        assert not next(judge(concerned, mutant)).passed, rule.rule_id


def test_test_certificates_are_stopped_by_more_than_one_rule_in_production() -> None:
    policy, tests = ready("webpki-production")
    chosen = [test for test in tests if test.where.file == LOOK_ALIKES and not test.is_base]

    assert len(chosen) == 11
    for result in judge(chosen, policy):
        assert result.decision.deciding, result.test.name
    named = {test.name: test.expected.fails for test in chosen}
    assert "no-famous-address" in named["1.1.1.1, even if it had been validated"]
    assert "floor.validation" in named["1.1.1.1, validated by another applicant"]
    assert "floor.purpose" in named["a good certificate that is only a test"]
