"""The tests that a policy must pass before it judges: its own, and the operators'."""

from collections.abc import Mapping

from gate.policy import Policy, Problem
from gate.workbench.suite import TestResult, run_suite
from gate.workbench.suite_files import tests_in

OPERATORS = "operators/"
"""Where an operators' test is said to be, so that nobody looks for it in the policy."""


def failed_tests(
    files: Mapping[str, bytes], policy: Policy, operators: Mapping[str, bytes] | None
) -> tuple[Problem, ...]:
    """What the tests say against this policy; nothing where they all pass.

    `operators` are the files of their known-good and known-bad set, by path in its folder; None
    where they keep none. Raises PolicyError for mistakes in the tests, and where there is none.
    """
    own = tests_in(files)
    found = list[Problem]()
    if own or operators is None:
        found += map(_told, run_suite(files, policy, own).failures)
    if operators is not None:
        named = {f"{OPERATORS}{path}": content for path, content in operators.items()}
        found += map(_told, run_suite(files, policy, named).failures)
    return tuple(found)


def _told(result: TestResult) -> Problem:
    where = result.test.where
    return Problem(
        where.file,
        where.line,
        where.column,
        f"the test {where.text!r} failed: {'; '.join(result.differences)}",
    )
