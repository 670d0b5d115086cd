"""A policy loaded for its own tests: for exactly the issuers that these name."""

from collections.abc import Mapping
from dataclasses import replace

from gate.policy import Policy, PolicyError, Problem, Site, load
from gate.workbench.suite_files import Suites, read_suites, tests_in

_IN_TESTS = "for the tests, whose `issuers` are all that there are"


def load_with_tests(files: Mapping[str, bytes], site: Site) -> tuple[Policy, Suites]:
    """The policy in these files, and its tests.

    `site` is an author's desk: the issuers are those of the tests, which must have every issuer
    that the policy names. Raises PolicyError with every mistake in the policy and in its tests.
    """
    found: list[Problem] = []
    suites = policy = None
    try:
        suites = read_suites(tests_in(files))
    except PolicyError as error:
        found += error.found
    try:
        policy = load(files, site=site)
    except PolicyError as error:
        found += error.found
    if policy is None or suites is None:
        raise PolicyError(*found)
    try:
        return load(files, site=replace(site, issuers=suites.issuers)), suites
    except PolicyError as error:
        told = (replace(each, text=f"{each.text}, {_IN_TESTS}") for each in error.found)
        raise PolicyError(*told) from None
