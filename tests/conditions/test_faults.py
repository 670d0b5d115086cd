"""What is wrong with a condition, in words for people, at its exact line and column."""

from pathlib import Path

import pytest

from gate.conditions import compiler
from gate.conditions.limits import LONGEST
from tests.conditions.judged import faults

WRITTEN = [
    tuple(line.strip() for line in block.splitlines())
    for block in Path(__file__).with_name("faults.txt").read_text().split("\n\n")[1:]
]
UNPRINTABLE = [
    ("", "1:1 nothing is written here"),
    (" \n ", "1:1 nothing is written here"),
    ("cert.ca\x00", "1:8 the character of no name (U+0000) is not allowed: remove it"),
    ("\ud800", "1:1 the character of no name (U+D800) is not allowed: remove it"),
    (
        "cert.ca &&\n\u202e",
        "2:1 the character RIGHT-TO-LEFT OVERRIDE (U+202E) is not allowed: remove it",
    ),
]
TOO_DEEP = [
    ("(" * 40 + "cert.ca" + ")" * 40, "1:1 the condition is nested too deep: write it flatter"),
    (
        "cert.version" + " + 1" * 100 + " > 0",
        "1:1 the condition is nested too deep: write it flatter",
    ),
]


@pytest.mark.parametrize(("require", "fault"), [*WRITTEN, *UNPRINTABLE, *TOO_DEEP])
def test_a_fault_is_told_in_words_at_its_place(require: str, fault: str) -> None:
    assert faults(require) == [fault]


def test_a_text_that_is_too_long_is_refused_before_it_is_read() -> None:
    long = f"2,004 characters are too many: at most {LONGEST:,}; split the rule into several"
    assert faults("cert.ca" + " " * 1997) == [f"1:1 {long}"]


def test_all_faults_are_told_at_once() -> None:
    require = "cert.san.ip.size() == 0 ||\n  cert.validity_secs <= 10.5 * 86400"
    assert faults(require, "{cert.san.ips} of {cert.validity_seconds}") == [
        "2:8 there is no fact `validity_secs` in `cert`; did you mean `validity_seconds`?",
        "2:30 cannot multiply a decimal by a whole number; write 10, not 10.5",
        "message 1:2 there is no fact `ips` in `cert.san`; did you mean `ip`?",
    ]


def test_of_mistakes_in_the_syntax_only_the_first_is_told() -> None:
    assert faults("cert.ca &\n& cert.san.ip.size( == 0") == [
        "1:9 `&` cannot stand in a condition; write `&&`"
    ]


def test_a_text_that_holds_words_of_the_engine_confuses_nobody() -> None:
    assert faults("cert.versoin == 3 || cert.issuer_name == 'ERROR: <input>:9:9: boo'") == [
        "1:6 there is no fact `versoin` in `cert`; did you mean `version`?"
    ]


@pytest.mark.parametrize(
    ("for_each", "as_", "fault"),
    [
        (
            "cert.subject.oo",
            "o",
            "for_each 1:1 there is no fact `oo` in `cert.subject`; did you mean `o`?",
        ),
        (
            "cert.version",
            "v",
            "for_each 1:1 `cert.version` is not a list: leave `for_each` and `as` out",
        ),
        (
            "identifiers.value",
            "v",
            "for_each 1:1 `identifiers` is a list: its entries have the facts, not the list",
        ),
        (
            "cert.subject.o.filter(o, o == 'x')",
            "o",
            "for_each 1:1 `cert.subject.o.filter(o, o == 'x')` is not the name of a fact",
        ),
        ("cert.subject.o", "", "for_each 1:1 give each entry a name with `as`"),
        ("", "o", "as 1:1 `as` names each entry of `for_each`, which is missing"),
        ("cert.subject.o", "cert", "as 1:1 the name `cert` is taken: choose another one"),
        ("cert.subject.o", "o-o", "as 1:1 `o-o` is not a name: use small letters, digits and `_`"),
    ],
)
def test_what_is_wrong_with_the_entries_is_told(for_each: str, as_: str, fault: str) -> None:
    assert faults("o == 'x'", for_each=for_each, as_=as_) == [fault]


def test_each_entry_must_be_looked_at() -> None:
    assert faults("cert.ca", for_each="cert.subject.o", as_="o") == [
        "1:1 this does not look at `o`: leave `for_each` and `as` out"
    ]


def test_the_name_of_an_entry_is_taken() -> None:
    assert faults("cert.subject.ou.all(o, o == 'x')", for_each="cert.subject.o", as_="o") == [
        "1:20 the name `o` is taken: choose another one"
    ]


def test_for_each_counts_as_a_loop() -> None:
    two = "identifiers.all(a, identifiers.all(b, a.type == b.type && b.value == d))"
    assert len(faults(two.replace("== d", "== a.value"))) == 0
    assert faults(two, for_each="cert.san.dns", as_="d") == [
        (
            "1:35 more than 2 loops inside one another (`for_each` is one): "
            "ask about the facts of each entry instead"
        )
    ]


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (
            "{cert.validity_secs}",
            (
                "message 1:2 there is no fact `validity_secs` in `cert`; did you "
                "mean `validity_seconds`?"
            ),
        ),
        (
            "x { cert.san } y",
            "message 1:5 `cert.san` is a group of facts, not one fact: write `{cert.san.dns}`",
        ),
        ("{identifiers}", "message 1:2 `identifiers` is a group of facts, not one fact"),
        (
            "{identifiers.value}",
            "message 1:2 `identifiers` is a list: its entries have the facts, not the list",
        ),
        ("{cert.version + 1}", "message 1:2 `cert.version + 1` is not the name of a fact"),
        ("{}", "message 1:2 `` is not the name of a fact"),
        ("a }", "message 1:3 a lone `}`: braces stand around a fact's name"),
        ("a\n {", "message 2:2 a lone `{`: braces stand around a fact's name"),
        ("", "message 1:1 nothing is written here"),
    ],
)
def test_what_is_wrong_with_a_message_is_told(message: str, fault: str) -> None:
    assert faults("cert.ca", message) == [fault]


def test_the_compiler_names_its_engine() -> None:
    assert compiler().version == "cel-expr-python 0.1.3"
