"""What a file may not say is told with its place, all mistakes at once."""

# ruff: noqa: E501 - the lines under test are quoted whole

import pytest

from tests.policy.bundles import GRANTS, POLICY, bundle, policy_with, problems

DATES = "write 2027-03-15 or 2027-03-15T12:00:00Z"
LIST = "must be a list: write each entry after `- `, or all of them in `[ ]`"
MODES = "`enforce`, `warn`, `dry-run` or `off`"
SEVERITIES = "`info`, `notice`, `warning`, `error` or `fatal`"


def test_the_small_policy_loads() -> None:
    assert problems(bundle()) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "version: 7",
            "version: 07",
            "3:10: version: must be a whole number without quotes, such as 41",
        ),
        ("version: 7", "version: 0", "3:10: version: must be more than 0"),
        (
            "name: small",
            "name: Small One",
            "2:7: name: `Small One` is not a name: use up to 64 small letters, digits and hyphens",
        ),
        ("owner: tests\n", "", "1:1: the key `owner` is missing"),
        ("owner: tests", "owner: [tests]", "5:8: owner: must be a text"),
        ("owner: tests", "owner: ' '", "5:8: owner: must not be empty"),
        ("owner: tests", "owner: tests\nzzz: 1", "6:1: zzz: unknown key `zzz`"),
        (
            "profiles:\n",
            "profils:\n",
            "6:1: profils: unknown key `profils`; did you mean `profiles`?",
        ),
        (
            "  tls-ov:",
            "  TLS OV:",
            "8:3: profiles > TLS OV: `TLS OV` is not a name: use up to 64 small letters, digits and hyphens",
        ),
        (
            "type: ov}",
            "type: OV}",
            "8:58: profiles > tls-ov > type: `OV` is not one of `dv`, `ov`, `iv` or `ev`; did you mean `ov`?",
        ),
        (
            "{title: OV, certificate: subscriber-tls, type: ov}",
            "OV",
            "8:11: profiles > tls-ov: must be a mapping of keys to values",
        ),
        (
            "of: word}",
            "of: words}",
            "12:43: lists > some-words > of: `words` is not one of `ip-prefix`, `dns-name` or `word`; did you mean `word`?",
        ),
        (
            "at_least: 2",
            "at_least: two",
            "10:72: lists > some-addresses > at_least: must be a whole number without quotes, such as 41",
        ),
        (
            "2026-03-15, days: 199",
            "2026-02-30, days: 199",
            f"15:14: schedules > validity > #1 > from: `2026-02-30` is not a date; {DATES}",
        ),
        (
            "2026-03-15, days: 199",
            '"2026-03-15T00:00:00+02:00", days: 199',
            f"15:14: schedules > validity > #1 > from: `2026-03-15T00:00:00+02:00` is not a date; {DATES}",
        ),
        (
            "days: 199}",
            "days: 199, hours: 1}",
            "15:7: schedules > validity > #1: give exactly one of `days`, `hours` or `seconds`",
        ),
        (
            "days: 199}",
            "months: 6}",
            "15:26: schedules > validity > #1 > months: unknown key `months`",
        ),
        (
            "days: 199}",
            "days: 36501}",
            "15:7: schedules > validity > #1: must not be longer than 36500 days",
        ),
        ("kind: granted, ", "", "20:5: rules > granted: the key `kind` is missing"),
        ("kind: granted", "kind: [granted]", "20:35: rules > granted > kind: must be a text"),
        (
            "kind: granted",
            "exceptable: yes, kind: granted",
            "20:41: rules > granted > exceptable: must be true or false",
        ),
        (
            "kind: granted",
            "exceptable: 'true', kind: granted",
            "20:41: rules > granted > exceptable: must be true or false",
        ),
        (
            "kind: granted",
            "when: {stages: [FINAL]}, kind: granted",
            "20:45: rules > granted > when > stages > #1: `FINAL` is not one of `PRECERTIFICATE` or `CERTIFICATE`",
        ),
        (
            "kind: granted",
            "when: {profiles: []}, kind: granted",
            "20:46: rules > granted > when > profiles: must not be empty",
        ),
        (
            "kind: granted",
            "when: {account: [x]}, kind: granted",
            "20:36: rules > granted > when > account: unknown key `account`; did you mean `accounts`?",
        ),
        (
            "{id: order, title: t, kind: order_matches, mode: enforce}",
            "nothing",
            "57:5: rules > #11: must be a mapping of keys to values",
        ),
        (
            "lists: [some-addresses]",
            "lists: some-addresses",
            f"41:12: rules > addresses > lists: {LIST}",
        ),
        (
            "[dns, ip]\n    methods",
            "[dns, ip, dns]\n    methods",
            "27:18: rules > validated > identifiers: `dns` stands twice",
        ),
        (
            "[dns, ip]\n    methods",
            "[dns, ipv4]\n    methods",
            "27:24: rules > validated > identifiers > #2: `ipv4` is not one of `dns` or `ip`; did you mean `ip`?",
        ),
        (
            "match: name-and-below",
            "match: below",
            "47:12: rules > names > match: `below` is not one of `name` or `name-and-below`",
        ),
        (
            "max: {schedule: validity}",
            "max: {schedule: validity, days: 3}",
            "55:74: rules > validity > max: give exactly one of `days`, `hours`, `seconds` or `schedule`",
        ),
        ("lists: [some-words]", "words: []", "54:12: rules > words > words: must not be empty"),
        (
            "    fields: [subject.o]\n    lists: [some-words]",
            "    fields: [subject.organisation]\n    words: [x]",
            "53:14: rules > words > fields > #1: `subject.organisation` is not one of `subject.cn`, `subject.o`, `subject.ou`, `subject.l`, `subject.st`, `subject.street`, `subject.postal_code`, `subject.given_name`, `subject.surname`, `subject.serial_number`, `subject.business_category`, `subject.organization_identifier`, `subject.jurisdiction_l`, `subject.jurisdiction_st` or `san`; did you mean `subject.organization_identifier`?",
        ),
        (
            "lists: [some-words]",
            "patterns: [{whole: x, anywhere: y}]",
            "54:16: rules > words > patterns > #1: give exactly one of `whole` and `anywhere`",
        ),
        (
            "\n    lists: [some-words]",
            "",
            "48:5: rules > words: give at least one of `words`, `lists` and `patterns`",
        ),
        (
            "thresholds: {pkilint: error, badkeys: error}",
            "thresholds: {pkilint: severe, badkeys: error}",
            f"62:27: rules > linters > thresholds > pkilint: `severe` is not one of {SEVERITIES}",
        ),
        (
            "thresholds: {pkilint: error, badkeys: error}",
            "thresholds: {}",
            "62:17: rules > linters > thresholds: must not be empty",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, expected: str) -> None:
    assert problems(bundle(policy=policy_with(old, new))) == (f"policy.yaml:{expected}",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("grants:\n", "grant:\n", ["2:1: grant: unknown key `grant`; did you mean `grants`?"]),
        ("accounts: [bob], ", "", ["4:5: grants > #2: the key `accounts` is missing"]),
    ],
)
def test_mistakes_in_the_grants_are_told_too(old: str, new: str, expected: list[str]) -> None:
    assert GRANTS.count(old) == 1
    found = problems(bundle(grants=GRANTS.replace(old, new)))
    assert list(found) == [f"grants.yaml:{line}" for line in expected]


def test_all_mistakes_of_a_phase_are_told_at_once_over_all_files() -> None:
    wrong = POLICY.replace("owner: tests", "ownr: tests").replace(
        "kind: order_matches", "kind: odr"
    )
    assert problems(bundle(policy=wrong, grants=GRANTS.replace("[bob]", "bob"))) == (
        f"grants.yaml:4:16: grants > #2 > accounts: {LIST}",
        "policy.yaml:5:1: ownr: unknown key `ownr`; did you mean `owner`?",
        "policy.yaml:57:33: rules > order > kind: unknown kind `odr`",
    )


def test_yaml_comes_before_shape_and_shape_before_meaning() -> None:
    broken = bundle(policy=POLICY.replace("owner: tests", "ownr: tests"), grants="a: *b")
    assert [line.partition(":")[0] for line in problems(broken)] == ["grants.yaml"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ("grants.yaml: the file is missing", "policy.yaml: the file is missing")),
        (
            {**bundle(), "polici.yaml": b""},
            ("polici.yaml: unknown file; did you mean `policy.yaml`?",),
        ),
        ({**bundle(), "lists/more.csv": b"x"}, ("lists/more.csv: unknown file",)),
        ({**bundle(), "\x1b[1m": b"x"}, ("\\x1b[1m: unknown file",)),
        ({**bundle(), "README.md": b"\xff", "lists/README": b"x"}, ()),
    ],
)
def test_the_files_are_those_of_a_policy(
    files: dict[str, bytes], expected: tuple[str, ...]
) -> None:
    assert problems(files) == expected
