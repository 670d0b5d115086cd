"""Lists are read line by line, each mistake with its line."""

# ruff: noqa: E501 - the lines under test are quoted whole

from datetime import UTC, datetime, timedelta

import pytest

from tests.policy.bundles import HEADER, POLICY, bundle, loaded, policy_with, problems


def test_a_list_has_entries_in_one_spelling_and_says_where_they_come_from() -> None:
    names = loaded(names=f"{HEADER}\nBank.Example\n  shop.example # sells\n\n").lists["some-names"]
    assert names.entries == ("bank.example", "shop.example")
    assert (names.owner, names.source) == ("tests", "made up")
    assert names.date == datetime(2026, 11, 1, tzinfo=UTC)
    assert names.greatest_age is None


def test_the_greatest_age_of_a_list_is_kept_for_who_has_a_clock() -> None:
    text = policy_with("of: dns-name}", "of: dns-name, greatest_age: {days: 90}}")
    assert loaded(policy=text).lists["some-names"].greatest_age == timedelta(days=90)


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("1.1.1.1", "1.1.1.1/32"),
        ("::1", "::1/128"),
        ("2001:DB8:0::/32", "2001:db8::/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_a_prefix_is_kept_in_its_shortest_form(entry: str, kept: str) -> None:
    text = f"{HEADER}{entry}\n9.9.9.9\n"
    assert loaded(addresses=text).lists["some-addresses"].entries[0] == kept


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "addresses",
            f"{HEADER}1.1.1.0/24\n1.1.1.1/24\n",
            [
                (
                    "lists/addresses.txt:5:1: `1.1.1.1/24` has bits beyond its length; "
                    "did you mean `1.1.1.0/24`?"
                ),
            ],
        ),
        (
            "addresses",
            f"{HEADER}1.1.1.0/24\n9.9.9.9\n1.1.1.256\nfe80::1%eth0\n",
            [
                (
                    "lists/addresses.txt:6:1: `1.1.1.256` is not an address or a prefix "
                    "such as 192.0.2.0/24 or 2001:db8::/32"
                ),
                (
                    "lists/addresses.txt:7:1: `fe80::1%eth0` is not an address or a prefix "
                    "such as 192.0.2.0/24 or 2001:db8::/32"
                ),
            ],
        ),
        (
            "addresses",
            f"{HEADER}1.1.1.1\n9.9.9.9\n1.1.1.1/32\n",
            ["lists/addresses.txt:6:1: `1.1.1.1/32` stands twice: first in line 4"],
        ),
        (
            "names",
            f"{HEADER}*.bank.example\nbank..example\nšop.example\nbank.example.\n",
            [
                (
                    "lists/names.txt:4:1: `*.bank.example` is not a DNS name: "
                    "write labels and dots only"
                ),
                "lists/names.txt:5:1: `bank..example` is not a DNS name: write labels and dots only",
                (
                    "lists/names.txt:6:1: `šop.example` has characters outside ASCII: "
                    "write the A-label (`xn--…`)"
                ),
                "lists/names.txt:7:1: `bank.example.` is not a DNS name: write labels and dots only",
            ],
        ),
        (
            "words",
            f"{HEADER}test\n(null)\nTEST\n",
            [
                "lists/words.txt:5:1: `(null)` must begin and end with a letter or digit",
                "lists/words.txt:6:1: `TEST` stands twice: first in line 4",
            ],
        ),
        (
            "words",
            "# owner: tests\n# date: 1.11.2026\ntest\n",
            [
                "lists/words.txt:1:1: the comment `# source: …` is missing",
                (
                    "lists/words.txt:2:1: date: `1.11.2026` is not a date; "
                    "write 2027-03-15 or 2027-03-15T12:00:00Z"
                ),
            ],
        ),
        (
            "words",
            f"{HEADER}te\u200bst\n",
            [
                (
                    "lists/words.txt:4:3: the character ZERO WIDTH SPACE (U+200B) is not allowed: "
                    "remove it"
                )
            ],
        ),
    ],
)
def test_mistakes_in_a_list_are_told_by_line(name: str, text: str, expected: list[str]) -> None:
    assert sorted(problems(bundle(**{name: text}))) == sorted(expected)


def test_a_list_without_entries_is_refused() -> None:
    assert problems(bundle(words=HEADER)) == (
        "policy.yaml:12:15: lists > some-words: the file `lists/words.txt` has no entries",
    )


def test_a_list_whose_file_is_not_there_names_the_nearest() -> None:
    assert problems(bundle(policy=policy_with("lists/words.txt", "lists/wrds.txt"))) == (
        "lists/words.txt: no list of the policy names this file",
        (
            "policy.yaml:12:22: lists > some-words > file: there is no file `lists/wrds.txt`; "
            "did you mean `lists/words.txt`?"
        ),
    )


def test_two_lists_may_share_a_file() -> None:
    more = "  more-words: {file: lists/words.txt, of: word}\nschedules:"
    text = POLICY.replace("schedules:", more, 1).replace("[some-words]", "[some-words, more-words]")
    assert len(loaded(policy=text).lists) == 4
