"""A small file of tests for the small policy, to be changed in one place at a time."""

from collections.abc import Iterable

from gate.errors import ConfigError
from gate.policy import Policy, Site
from gate.workbench.suite import PreparedTest, SuiteReport, prepare, run_suite
from gate.workbench.suite_files import Suites, read_suites, tests_in
from gate.workbench.suite_policy import load_with_tests
from tests.policy.bundles import bundle

FILE = "tests/small.test.yaml"

HEAD = """\
format: gate-policy-test/1
about: the small policy
issuers:
  public-r1: {trust: public, environment: production}
  test-r1: {trust: test, environment: staging}
base:
  at: 2026-11-23T12:00:00Z
  gate: {environment: production}
  request:
    account: alice
    profile: tls-ov
    issuer: public-r1
    environment: production
    purpose: SUBSCRIBER
    stage: PRECERTIFICATE
  applicant: alice-ltd
  certificate:
    names: [www.plovidba.hr, 185.60.21.40]
    lasts: {days: 90}
    subject: {o: Plovidba}
  validations:
    - {method: "3.2.2.4.7", age: {days: 3}}
    - {method: "3.2.2.5.6", age: {days: 3}}
tests:
"""

TOO_LONG = """\
  - name: too long
    at: 2026-11-23T12:00:00Z
    change: {certificate.lasts: {days: 199, seconds: 1}}
    expect: {verdict: BLOCK, fails: [validity]}
"""


def entry(
    expect: str = "verdict: RELEASE",
    *,
    name: str = "a test",
    at: str = "2026-11-23T12:00:00Z",
    more: Iterable[str] = (),
    **change: str,
) -> str:
    """The text of one test; in the names of `change`, two underscores stand for a dot."""
    lines = [f"  - name: {name}", f"    at: {at}"]
    if change:
        lines.append("    change:")
        lines += [f"      {path.replace('__', '.')}: {value}" for path, value in change.items()]
    lines += [f"    {line}" for line in more]
    return "\n".join([*lines, f"    expect: {{{expect}}}", ""])


def files(*tests: str, head: str = HEAD, **others: str | None) -> dict[str, bytes]:
    """The small policy with these tests."""
    return {**bundle(**others), FILE: (head + "".join(tests)).encode()}


def suites(*tests: str, head: str = HEAD) -> Suites:
    """The tests as they were read."""
    return read_suites(tests_in(files(*tests, head=head)))


def prepared(*tests: str, head: str = HEAD) -> tuple[PreparedTest, ...]:
    """The tests ready to be judged by the small policy; the base comes first."""
    policy, read = load_with_tests(files(*tests, head=head), Site())
    return prepare(read, policy)


def one(text: str) -> PreparedTest:
    """The one test beside the base."""
    _, found = prepared(text)
    return found


def report(*tests: str, head: str = HEAD) -> SuiteReport:
    """What the small policy makes of these tests."""
    given = files(*tests, head=head)
    return run_suite(given, policy_of(given), tests_in(given))


def policy_of(given: dict[str, bytes]) -> Policy:
    """The policy in these files, for the issuers of its tests."""
    return load_with_tests(given, Site())[0]


def differing(*tests: str) -> list[str]:
    """What came otherwise than expected, test by test."""
    return [difference for each in report(*tests).failures for difference in each.differences]


def mistakes(*tests: str, head: str = HEAD) -> list[str]:
    """What is wrong with these tests."""
    try:
        prepared(*tests, head=head)
    except ConfigError as error:
        return list(error.problems)
    return []
