"""What a policy may not say, and what is told of it: dates, patterns, lists, what is too loose."""

# ruff: noqa: E501 - what is told is quoted whole

import pytest

from tests.policy.bundles import problems_with

ROWS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "a pattern that is none",
        "policy",
        "lists: [some-words]",
        "lists: [some-words]\n    patterns: [{whole: '(x'}]",
        (
            "policy.yaml:55:24: rules > words > patterns > #1 > whole: not a regular expression: missing ), unterminated subpattern at position 0",
        ),
    ),
    (
        "a pattern that takes for ever",
        "policy",
        "lists: [some-words]",
        "lists: [some-words]\n    patterns: [{whole: '(a+)+'}]",
        (
            "policy.yaml:55:24: rules > words > patterns > #1 > whole: a group must not be repeated: write several patterns",
        ),
    ),
    (
        "a pattern that takes for ever",
        "policy",
        "lists: [some-words]",
        "lists: [some-words]\n    patterns: [{anywhere: 'a*a*a*b'}]",
        (
            "policy.yaml:55:27: rules > words > patterns > #1 > anywhere: too many `*`, `+`, `?` or `|` together: write several patterns",
        ),
    ),
    (
        "a pattern that refers back",
        "policy",
        "lists: [some-words]",
        "lists: [some-words]\n    patterns: [{whole: '(.)\\1'}]",
        (
            "policy.yaml:55:24: rules > words > patterns > #1 > whole: look-around, flags, named groups and references back are not allowed",
        ),
    ),
    (
        "a date that is none",
        "policy",
        "2026-03-15, days: 199",
        "15.3.2026, days: 199",
        (
            "policy.yaml:15:14: schedules > validity > #1 > from: `15.3.2026` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
    ),
    (
        "a date that is none",
        "policy",
        "kind: granted",
        "starts: 2027-02-29, kind: granted",
        (
            "policy.yaml:20:37: rules > granted > starts: `2027-02-29` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
    ),
    (
        "a date that is none",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {linter: pkilint, id: x.error}, treat_as: ignored, until: soon, reason: why}",
        (
            "policy.yaml:64:74: rules > linters > overrides > #1 > until: `soon` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
    ),
    (
        "a date that is none",
        "words",
        "2026-11-01",
        "1.11.2026",
        (
            "lists/words.txt:3:1: date: `1.11.2026` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
    ),
    (
        "a time of another zone",
        "policy",
        "kind: granted",
        "ends: '2027-03-15T00:00:00+02:00', kind: granted",
        (
            "policy.yaml:20:35: rules > granted > ends: `2027-03-15T00:00:00+02:00` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
    ),
    (
        "dates that go backward",
        "policy",
        "2029-03-15, days: 46",
        "2027-03-15, days: 46",
        ("policy.yaml:17:14: schedules > validity > #3 > from: dates must go forward",),
    ),
    (
        "dates that go backward",
        "policy",
        "kind: order_matches, mode: enforce",
        "kind: order_matches, mode: [{from: 2027-01-01, mode: warn}, {from: 2026-12-31, mode: enforce}]",
        ("policy.yaml:57:94: rules > order > mode > #2 > from: dates must go forward",),
    ),
    (
        "dates that go backward",
        "policy",
        "{from: 2027-03-15, allow: [",
        "{from: 2025-03-15, allow: [",
        ("policy.yaml:30:16: rules > validated > methods > #2 > from: dates must go forward",),
    ),
    (
        "an end before the start",
        "policy",
        "kind: order_matches",
        "starts: 2027-01-01, ends: 2027-01-01, kind: order_matches",
        ("policy.yaml:57:53: rules > order > ends: the rule ends before it starts",),
    ),
    (
        "a list that shrank",
        "addresses",
        "1.1.1.0/24\n",
        "",
        (
            "policy.yaml:10:72: lists > some-addresses > at_least: the list has 1 entries, at least 2 are required",
        ),
    ),
    (
        "a list that shrank",
        "names",
        "bank.example\nwww.shop.example  # the shop\n",
        "",
        ("policy.yaml:11:15: lists > some-names: the file `lists/names.txt` has no entries",),
    ),
    (
        "a list without its owner",
        "words",
        "# owner: tests\n",
        "",
        ("lists/words.txt:1:1: the comment `# owner: …` is missing",),
    ),
    (
        "a longer validity than the floor",
        "policy",
        "days: 199}",
        "days: 201}",
        (
            "policy.yaml:15:7: schedules > validity > #1: 201 days is more than BR 6.3.2 allows from 2026-03-15 on, which is 200 days: no policy can loosen it",
        ),
    ),
    (
        "a later step than the floor",
        "policy",
        "from: 2027-03-15, days: 99}",
        "from: 2027-03-16, days: 99}",
        (
            "policy.yaml:15:7: schedules > validity > #1: 199 days is more than BR 6.3.2 allows from 2027-03-15 on, which is 100 days: no policy can loosen it",
        ),
    ),
    (
        "an older validation than the floor",
        "policy",
        "max_age: {days: 10}",
        "max_age: {days: 399}",
        (
            "policy.yaml:36:14: rules > age > max_age: 399 days is more than BR 4.2.1 allows, which is 398 days: no policy can loosen it",
        ),
    ),
    (
        "a wider window than the floor",
        "policy",
        "back: {hours: 2}",
        "back: {seconds: 172801}",
        (
            "policy.yaml:56:71: rules > window > back: 172801 seconds is more than the 48 hours of BR 7.1.2.7: no policy can loosen it",
        ),
    ),
    (
        "a method that has ended",
        "policy",
        "3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6",
        "3.2.2.4.8, 3.2.2.5.6",
        (
            "policy.yaml:29:36: rules > validated > methods > #1 > allow > #1: the BR permit `3.2.2.4.8` no longer: it ended on 2026-03-15",
        ),
    ),
    (
        "a test for a public issuer",
        "policy",
        "{public: [SUBSCRIBER]}",
        "{public: [SUBSCRIBER, LOAD_TEST]}",
        (
            "policy.yaml:22:96: rules > purpose > allow > public > #2: `LOAD_TEST` can never be allowed for a public issuer",
        ),
    ),
    (
        "a threshold above the floor",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: fatal}",
        (
            "policy.yaml:62:43: rules > linters > thresholds > badkeys: it must be `error` or lower: what a linter calls an error is one",
        ),
    ),
    (
        "a smaller key than the floor",
        "policy",
        "kind: order_matches, mode: enforce",
        "kind: key_algorithm_allowed, mode: enforce, allow: [{type: rsa, least_bits: 1024}]",
        (
            "policy.yaml:57:103: rules > order > allow > #1 > least_bits: 1024 bits is less than the 2048 of BR 6.1.5: no policy can loosen it",
        ),
    ),
    (
        "an exception to a mandatory kind",
        "policy",
        "kind: granted",
        "exceptable: true, kind: granted",
        (
            "policy.yaml:20:41: rules > granted > exceptable: no exception may ever cover the mandatory kind `granted`: leave it out",
        ),
    ),
    (
        "a mandatory kind that only warns",
        "policy",
        "kind: granted, mode: enforce",
        "kind: granted, mode: warn",
        (
            "policy.yaml:20:50: rules > granted > mode: `warn` is not possible for the mandatory kind `granted`: it must be `enforce`",
        ),
    ),
)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_cannot_hold_is_told_with_its_place(
    file: str, old: str, new: str, expected: tuple[str, ...]
) -> None:
    assert problems_with(file, old, new) == expected
