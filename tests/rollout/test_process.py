"""A policy in a process of its own: what is wrong in it costs that process, and is told."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.decide import decide
from gate.errors import ConfigError, Malformed, Unavailable
from gate.policy import PolicyError, load
from gate.record import open_decision
from gate.workbench.recorded_case import case_of
from tests.policy.bundles import ISSUERS
from tests.policy.bundles import bundle as without_tests
from tests.rollout.bundles import SITE, TEST, bundle, surroundings
from tests.rollout.faults import FAULTS
from tests.service.building import Workbench

FAILING = ("fails: [validity]", "fails: [age]")


def tried(files: dict[str, bytes], operators: dict[str, bytes] | None = None, **limits: Any) -> Any:
    with surroundings(**limits).trial(files, operators) as process:
        return process.greet()


def test_a_sound_policy_says_which_it_is() -> None:
    assert tried(bundle()) == load(bundle(), site=SITE).ref


def test_mistakes_come_with_their_places() -> None:
    with pytest.raises(PolicyError) as caught:
        tried(bundle(7, ("mode: dry-run", "mode: dry"), ("days: 10", "days: ten")))
    assert [(each.file, each.line, each.column) for each in caught.value.found] == [
        ("policy.yaml", 36, 21),
        ("policy.yaml", 51, 11),
    ]


def test_a_failed_test_is_told_with_its_place() -> None:
    files = bundle() | {"tests/small.test.yaml": TEST.replace(*FAILING).encode()}
    with pytest.raises(PolicyError, match=r"tests/small\.test\.yaml:20:5: .* failed") as caught:
        tried(files)
    assert "`validity`" in str(caught.value)


def test_the_operators_tests_are_run_too() -> None:
    failing = {"known-bad.test.yaml": TEST.replace(*FAILING).encode()}
    with pytest.raises(PolicyError, match=r"operators/known-bad\.test\.yaml:20:5"):
        tried(bundle(), failing)


def test_a_policy_needs_a_test_of_somebodys() -> None:
    with pytest.raises(PolicyError, match="there is no test"):
        tried(without_tests())
    with pytest.raises(PolicyError, match="there is no test"):
        tried(bundle(), {})
    assert tried(without_tests(), {"known-good.test.yaml": TEST.encode()}).name == "small"


def test_without_tests_wanted_none_is_run() -> None:
    with surroundings().process(without_tests()) as process:
        assert process.greet().name == "small"


@pytest.mark.parametrize(("fault", "said"), FAULTS.items())
def test_whatever_happens_in_there_is_a_refusal_with_its_reason(
    fault: Callable[..., Any], said: str
) -> None:
    site = f"{fault.__module__}:{fault.__name__}"
    with pytest.raises(ConfigError, match=said):
        tried(bundle(), site=site, memory=1 << 30, load=1.5)


def test_a_process_that_was_killed_is_a_refusal() -> None:
    with surroundings().process(bundle()) as process:
        process.kill()
        with pytest.raises(ConfigError, match="SIGKILL"):
            process.greet()


def test_it_judges_recorded_decisions_as_the_gate_itself_would() -> None:
    bench = Workbench().record()
    answer = bench.gate.evaluate(bench.request)
    entry = bench.storage.by_id(answer.decision.decision_id)
    case = case_of(open_decision(entry), {issuer.name: issuer for issuer in ISSUERS})
    expected = decide(case, load(bundle(), site=SITE))

    with surroundings().process(bundle()) as process:
        process.greet()
        assert process.judge(entry.private) == expected
        with pytest.raises(Malformed, match="not compressed"):
            process.judge(b"no document")
        # What was wrong with one case is over with it.
        assert process.judge(entry.private) == expected
        process.kill()
        with pytest.raises(Unavailable):
            process.judge(entry.private)
