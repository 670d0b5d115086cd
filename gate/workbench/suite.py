"""A policy's own tests: built once, judged by this policy or any other, and what they leave out.

Building makes real certificates and joins them with their evidence; judging is `decide` and a
comparison, so that a mutant of the policy costs a fraction of a millisecond a test.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gate.baseline import REQUIRED_LINTERS
from gate.decide import decide
from gate.decide.floors import FLOORS
from gate.decide.mandatory import FLOOR
from gate.model import Case, Decision, Outcome, PolicyRef
from gate.policy import Policy, PolicyError, Problem
from gate.policy.definitions import Place
from gate.policy.document import read
from gate.policy.kinds.linter_findings_below import LinterFindingsBelow
from gate.policy.problems import Problems, did_you_mean
from gate.policy.quoting import quoted
from gate.workbench.suite_case import CaseBuilder
from gate.workbench.suite_certificate import Certificates
from gate.workbench.suite_files import Suites, read_suites
from gate.workbench.suite_outcomes import Outcomes, differences, expected_outcomes, outcomes_of
from gate.workbench.suite_shape import ANY_VERSION
from gate.workbench.suite_tests import SuiteTest

_FLOOR_IDS = (*(floor.rule_id for floor in FLOORS), FLOOR)
_FAILING = frozenset({Outcome.FAIL, Outcome.EXCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTest:
    """A test ready to be judged by any policy; `where` has its name and place.

    The base of each file is one too: it must be released with nothing else to say. `renewed`
    says that no list of the policy counts as too old.
    """

    where: Problem
    case: Case
    expected: Outcomes
    is_base: bool
    renewed: bool

    @property
    def name(self) -> str:
        """What the author calls it."""
        return self.where.text


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What a policy made of one test."""

    __test__ = False

    test: PreparedTest
    decision: Decision

    @property
    def passed(self) -> bool:
        """Whether exactly what was expected came."""
        return outcomes_of(self.decision) == self.test.expected

    @property
    def differences(self) -> tuple[str, ...]:
        """What came otherwise, in words."""
        return differences(self.test.expected, self.decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteReport:
    """What a policy made of all its tests.

    `untested` names, at its place in the policy, each rule that no test sees pass, or none fail.
    """

    policy: PolicyRef
    results: tuple[TestResult, ...]
    untested: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether every test passed, and every rule was tested both ways."""
        return not self.failures and not self.untested

    @property
    def failures(self) -> tuple[TestResult, ...]:
        """The tests that did not pass."""
        return tuple(result for result in self.results if not result.passed)


def run_suite(
    files: Mapping[str, bytes], policy: Policy, tests: Mapping[str, bytes]
) -> SuiteReport:
    """Judge a policy by its tests.

    `files` are the policy's, `tests` those of its tests (`tests_in(files)`, or others). Raises
    PolicyError with every mistake in the tests, and where there are none.
    """
    return run_suites(read_suites(tests), policy, files)


def run_suites(suites: Suites, policy: Policy, files: Mapping[str, bytes]) -> SuiteReport:
    """The same for tests that were read; raises PolicyError where some cannot be built."""
    results = tuple(judge(prepare(suites, policy), policy))
    return SuiteReport(
        policy=policy.ref, results=results, untested=tuple(untested(results, policy, files))
    )


def prepare(suites: Suites, policy: Policy) -> tuple[PreparedTest, ...]:
    """Build the case of every test, the bases first to last among them.

    `policy` says which ids may be expected, and which linters have completed unless a test
    says otherwise. Raises PolicyError with every test that cannot be built.
    """
    problems = Problems()
    builder = CaseBuilder(
        certificates=Certificates(
            issuers={issuer.name: issuer for issuer in suites.issuers}, files=suites.certificates
        ),
        linters=_linters(policy),
    )
    prepared = [_prepared(test, policy, builder, problems) for test in suites.tests]
    problems.raise_any()
    return tuple(test for test in prepared if test)


def judge(tests: Iterable[PreparedTest], policy: Policy) -> Iterator[TestResult]:
    """Yield what the policy makes of each test, one by one: whoever has seen enough may stop."""
    renewed = replace(policy, rules=tuple(replace(rule, lists=()) for rule in policy.rules))
    for test in tests:
        judging = renewed if test.renewed else policy
        yield TestResult(test=test, decision=decide(test.case, judging))


def untested(
    results: Iterable[TestResult], policy: Policy, files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Each rule that no test sees pass, or that none sees fail, where the policy has it."""
    seen: dict[str, set[Outcome]] = {rule.rule_id: set() for rule in policy.rules}
    for result in results:
        for became in result.decision.rules:
            if became.rule_id in seen:
                seen[became.rule_id].add(became.outcome)
    place = Place(read("policy.yaml", files["policy.yaml"], problems := Problems()), ("rules",))
    for at, rule in enumerate(policy.rules):
        outcomes = seen[rule.rule_id]
        ways = [("pass", Outcome.PASS in outcomes), ("fail", bool(outcomes & _FAILING))]
        if missing := [way for way, found in ways if not found]:
            place.below(at).note(f"no test sees it {' and none sees it '.join(missing)}")
    yield from _found(problems)


def _linters(policy: Policy) -> dict[str, str]:
    """The linters that have completed, each of a version that the policy takes."""
    versions = dict.fromkeys(sorted({*policy.required_linters, *REQUIRED_LINTERS}), ANY_VERSION)
    for rule in policy.rules:
        if isinstance(rule.requirement, LinterFindingsBelow):
            for name, taken in rule.requirement.versions.items():
                named = (each.version for each in taken)
                versions[name] = next((each for each in named if taken.contains(each)), ANY_VERSION)
    return versions


def _prepared(
    test: SuiteTest, policy: Policy, builder: CaseBuilder, problems: Problems
) -> PreparedTest | None:
    place = Place(replace(test.document, problems=problems), test.path)
    if not test.is_base:
        _check_ids(test, policy, place.below("expect"))
    # Facts that were changed stand nowhere as a whole: what is wrong is told at the test.
    case = builder.build(test.facts, test.at, place)
    if case is None:
        return None
    return PreparedTest(
        where=test.where,
        case=case,
        expected=expected_outcomes(test.expect),
        is_base=test.is_base,
        renewed=test.renewed,
    )


def _check_ids(test: SuiteTest, policy: Policy, place: Place) -> None:
    known = (*(rule.rule_id for rule in policy.rules), *_FLOOR_IDS)
    for path, rule_id in test.expect.named():
        if rule_id not in known:
            text = f"no rule or floor is called {quoted(rule_id)}{did_you_mean(rule_id, known)}"
            place.below(*path).note(text, at_key=path[0] == "excepted")
    exceptions = [each.exception_id for each in policy.exceptions]
    for rule_id, name in test.expect.excepted.items():
        if name not in exceptions:
            text = f"no exception is called {quoted(name)}{did_you_mean(name, exceptions)}"
            place.below("excepted", rule_id).note(text)


def _found(problems: Problems) -> tuple[Problem, ...]:
    try:
        problems.raise_any()
    except PolicyError as error:
        return error.found
    return ()
