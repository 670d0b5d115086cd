"""Patterns are refused where they could take long; what is accepted ends soon."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.policy.patterns import LONGEST_TEXT, compiled


@pytest.mark.parametrize(
    "pattern",
    [
        "[-._?*#/ ]+",
        "x{3,}",
        "n/?a",
        r"\(?null\)?",
        "none|nil|undefined",
        "a(?:b|c)d",
        r"[\[\]()+*]+",
        r"\[a\]+",
        "[]a]+",
        "[^]a]",
        "a*b*",
        "",
    ],
)
def test_plain_patterns_are_accepted_for_whole_texts(pattern: str) -> None:
    assert compiled(pattern, anywhere=False).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+", "a group must not be repeated"),
        ("(a|b)*", "a group must not be repeated"),
        ("(?:a){2}", "a group must not be repeated"),
        ("(a)?", "a group must not be repeated"),
        ("a*a*a*", "too many"),
        (".*.*x.*", "too many"),
        ("a?" * 30 + "a" * 30, "too many"),
        ("a{0,99}" * 3, "too many"),
        ("a{,300}a{,300}a{2}a?a?", "too many"),
        (r"(.)\1", "references back"),
        ("(?=a)", "look-around"),
        ("(?i)a", "flags"),
        ("(?P<x>a)", "named groups"),
        ("[a&&b]", "no sign twice"),
        ("[[a]", "no sign twice"),
        ("(", "not a regular expression"),
        ("[", "not a regular expression"),
        ("*", "not a regular expression"),
        ("a{5,2}", "not a regular expression"),
        ("a{99999999999}", "not a regular expression"),
        ("\\", "not a regular expression"),
        ("a" * 201, "longer than 200 characters"),
    ],
)
def test_what_could_take_long_is_refused_with_advice(pattern: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        compiled(pattern, anywhere=False)


def test_what_may_begin_anywhere_has_fewer_ways_left() -> None:
    compiled("a*b*", anywhere=False)
    compiled("a*b", anywhere=True)
    with pytest.raises(Malformed, match="too many"):
        compiled("a*b*", anywhere=True)


def test_case_makes_no_difference() -> None:
    assert compiled("N/A", anywhere=False).fullmatch("n/a")


pieces = st.sampled_from(
    ["a", "b", ".", "*", "+", "?", "{2,}", "{,9}", "|", "(", ")", "(?:", "[ab]", "[^a]", "\\w", "$"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=14).map("".join), st.booleans())
def test_an_accepted_pattern_ends_soon_on_the_longest_text(
    pattern: str,
    anywhere: bool,  # noqa: FBT001 - drawn
) -> None:
    try:
        found = compiled(pattern, anywhere=anywhere)
    except Malformed:
        return
    begun = process_time()
    for text in ("a" * LONGEST_TEXT, "ab" * (LONGEST_TEXT // 2), "a" * (LONGEST_TEXT - 1) + "!"):
        _ = found.search(text) if anywhere else found.fullmatch(text)
    assert process_time() - begun < 5
