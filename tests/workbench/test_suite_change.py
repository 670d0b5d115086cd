"""A test's changes are what a person reading the path would expect."""

import pytest

from gate.errors import Malformed
from gate.policy.document import Mark, Node, read
from gate.policy.problems import Problems
from gate.workbench.suite_change import changed

AT = Mark(9, 9)


def node(text: str) -> Node:
    """What this YAML says."""
    return read("a.yaml", text.encode(), Problems()).root


BASE = node("a: {b: [x, y], c: t}\nd: null\n")


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        ("a.c", "u", {"a": {"b": ("x", "y"), "c": "u"}, "d": "null"}),
        ("a.b.0", "z", {"a": {"b": ("z", "y"), "c": "t"}, "d": "null"}),
        ("a.b.2", "z", {"a": {"b": ("x", "y", "z"), "c": "t"}, "d": "null"}),
        ("a.b.0", "null", {"a": {"b": ("y",), "c": "t"}, "d": "null"}),
        ("a.b.0", "'null'", {"a": {"b": ("null", "y"), "c": "t"}, "d": "null"}),
        ("a.b", "[]", {"a": {"b": (), "c": "t"}, "d": "null"}),
        ("a", "{c: u}", {"a": {"c": "u"}, "d": "null"}),
        ("a.e.f", "u", {"a": {"b": ("x", "y"), "c": "t", "e": {"f": "u"}}, "d": "null"}),
        ("a.b.2.k", "u", {"a": {"b": ("x", "y", {"k": "u"}), "c": "t"}, "d": "null"}),
        ("d.k", "u", {"a": {"b": ("x", "y"), "c": "t"}, "d": {"k": "u"}}),
        ("e", "u", {"a": {"b": ("x", "y"), "c": "t"}, "d": "null", "e": "u"}),
    ],
)
def test_a_value_is_written_at_its_path(path: str, value: str, after: object) -> None:
    given = node(f"v: {value}\n").value
    assert isinstance(given, dict)

    assert changed(BASE, path, given["v"], AT).plain() == after
    assert BASE.plain() == {"a": {"b": ("x", "y"), "c": "t"}, "d": "null"}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("a.b.3", "`3` is not the number of one of the 2 entries"),
        ("a.b.-1", "`-1` is not the number"),
        ("a.b.²", "`²` is not the number"),
        ("a.b.2", "there is no entry 2 to take out"),
        ("a.c.x", "nothing lies below the text `t`"),
        ("a..c", "`a..c` is no path"),
        ("", "`` is no path"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, said: str) -> None:
    given = node("v: null\n").value
    assert isinstance(given, dict)
    with pytest.raises(Malformed) as caught:
        changed(BASE, path, given["v"], AT)

    assert said in str(caught.value)


def test_what_is_wrong_about_a_value_is_told_where_the_change_stands() -> None:
    base = node("a: {b: x}\n")
    given = node("\n\nv: y\n").value
    assert isinstance(given, dict)
    after = changed(base, "a.k", given["v"], AT).value
    assert isinstance(after, dict)

    assert after["a"].keys["k"] == AT
    assert after["a"].keys["b"] == (1, 5)
    inside = after["a"].value
    assert isinstance(inside, dict)
    assert inside["k"].mark == (3, 4)
