"""`gate policy test`: what a policy makes of its own tests, and what these leave out."""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from gate.cli.commands import Commands, read_count
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.output import Colour, add_format, paint, print_json, progress
from gate.cli.plain import plain_fields
from gate.cli.policy_boundaries import GENERATED, write_boundaries
from gate.config import desk_site, read_folder
from gate.config.mutating import MutationReport, mutate
from gate.errors import ConfigError
from gate.policy.problems import Problem, did_you_mean
from gate.policy.sentences import counted
from gate.workbench.suite import SuiteReport, TestResult, run_suites
from gate.workbench.suite_outcomes import Outcomes, outcomes_of
from gate.workbench.suite_policy import load_with_tests

EXAMPLES = (
    "gate policy test policies/webpki-production",
    "gate policy test policies/webpki-production --only 'famous IPv4'",
    "gate policy test policies/webpki-production --mutate",
    "gate policy test policies/webpki-production --generate",
)

EPILOG = """\
--generate writes tests on both sides of every date, number and entry, on the base that the
tests have. They expect what the policy does: read them once and confirm that you mean it.

A mutant is the policy with one small thing changed: a rule, key or entry left out, a word
exchanged, a number or a date moved by one. One that no test notices survives: write a test
that tells it from the policy, or list it in tests/survivors.yaml with the reason why none can.

Exits with 1 where a test fails, a rule is untested, or a mutant survives that is not listed."""


def add(verbs: Commands) -> None:
    """Add the verb."""
    test = verbs.add_parser(
        "test",
        help="judge a policy by its own tests/*.test.yaml",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    test.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a policy's folder")
    test.add_argument(
        "--only",
        metavar="NAME",
        default="",
        help="tests with this in their name; whether every rule is tested is then not asked",
    )
    test.add_argument(
        "--mutate", action="store_true", help="change the policy everywhere, and see who notices"
    )
    test.add_argument(
        "--workers",
        type=read_count,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes for --mutate (default: one for each processor)",
    )
    test.add_argument(
        "--generate", action="store_true", help=f"write DIR/{GENERATED} and test nothing"
    )
    test.add_argument("--output", type=Path, metavar="FILE", help="write generated tests here")
    test.add_argument("--force", action="store_true", help="write over what was generated before")
    add_format(test)
    test.set_defaults(run=run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What is told of one folder: a report, or the problems that stand in its way.

    `names` are those of all its tests. Where only some were asked for, no rule is missed.
    `mutation` is None where no mutants were asked for, or the tests themselves fail.
    """

    folder: Path
    report: SuiteReport | None = None
    names: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    mutation: MutationReport | None = None

    @property
    def results(self) -> tuple[TestResult, ...]:
        """What came of each test."""
        return self.report.results if self.report else ()

    @property
    def failures(self) -> tuple[TestResult, ...]:
        """The tests that did not pass."""
        return self.report.failures if self.report else ()

    @property
    def untested(self) -> tuple[Problem, ...]:
        """The rules that no test sees pass, or that none sees fail."""
        whole = len(self.results) == len(self.names)
        return self.report.untested if self.report and whole else ()

    @property
    def code(self) -> ExitCode:
        """How a command ends that tests this folder alone."""
        if self.problems:
            return ExitCode.FAILED
        survivors = self.mutation.survivors if self.mutation else ()
        return ExitCode.BLOCKED if self.failures or self.untested or survivors else ExitCode.FINE


def run(options: argparse.Namespace) -> ExitCode:
    """Test each folder; 1 where a test fails or something is untested, 2 where tests are wrong."""
    if options.only and options.mutate:
        raise WrongUsage("give --mutate without --only: mutants are for all tests")
    if options.generate:
        return write_boundaries(options)
    if options.output or options.force:
        raise WrongUsage("give --output and --force with --generate only")
    tested = [_test(folder, options.only) for folder in options.folders]
    _refuse_nothing(options.only, tested)
    if options.mutate:
        tested = [_mutate(each, options.workers) for each in tested]
    if options.format == "json":
        print_json([_plain(each) for each in tested])
    else:
        for each in tested:
            _print(each)
    return max(each.code for each in tested)


def _test(folder: Path, only: str) -> Tested:
    files = read_folder(folder)
    try:
        policy, suites = load_with_tests(files, desk_site())
        asked = tuple(test for test in suites.tests if only.casefold() in test.name.casefold())
        report = run_suites(replace(suites, tests=asked), policy, files)
    except ConfigError as error:
        return Tested(folder=folder, problems=error.problems)
    return Tested(folder=folder, report=report, names=tuple(test.name for test in suites.tests))


def _mutate(tested: Tested, workers: int) -> Tested:
    """The same with its mutants; none where the policy itself fails."""
    if tested.problems or tested.failures:
        return tested
    try:
        report = mutate(
            read_folder(tested.folder), workers=workers, progress=progress("judged mutants")
        )
    except ConfigError as error:
        return replace(tested, problems=error.problems)
    return replace(tested, mutation=report)


def _refuse_nothing(only: str, tested: Sequence[Tested]) -> None:
    """No test at all must not look like no failure."""
    if any(each.results or each.problems for each in tested):
        return
    names = {name for each in tested for name in each.names}
    raise WrongUsage(f"no test has `{only}` in its name{did_you_mean(only, names)}")


def _print(tested: Tested) -> None:
    for line in _lines(tested):
        print(paint(f"{tested.folder}/{line}", Colour.RED))
    if tested.problems:
        was = "some of it" if tested.report else "nothing"
        print(f"{tested.folder}: {counted(len(tested.problems), 'problem')}, {was} was tested")
        return
    count, failed, untested = len(tested.results), len(tested.failures), len(tested.untested)
    words = [f"{failed} of {count} tests failed" if failed else f"{count} tests passed"]
    if untested:
        words.append(f"{untested} rules are untested")
    elif count == len(tested.names):
        words.append("every rule is seen to pass and to fail")
    print(f"{tested.folder}: {', '.join(words)}")
    if tested.mutation:
        print(f"{tested.folder}: {_counted(tested.mutation)}")


def _counted(report: MutationReport) -> str:
    words = [f"{report.total - report.same} mutants: {report.killed} are noticed by a test"]
    if report.listed:
        words.append(f"{len(report.listed)} survive for a reason that is listed")
    if report.survivors:
        words.append(f"{len(report.survivors)} survive")
    return ", ".join(words)


def _lines(tested: Tested) -> Iterator[str]:
    yield from tested.problems
    for result in tested.failures:
        yield f"{result.test.where}: {'; '.join(result.differences)}"
    yield from map(str, tested.untested)
    for mutant in tested.mutation.survivors if tested.mutation else ():
        yield f"{mutant.where}: no test notices it"


def _plain(tested: Tested) -> dict[str, Any]:
    return {
        "folder": tested.folder,
        "policy": tested.report and tested.report.policy,
        "passed": tested.code is ExitCode.FINE,
        "problems": tested.problems,
        "tests": [_plain_result(result) for result in tested.results],
        "untested": tested.untested,
        "mutation": tested.mutation and _plain_mutation(tested.mutation),
    }


def _plain_mutation(report: MutationReport) -> dict[str, Any]:
    return {
        "mutants": report.total - report.same,
        "killed": report.killed,
        "survivors": [
            {**plain_fields(mutant.where), "mutant": mutant.name} for mutant in report.survivors
        ],
        "listed": report.listed,
    }


def _plain_result(result: TestResult) -> dict[str, Any]:
    where = result.test.where
    return {
        "name": result.test.name,
        "file": where.file,
        "line": where.line,
        "column": where.column,
        "passed": result.passed,
        "expected": _plain_outcomes(result.test.expected),
        "got": _plain_outcomes(outcomes_of(result.decision)),
        "differences": result.differences,
    }


def _plain_outcomes(outcomes: Outcomes) -> dict[str, Any]:
    """As a test would write them."""
    found: dict[str, Any] = {"verdict": outcomes.verdict}
    for each in fields(Outcomes)[1:-1]:
        found[each.name] = sorted(getattr(outcomes, each.name))
    return {**found, "excepted": dict(sorted(outcomes.excepted))}
