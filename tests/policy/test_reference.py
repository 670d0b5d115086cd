"""The reference is complete: every key described, every example good, every code explained."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from gate.config.policies import desk_site
from gate.policy import load
from gate.policy.document import read
from gate.policy.exception_shape import ExceptionsFile
from gate.policy.files import GrantsFile, PolicyFile
from gate.policy.holder_shape import HoldersFile
from gate.policy.kinds import KINDS
from gate.policy.page import policy_page
from gate.policy.problems import Problems
from gate.policy.reference import example_of, kinds_reference
from gate.policy.requirement import Requirement
from gate.policy.rule_shape import ModeStepShape, RuleShape
from gate.policy.shape import Shape, shaped
from tests.policy.approving import HOLDER, holders
from tests.policy.approving import files as held
from tests.policy.bundles import shipped_files

ROOT = Path(__file__).resolve().parents[2]
DAY = datetime(2026, 11, 23, tzinfo=UTC)


def below(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
        for field in annotation.model_fields.values():
            for each in (field.annotation, *field.metadata):
                yield from below(each)
    for each in get_args(annotation):
        yield from below(each)


SHAPES = tuple(
    dict.fromkeys(
        shape
        for top in (
            PolicyFile,
            GrantsFile,
            ExceptionsFile,
            HoldersFile,
            ModeStepShape,
            *KINDS.values(),
        )
        for shape in below(top)
    )
)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_key_that_authors_write_is_described(shape: type[Shape]) -> None:
    bare = {key for key, field in shape.model_fields.items() if not field.description}
    assert bare == set()


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_has_the_shape_of_the_kind(kind: str) -> None:
    problems = Problems()
    document = read("example", f"rules:\n{example_of(KINDS[kind])}".encode(), problems)
    (rule,) = document.root.plain()["rules"]  # type: ignore[index]  # a mapping, or the test fails
    problems.raise_any()

    assert isinstance(KINDS[kind].model_validate(rule), RuleShape)


def codes(requirement: type) -> set[str]:
    """What the codes end in that the class and its parents write as a literal."""
    classes = requirement.__mro__
    found = set()
    for each in classes[: classes.index(Requirement)]:
        for node in ast.walk(ast.parse(inspect.getsource(each))):
            if isinstance(node, ast.keyword) and node.arg == "more":
                found |= {
                    part.value
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_of_a_kind_is_explained(kind: str) -> None:
    requirement = inspect.get_annotations(KINDS[kind].resolve, eval_str=True)["return"]

    assert codes(requirement) <= requirement.faults.keys()
    assert f"`policy.{kind}" in kinds_reference()


def test_the_page_in_docs_is_that_of_the_code() -> None:
    page = (ROOT / "docs" / "kinds.md").read_text()
    assert page == kinds_reference(), "run `gate policy docs --output docs/kinds.md`"


def test_every_kind_has_the_same_headings() -> None:
    page = kinds_reference()
    for kind in KINDS:
        section = page.partition(f"\n## `{kind}`\n")[2].partition("\n## ")[0]
        headings = [line[4:] for line in section.splitlines() if line.startswith("### ")]
        expected = ["What must be true", "Parameters", "Example", "When it fails", "References"]
        assert headings in (expected, expected[:-1])


def test_a_policy_s_page_has_every_rule_list_section_and_profile() -> None:
    policy = load(shipped_files("webpki-production"), site=desk_site())
    page = policy_page(policy, DAY)

    names = [f"`{rule.rule_id}`" for rule in policy.rules]
    names += [f"`{name}`" for name in (*policy.lists, *policy.profiles)]
    names += [section for rule in policy.rules for section in rule.references]
    assert [name for name in names if name not in page] == []
    for heading in ("Rules", "Coming changes", "Exceptions", "Approved holders", "Lists"):
        assert f"\n## {heading}\n" in page
    assert "2027-03-15" in page


def test_a_table_has_as_many_cells_in_each_row() -> None:
    for page in (kinds_reference(), policy_page(load_shipped(), DAY)):
        widths: list[int] = []
        for line in [*page.splitlines(), ""]:
            if line.startswith("|"):
                widths.append(line.replace(r"\|", "").count("|"))
                assert widths[0] == widths[-1], line
            else:
                widths = []


def test_the_page_tells_who_holds_what_until_the_review() -> None:
    policy = load(held(None, holders(HOLDER)), site=replace(desk_site(), unapproved=True))

    page = policy_page(policy, DAY)
    assert "| `HOLD-1` | `dns bank.example` |" in page
    assert "| not yet in force | 2027-05-01 |" in page
    assert "| `HOLD-1` |" not in policy_page(policy, datetime(2027, 5, 1, tzinfo=UTC))


def load_shipped() -> Any:
    return load(shipped_files("webpki-staging"), site=desk_site())


def test_shapes_are_read_as_documents_are() -> None:
    problems = Problems()
    document = read("policy.yaml", shipped_files("webpki-production")["policy.yaml"], problems)
    assert shaped(document, PolicyFile) is not None
