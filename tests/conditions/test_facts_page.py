"""docs/facts.md tells every fact, as the proto's comments do."""

from gate.conditions.functions import FUNCTIONS
from gate.conditions.vocabulary import paths
from tests.conditions.facts_page import OPENING, PAGE, page


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.conditions.facts_page"


def test_every_fact_is_on_the_page() -> None:
    text = PAGE.read_text()
    for path, type_ in paths():
        name = path if not path.startswith(("identifiers.", "linters.")) else path.split(".")[-1]
        assert f"`{name}`" in text, (path, type_)


def test_every_function_is_on_the_page() -> None:
    assert all(f"`{function}`" in OPENING for function in FUNCTIONS)
