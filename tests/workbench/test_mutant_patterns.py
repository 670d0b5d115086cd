"""Regular expressions change in one place, and texts are made that they match."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.workbench.mutant_patterns import pattern_changes
from gate.workbench.pattern_samples import samples


@pytest.mark.parametrize(
    ("pattern", "others"),
    [
        ("none|nil", ["nil", "none"]),
        ("not (a|b|c)", ["not (b|c)", "not (a|c)", "not (a|b)"]),
        ("(?:a|b)x", ["(?:b)x", "(?:a)x"]),
        ("x{3,}", ["x{2,}", "x{4,}"]),
        ("[0-9]{1,6}", ["[0-9]{0,6}", "[0-9]{2,6}", "[0-9]{1,5}", "[0-9]{1,7}"]),
        (r"\(?null\)?", [r"\(null\)?", r"\(?null\)"]),
        ("[-+*?|{2}]+", ["[-+*?|{2}]"]),
        (r"\{3\}\|\?", []),
        ("plain", []),
    ],
)
def test_a_pattern_loses_an_alternative_a_repetition_or_a_count(
    pattern: str, others: list[str]
) -> None:
    assert list(pattern_changes(pattern)) == others


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("x{3,}", ("xxx",)),
        ("n/?a", ("na",)),
        (r"\(?null\)?", ("null",)),
        ("not (applicable|available)", ("not applicable", "not available")),
        ("a(b|c(?:d|e))f|g", ("abf", "g", "acdf", "acef")),
        (r"\uFFFD", ("\ufffd",)),
        (r"[^a-z]+\d", ("00",)),
        ("a*", ()),
    ],
)
def test_samples_of_a_pattern_match_it(pattern: str, texts: tuple[str, ...]) -> None:
    assert set(samples(re.compile(pattern))) == set(texts)


@given(st.from_regex(r"([a-c.?*+|()\[\]{}0-9\\]|\(a\|b\)){0,12}", fullmatch=True))
def test_a_sample_always_matches(text: str) -> None:
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, FutureWarning):
        return
    assert all(pattern.fullmatch(each) for each in samples(pattern))
