"""The place of a character within a scalar is its place in the file, however it was written."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.policy.document import Mark, read
from gate.policy.problems import Problems
from gate.policy.scalar_source import place_within

TEXTS = st.text(st.sampled_from("ab'\"\\:#-{}é😀 \n"), min_size=1, max_size=40)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from("'\"|>"), st.sampled_from([20, 80]))
def test_every_character_is_found_where_it_stands(text: str, style: str, width: int) -> None:
    source = yaml.dump(
        {"a": {"b": text}}, default_style=style, width=width, allow_unicode=width == 20
    )
    problems = Problems()
    document = read("a.yaml", source.encode(), problems)
    outer = document.root.value
    assert isinstance(outer, dict)
    inner = outer["a"].value
    assert isinstance(inner, dict)
    node = inner["b"]
    if node.value != text:
        return  # The file was refused: an escape gives what does not print.
    lines = source.split("\n")
    for at, char in enumerate(text):
        if char.isspace():
            continue
        before = text[:at]
        place = (before.count("\n") + 1, at - before.rfind("\n"))
        line, column = place_within(document.source, node.mark, node.style, text, place)
        found = lines[line - 1][column - 1 :]
        escaped = {"é": ("\\xE9", "é"), "😀": ("\\U0001F600", "😀")}.get(char, (char,))
        assert found.startswith(escaped) or (node.style == '"' and found.startswith(f"\\{char}"))


@pytest.mark.parametrize("source", ["", "a", "a: |", "'", '"\\'])
@pytest.mark.parametrize("style", ["", "'", '"', "|", ">"])
def test_what_does_not_fit_gives_the_start(source: str, style: str) -> None:
    assert place_within(source, Mark(1, 1), style, "wholly other", (1, 12)) == Mark(1, 1)
