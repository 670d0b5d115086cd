"""What conditions give, over two cases, as the file says it: another engine must give the same."""

from pathlib import Path

import pytest

from tests.conditions.judged import bare_case, case, result

LINES = [
    line.split(maxsplit=2)
    for line in Path(__file__).with_name("conformance.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("whole", "bare", "condition"), LINES)
def test_a_condition_gives_what_it_must(whole: str, bare: str, condition: str) -> None:
    assert (result(condition, case()), result(condition, bare_case())) == (whole, bare)
