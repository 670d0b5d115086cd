"""Reads the tests of a policy: every mistake at once, each with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.model import Issuer
from gate.policy.definitions import Place
from gate.policy.document import Document, read
from gate.policy.problems import PolicyError, Problem, Problems
from gate.policy.quoting import quoted
from gate.policy.shape import shaped
from gate.workbench.suite_issuers import SuiteIssuers
from gate.workbench.suite_shape import SuiteFile
from gate.workbench.suite_tests import SuiteTest, tests_of

FOLDER = "tests/"
SUFFIX = ".test.yaml"
CERTIFICATES = "certificates/"
SURVIVORS = "tests/survivors.yaml"

_HOW_TO_WRITE_ONE = (
    "there is no test: write `tests/NAME.test.yaml` with `format: gate-policy-test/1`, `about`, "
    "`issuers`, a `base` that is released, and `tests` that change it and say what to expect"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suites:
    """All tests of a policy, the issuers they are for, and the certificates they name."""

    tests: tuple[SuiteTest, ...]
    issuers: tuple[Issuer, ...]
    certificates: Mapping[str, bytes]


def tests_in(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Of a policy's files, those of its tests."""
    return {path: data for path, data in files.items() if path.startswith(FOLDER)}


def read_suites(files: Mapping[str, bytes]) -> Suites:
    """Read every `….test.yaml`, its bases and changes joined.

    Beside them may lie `certificates/…`, `survivors.yaml` and READMEs. Raises PolicyError with
    every mistake, each with its place; no test at all is one.
    """
    problems = Problems()
    certificates = {path: data for path, data in files.items() if CERTIFICATES in f"/{path}"}
    documents = tuple(_documents(files, problems))
    problems.raise_any()
    shapes = [(document, shaped(document, SuiteFile)) for document in documents]
    read_files = [(document, shape) for document, shape in shapes if shape is not None]
    issuers = SuiteIssuers(certificates)
    for document, shape in read_files:
        issuers.add(shape.issuers, Place(document, ("issuers",)))
    tests = [test for document, shape in read_files for test in tests_of(document, shape)]
    _refuse_same_names(tests)
    problems.raise_any()
    return Suites(tests=tuple(tests), issuers=issuers.found, certificates=certificates)


def _documents(files: Mapping[str, bytes], problems: Problems) -> Iterator[Document]:
    found = False
    for path, data in sorted(files.items()):
        if path.endswith(SUFFIX):
            found = True
            yield read(path, data, problems)
        elif not _is_passed_over(path):
            text = f"unknown file: the name of a file of tests ends in `{SUFFIX}`"
            problems.add(path, 0, 0, text)
    if not found:
        raise PolicyError(Problem(FOLDER, 0, 0, _HOW_TO_WRITE_ONE))


def _is_passed_over(path: str) -> bool:
    """What may lie beside tests and is none."""
    name = path.rpartition("/")[2]
    return name.startswith("README") or path == SURVIVORS or CERTIFICATES in f"/{path}"


def _refuse_same_names(tests: list[SuiteTest]) -> None:
    first: dict[str, Problem] = {}
    for test in tests:
        if test.is_base:
            continue
        if test.name in first:
            where = first[test.name]
            text = f"the name {quoted(test.name)} is already that of {where.file}:{where.line}"
            test.document.add((*test.path, "name"), text)
        first.setdefault(test.name, test.where)
