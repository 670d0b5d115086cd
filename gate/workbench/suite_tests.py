"""The tests of one file: its base, and the base with something changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from gate.errors import Malformed
from gate.policy.document import Document, Mark, Node, Path
from gate.policy.problems import Problem, Problems
from gate.policy.quoting import quoted
from gate.policy.shape import shaped
from gate.workbench.suite_change import changed
from gate.workbench.suite_shape import CaseShape, ExpectShape, SuiteFile, TestShape

BASE = "the base"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteTest:
    """One test as it was read: its facts, whole, and what must come of them at its moment.

    `path` leads to it in its file. `renewed` says that no list counts as too old.
    """

    name: str
    at: datetime
    facts: CaseShape
    expect: ExpectShape
    document: Document
    path: Path
    is_base: bool = False
    renewed: bool = False

    @property
    def where(self) -> Problem:
        """Its name with its place."""
        problems = Problems()
        replace(self.document, problems=problems).add(self.path, "")
        return replace(problems.error().found[0], text=self.name)


def tests_of(document: Document, shape: SuiteFile) -> Iterator[SuiteTest]:
    """The base first, then each test, once for each value of its `each`.

    Notes paths that lead nowhere, facts that are none, and tests that repeat another.
    """
    yield SuiteTest(
        name=BASE,
        at=shape.base.at,
        facts=shape.base,
        expect=ExpectShape.model_validate({"verdict": "RELEASE"}),
        document=document,
        path=("base",),
        is_base=True,
    )
    base = facts_of(_below(document.root, "base"))
    same = {identity(shape.base.at, base, renewed=False): BASE}
    for at, test in enumerate(shape.tests):
        path: Path = ("tests", at)
        for name, node in _variants(document, base, path, test):
            first = same.setdefault(identity(test.at, node, renewed=test.lists), name)
            if first != name:
                document.add(path, f"it asks the same as {quoted(first)}: change something")
            facts = _shaped(document, node, name)
            if facts is not None:
                yield SuiteTest(
                    name=name,
                    at=test.at,
                    facts=facts,
                    expect=test.expect,
                    document=document,
                    path=path,
                    renewed=test.lists,
                )


def _variants(
    document: Document, base: Node, path: Path, test: TestShape
) -> Iterator[tuple[str, Node]]:
    """The facts of a test with its name; for `each`, of every value with a name of its own."""
    written = document.root
    for step in path:
        written = _below(written, step)
    node: Node | None = base
    for key, value, mark in _written(written, "change"):
        node = node and _changed(document, node, (*path, "change", key), value, mark)
    if node is None:
        return
    if test.each is None:
        yield test.name, node
    for key, values, mark in _written(written, "each"):
        for number in range(len(values.value)):
            value = _below(values, number)
            once = _changed(document, node, (*path, "each", key), value, mark)
            if once is None:
                return
            shown = value.value if isinstance(value.value, str) else f"#{number + 1}"
            yield f"{test.name}: {shown}", once


def _changed(document: Document, node: Node, path: Path, value: Node, mark: Mark) -> Node | None:
    try:
        return changed(node, str(path[-1]), value, mark)
    except Malformed as error:
        document.add(path, str(error), at_key=True)
        return None


def _shaped(document: Document, node: Node, name: str) -> CaseShape | None:
    """The facts in their shape; what is wrong with them is told under the test's name."""
    inside = Problems()
    facts = shaped(Document(document.file, node, inside), CaseShape)
    if facts is None:
        for problem in inside.error().found:
            text = f"tests > {quoted(name)[1:-1]} > {problem.text}"
            document.problems.add(problem.file, problem.line, problem.column, text)
    return facts


def _below(node: Node, step: str | int) -> Node:
    """The node one step down a path that is known to be there."""
    if isinstance(node.value, dict):
        found: Node = node.value[str(step)]
    elif isinstance(node.value, tuple) and isinstance(step, int):
        found = node.value[step]
    else:
        raise KeyError(step)
    return found


def _written(test: Node, key: str) -> Iterator[tuple[str, Node, Mark]]:
    """Each path under `change` or `each` with what is written there and where it stands."""
    if isinstance(test.value, dict) and key in test.value:
        below = test.value[key]
        if isinstance(below.value, dict):
            for path, value in below.value.items():
                yield path, value, below.keys[path]


def facts_of(base: Node) -> Node:
    """The base without its moment, which is each test's own."""
    if not isinstance(base.value, dict):
        return base
    return base._replace(value={key: base.value[key] for key in base.value if key != "at"})


def identity(at: datetime, node: Node, *, renewed: bool) -> tuple[datetime, bool, str]:
    """What makes a test another one: its moment and its facts, in whatever order they stand."""
    return at, renewed, repr(_sorted(node.plain()))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return sorted((key, _sorted(each)) for key, each in value.items())
    if isinstance(value, tuple):
        return tuple(map(_sorted, value))
    return value
