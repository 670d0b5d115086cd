"""Texts that look alike are folded alike, and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.policy.folding import folded, whole_word
from gate.policy.quoting import quoted


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("TEST D.D.", "test d.d."),
        ("\uff34\uff25\uff33\uff34", "test"),
        ("\u0422\u0435\u0455\u0442", "test"),
        ("\u03a4ES\u03a4", "test"),
        ("te\u200bs\u00adt", "test"),
        ("  Some\u00a0 \tState\n", "some state"),
        ("Some\u2010State", "some-state"),
        ("Straße", "strasse"),
        ("ﬁna", "fina"),
    ],
)
def test_look_alikes_are_folded(text: str, same: str) -> None:
    assert folded(text) == same


@pytest.mark.parametrize(("one", "other"), [("tešt", "test"), ("te5t", "test"), ("tëst", "test")])
def test_accents_and_digits_stay_what_they_are(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("text", ["", " ", "-", "(null)", "n/a.", "_x"])
def test_a_word_begins_and_ends_with_a_letter_or_digit(text: str) -> None:
    with pytest.raises(Malformed):
        whole_word(text)


@given(st.text(max_size=300))
def test_what_is_quoted_always_prints_on_one_line(text: str) -> None:
    assert quoted(text).isprintable()


def test_a_hostile_name_is_quoted_as_escapes() -> None:
    assert quoted("a\n\x1b[31m\u202eb") == "`a\\n\\x1b[31m\\u202eb`"
    assert quoted("x" * 300) == f"`{'x' * 200}…`"
