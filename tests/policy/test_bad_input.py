"""What a policy may not say, and what is told of it: YAML that misleads, values that are none."""

# ruff: noqa: E501 - what is told is quoted whole

import pytest

from tests.policy.bundles import loaded, policy_with, problems_with

ROWS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "a key that stands twice",
        "policy",
        "owner: tests",
        "owner: tests\nowner: others",
        ("policy.yaml:6:1: the key `owner` stands twice: first in line 5",),
    ),
    (
        "a key that stands twice",
        "grants",
        "accounts: [bob], ",
        "accounts: [bob], accounts: [carol], ",
        ("grants.yaml:4:23: the key `accounts` stands twice: first in line 4",),
    ),
    (
        "an anchor and its alias",
        "policy",
        "[pkilint, badkeys]",
        "[&a pkilint, *a]",
        (
            "policy.yaml:18:11: the anchor `&a` is not allowed: write the value out where it is meant, or put a text that begins so in quotes",
            "policy.yaml:18:23: the alias `*a` is not allowed: write the value out where it is meant, or put a text that begins so in quotes",
        ),
    ),
    (
        "a merge key",
        "policy",
        "  tls-ov: {",
        "  tls-ov: {<<: {type: ov}, ",
        (
            "policy.yaml:8:12: the merge key `<<` is not allowed: write the value out where it is meant, or put a text that begins so in quotes",
        ),
    ),
    (
        "a tag",
        "policy",
        "version: 7",
        "version: !!int 7",
        (
            "policy.yaml:3:10: the tag `tag:yaml.org,2002:int` is not allowed: put a text that begins with `!` in quotes",
        ),
    ),
    (
        "a tag",
        "grants",
        "[alice]",
        "!!set [alice]",
        (
            "grants.yaml:3:16: the tag `tag:yaml.org,2002:set` is not allowed: put a text that begins with `!` in quotes",
        ),
    ),
    (
        "a number in quotes",
        "policy",
        "version: 7",
        "version: '7'",
        ("policy.yaml:3:10: version: must be a whole number without quotes, such as 41",),
    ),
    (
        "a number with a point",
        "policy",
        "version: 7",
        "version: 4.10",
        ("policy.yaml:3:10: version: must be a whole number without quotes, such as 41",),
    ),
    (
        "an octal number",
        "policy",
        "version: 7",
        "version: 010",
        ("policy.yaml:3:10: version: must be a whole number without quotes, such as 41",),
    ),
    (
        "a hexadecimal number",
        "policy",
        "at_least: 2",
        "at_least: 0x2",
        (
            "policy.yaml:10:72: lists > some-addresses > at_least: must be a whole number without quotes, such as 41",
        ),
    ),
    (
        "NO for false",
        "policy",
        "kind: granted",
        "exceptable: NO, kind: granted",
        ("policy.yaml:20:41: rules > granted > exceptable: must be true or false",),
    ),
    (
        "a country for a name",
        "policy",
        "  tls-ov:",
        "  NO:",
        (
            "policy.yaml:8:3: profiles > NO: `NO` is not a name: use up to 64 small letters, digits and hyphens",
        ),
    ),
    (
        "null for a text",
        "policy",
        "owner: tests",
        "owner: ~",
        (
            "policy.yaml:5:8: owner: `~` is nothing at all to other readers of YAML: put the word in quotes, or leave the key out",
        ),
    ),
    (
        "a key without a value",
        "policy",
        "owner: tests",
        "owner:",
        ("policy.yaml:5:7: the key `owner` has no value",),
    ),
    (
        "a tab",
        "policy",
        "owner: tests",
        "owner:\ttests",
        ("policy.yaml:5:7: a tab (U+0009) is not allowed: remove it",),
    ),
    (
        "a next-line character",
        "policy",
        "owner: tests",
        "owner: te\x85sts",
        ("policy.yaml:5:10: a next-line character (NEL) (U+0085) is not allowed: remove it",),
    ),
    (
        "a right-to-left override",
        "policy",
        "owner: tests",
        "owner: te\u202ests",
        (
            "policy.yaml:5:10: the character RIGHT-TO-LEFT OVERRIDE (U+202E) is not allowed: remove it",
        ),
    ),
    (
        "an isolate",
        "grants",
        "[bob]",
        "[b\u2066ob]",
        (
            "grants.yaml:4:18: the character LEFT-TO-RIGHT ISOLATE (U+2066) is not allowed: remove it",
        ),
    ),
    (
        "a character of no width",
        "policy",
        "owner: tests",
        "owner: te\u200bsts",
        ("policy.yaml:5:10: the character ZERO WIDTH SPACE (U+200B) is not allowed: remove it",),
    ),
    (
        "a character of no width",
        "words",
        "test\n",
        "te\u200dst\n",
        (
            "lists/words.txt:4:3: the character ZERO WIDTH JOINER (U+200D) is not allowed: remove it",
        ),
    ),
    (
        "a byte order mark inside",
        "policy",
        "owner: tests",
        "owner: \ufefftests",
        ("policy.yaml:5:8: a byte order mark (U+FEFF) is not allowed: remove it",),
    ),
    (
        "a no-break space",
        "policy",
        "owner: tests",
        "owner:\xa0tests",
        ("policy.yaml:5:7: a no-break space (U+00A0) is not allowed: remove it",),
    ),
    (
        "an escape that hides one",
        "policy",
        "owner: tests",
        'owner: "te\\u202ests"',
        (
            "policy.yaml:5:8: an escape in double quotes gives the character RIGHT-TO-LEFT OVERRIDE (U+202E): a backslash stays one in single quotes",
        ),
    ),
    (
        "a hundred thousand brackets",
        "policy",
        "owner: tests",
        "owner: " + "[" * 100_000,
        ("policy.yaml:5:23: nested more than 16 deep",),
    ),
    (
        "a hundred thousand brackets",
        "grants",
        "[bob]",
        "{a: " * 100_000,
        ("grants.yaml:4:68: nested more than 16 deep",),
    ),
)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_bad_input_is_told_with_its_place(
    file: str, old: str, new: str, expected: tuple[str, ...]
) -> None:
    assert problems_with(file, old, new) == expected


@pytest.mark.parametrize("word", ["NO", "4.10", "010", "0x1f", "12:30", "2026-03-15", "yes", "1e3"])
def test_what_other_readers_take_for_something_else_stays_the_text_that_it_is(word: str) -> None:
    policy = loaded(policy=policy_with("owner: tests", f"owner: {word}"))
    assert policy.owner == word
