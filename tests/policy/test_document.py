"""YAML is read as it is written, and nothing that reads otherwise than it looks is read."""

import pytest
import yaml

from gate.errors import ConfigError
from gate.policy import document
from gate.policy.document import DEEPEST, Plain, read
from gate.policy.problems import Problems

REPEAT = "write the value out where it is meant, or put a text that begins so in quotes"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_LOADER", getattr(yaml, request.param))


def contents(text: str | bytes) -> object:
    problems = Problems()
    data = text.encode() if isinstance(text, str) else text
    found = read("a.yaml", data, problems)
    problems.raise_any()
    return found.root.plain()


def complaints(text: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        contents(text)
    return [line.removeprefix("a.yaml:") for line in caught.value.problems]


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize(
    "scalar",
    ["NO", "yes", "1.10", "010", "0x1f", "1_000", "12:30", "12:34:56", "2027-03-15", "null", "~"],
)
def test_a_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert contents(f"a: {scalar}") == {"a": scalar}
    assert contents(f"[{scalar}]") == (scalar,)


@pytest.mark.usefixtures("_either_parser")
def test_a_scalar_without_quotes_is_known_as_such() -> None:
    read_back = contents("[1, '1', \"1\"]")
    assert isinstance(read_back, tuple)
    assert [isinstance(each, Plain) for each in read_back] == [True, False, False]


@pytest.mark.usefixtures("_either_parser")
def test_block_texts_keep_their_lines() -> None:
    assert contents("a: |\n  x\n  y\nb: >\n  x\n  y\n") == {"a": "x\ny\n", "b": "x y\n"}


@pytest.mark.usefixtures("_either_parser")
def test_windows_line_ends_and_one_leading_byte_order_mark_are_no_mistake() -> None:
    assert contents(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == {"a": "1", "b": "2"}


@pytest.mark.usefixtures("_either_parser")
def test_letters_of_every_script_may_stand_in_texts() -> None:
    assert contents("a: Šibenik 大阪 \N{SLIGHTLY SMILING FACE}") == {
        "a": "Šibenik 大阪 \N{SLIGHTLY SMILING FACE}"
    }


@pytest.mark.usefixtures("_either_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3:1: the key `a` stands twice: first in line 1"]),
        ("x: {a: 1, a: 2}", ["1:11: the key `a` stands twice: first in line 1"]),
        (
            "a: &x 1\nb: *x\n",
            [
                f"1:4: the anchor `&x` is not allowed: {REPEAT}",
                f"2:4: the alias `*x` is not allowed: {REPEAT}",
            ],
        ),
        ("<<: {a: 1}\n", [f"1:1: the merge key `<<` is not allowed: {REPEAT}"]),
        (
            "a: !!binary aGk=",
            [
                (
                    "1:4: the tag `tag:yaml.org,2002:binary` is not allowed: "
                    "put a text that begins with `!` in quotes"
                )
            ],
        ),
        (
            "a: !mine [x]",
            ["1:4: the tag `!mine` is not allowed: put a text that begins with `!` in quotes"],
        ),
        ("a: 1\n---\nb: 2\n", ["2:1: a second document begins here: one file holds one document"]),
        ("%YAML 1.1\n---\na: 1\n", ["1:1: directives (`%YAML`, `%TAG`) are not allowed"]),
        ("a:\nb: 1\n", ["1:3: the key `a` has no value"]),
        ("a: [x, ]\nb:\n- \n", ["3:2: this entry has no value"]),
        ("? [a]\n: 1", ["1:3: a key must be a single word, not a list or mapping"]),
        ('"": 1', ["1:1: an empty key is not allowed"]),
        ("", ["1:1: the file is empty"]),
        ("# nothing\n", ["1:1: the file is empty"]),
        ("[" * 100_000, [f"1:{DEEPEST + 1}: nested more than {DEEPEST} deep"]),
        ("{a: " * 50_000, [f"1:{4 * DEEPEST + 1}: nested more than {DEEPEST} deep"]),
        ("- " * 50_000, [f"1:{2 * DEEPEST + 1}: nested more than {DEEPEST} deep"]),
        (
            'a: "\\btest\\b"',
            [
                (
                    "1:4: an escape in double quotes gives a backspace (U+0008): "
                    "a backslash stays one in single quotes"
                )
            ],
        ),
        ("a: x\u0085b: y", ["1:5: a next-line character (NEL) (U+0085) is not allowed: remove it"]),
        ("a: x\u00a0y", ["1:5: a no-break space (U+00A0) is not allowed: remove it"]),
        ("a: x\ufeffy", ["1:5: a byte order mark (U+FEFF) is not allowed: remove it"]),
        ("a:\n\tb: 1", ["2:1: a tab (U+0009) is not allowed: remove it"]),
        ("a: x\x00", ["1:5: the character of no name (U+0000) is not allowed: remove it"]),
        (
            "a: '\u202ex'\nb: \u200b\n",
            [
                "1:5: the character RIGHT-TO-LEFT OVERRIDE (U+202E) is not allowed: remove it",
                "2:4: the character ZERO WIDTH SPACE (U+200B) is not allowed: remove it",
            ],
        ),
        (b"a: 1\nb: x\xff\n", ["2:5: the file is not UTF-8: save it in that encoding"]),
        ("a: 1".encode("utf-16"), ["1:1: the file is not UTF-8: save it in that encoding"]),
    ],
)
def test_what_is_refused_is_told_with_its_place(text: str | bytes, expected: list[str]) -> None:
    assert complaints(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: *.example.com", "1:5: a text that begins with `*` or `&` must stand in quotes"),
        (
            "a: b: c",
            (
                "1:5: this is not YAML: mapping values are not allowed in this context: "
                "put a text that holds a colon and a blank in quotes"
            ),
        ),
        (
            "a: @b",
            (
                "1:4: this is not YAML: found character that cannot start any token: "
                "indent with spaces, and put a text that begins with a sign in quotes"
            ),
        ),
        ("*x: 1", f"1:1: the alias `*x` is not allowed: {REPEAT}"),
        ("a: \ufffe", "1:1: the file cannot be read as YAML"),
        ("a: 'x", "1:6: this is not YAML: found unexpected end of stream"),
    ],
)
def test_what_is_not_yaml_is_told_with_advice(text: str, expected: str) -> None:
    assert complaints(text) == [expected]


def test_mistakes_are_told_by_the_ids_of_entries_or_their_numbers() -> None:
    problems = Problems()
    found = read("a.yaml", b"rules:\n  - id: one\n    x: [p, q]\n  - y: 1\n", problems)
    found.add(("rules", 0, "x", 1), "here")
    found.add(("rules", 0, "x"), "key", at_key=True)
    found.add(("rules", 1, "y"), "there")
    found.add(("rules", 1, "missing"), "beyond")
    assert problems.error().problems == (
        "a.yaml:3:5: rules > one > x: key",
        "a.yaml:3:12: rules > one > x > #2: here",
        "a.yaml:4:5: rules > #2 > missing: beyond",
        "a.yaml:4:8: rules > #2 > y: there",
    )


def test_a_flood_of_mistakes_is_cut() -> None:
    told = complaints("".join(f"a{number}:\n" for number in range(500)))
    assert len(told) == 201
    assert told[-1] == "and 300 more problems"
