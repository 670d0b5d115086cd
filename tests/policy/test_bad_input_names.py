"""What a policy may not say, and what is told of it: misspelt keys, and names of nothing."""

# ruff: noqa: E501 - what is told is quoted whole

import pytest

from tests.policy.bundles import problems_with

ROWS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "a misspelt key at the top",
        "policy",
        "owner: tests",
        "ownr: tests",
        ("policy.yaml:5:1: ownr: unknown key `ownr`; did you mean `owner`?",),
    ),
    (
        "a misspelt key in a profile",
        "policy",
        "{title: OV,",
        "{titel: OV,",
        (
            "policy.yaml:8:12: profiles > tls-ov > titel: unknown key `titel`; did you mean `title`?",
        ),
    ),
    (
        "a misspelt key in a list",
        "policy",
        "at_least: 2",
        "at_most: 2",
        (
            "policy.yaml:10:62: lists > some-addresses > at_most: unknown key `at_most`; did you mean `at_least`?",
        ),
    ),
    (
        "a misspelt key in a list",
        "policy",
        "of: word}",
        "of: word, greatest_age: {day: 30}}",
        (
            "policy.yaml:12:64: lists > some-words > greatest_age > day: unknown key `day`; did you mean `days`?",
        ),
    ),
    (
        "a misspelt key in a schedule step",
        "policy",
        "{from: 2029-03-15, days",
        "{form: 2029-03-15, days",
        (
            "policy.yaml:17:8: schedules > validity > #3 > form: unknown key `form`; did you mean `from`?",
        ),
    ),
    (
        "a misspelt key in a linter",
        "policy",
        "linters: [pkilint, badkeys]",
        "linters: {pkilint: {versoin: '>=0.13'}, badkeys: {}}",
        (
            "policy.yaml:18:21: linters > pkilint > versoin: unknown key `versoin`; did you mean `version`?",
        ),
    ),
    (
        "a misspelt key in a rule",
        "policy",
        "kind: granted, mode",
        "kind: granted, mde",
        ("policy.yaml:20:44: rules > granted > mde: unknown key `mde`; did you mean `mode`?",),
    ),
    (
        "a misspelt key in when",
        "policy",
        "{accounts: [alice], c",
        "{account: [alice], c",
        (
            "policy.yaml:52:12: rules > words > when > account: unknown key `account`; did you mean `accounts`?",
        ),
    ),
    (
        "a misspelt key in a step of modes",
        "policy",
        "kind: order_matches, mode: enforce",
        "kind: order_matches, mode: [{from: 2026-01-01, mod: warn}]",
        (
            "policy.yaml:57:74: rules > order > mode > #1 > mod: unknown key `mod`; did you mean `mode`?",
        ),
    ),
    (
        "a misspelt key in a limit",
        "policy",
        "max: {schedule: validity}",
        "max: {schedul: validity}",
        (
            "policy.yaml:55:75: rules > validity > max > schedul: unknown key `schedul`; did you mean `schedule`?",
        ),
    ),
    (
        "a misspelt key in a step of methods",
        "policy",
        "{from: 2027-03-15, allow: [",
        "{from: 2027-03-15, alow: [",
        (
            "policy.yaml:30:28: rules > validated > methods > #2 > alow: unknown key `alow`; did you mean `allow`?",
        ),
    ),
    (
        "a misspelt key in allow",
        "policy",
        "allow: {public:",
        "allow: {publik:",
        (
            "policy.yaml:22:75: rules > purpose > allow > publik: unknown key `publik`; did you mean `public`?",
        ),
    ),
    (
        "a misspelt key in a pattern",
        "policy",
        "lists: [some-words]",
        "lists: [some-words]\n    patterns: [{hole: x}]",
        (
            "policy.yaml:55:17: rules > words > patterns > #1 > hole: unknown key `hole`; did you mean `whole`?",
        ),
    ),
    (
        "a misspelt key in an override",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {linter: pkilint, id: x.error}, treat_as: ignored, until: 2027-03-01, reson: why}",
        (
            "policy.yaml:64:86: rules > linters > overrides > #1 > reson: unknown key `reson`; did you mean `reason`?",
        ),
    ),
    (
        "a misspelt key in a lint",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {lintr: pkilint, id: x.error}, treat_as: ignored, until: 2027-03-01, reason: why}",
        (
            "policy.yaml:64:17: rules > linters > overrides > #1 > lint > lintr: unknown key `lintr`; did you mean `linter`?",
        ),
    ),
    (
        "a misspelt key in a grant",
        "grants",
        "accounts: [bob]",
        "acounts: [bob]",
        (
            "grants.yaml:4:6: grants > #2 > acounts: unknown key `acounts`; did you mean `accounts`?",
        ),
    ),
    (
        "a misspelt key at the top",
        "grants",
        "grants:",
        "grant:",
        ("grants.yaml:2:1: grant: unknown key `grant`; did you mean `grants`?",),
    ),
    (
        "an unknown profile",
        "grants",
        "[tls-dv, tls-ov]",
        "[tls-dv, tls-xv]",
        (
            "grants.yaml:3:44: grants > #1 > profiles > #2: no profile is called `tls-xv`; did you mean `tls-ov`?",
        ),
    ),
    (
        "an unknown profile",
        "policy",
        "accounts: [alice]",
        "profiles: [tls-0v]",
        (
            "policy.yaml:52:23: rules > words > when > profiles > #1: no profile is called `tls-0v`; did you mean `tls-ov`?",
        ),
    ),
    (
        "an unknown profile",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {linter: pkilint, id: x.error}, treat_as: ignored, until: 2027-03-01, reason: why, profiles: [tls-ow]}",
        (
            "policy.yaml:64:110: rules > linters > overrides > #1 > profiles > #1: no profile is called `tls-ow`; did you mean `tls-ov`?",
        ),
    ),
    (
        "an unknown issuer",
        "grants",
        "[public-r1]",
        "[public-r2]",
        (
            "grants.yaml:3:63: grants > #1 > issuers > #1: no issuer is called `public-r2`; did you mean `public-r1`?",
        ),
    ),
    (
        "an unknown issuer",
        "policy",
        "accounts: [alice]",
        "issuers: [public-r2]",
        (
            "policy.yaml:52:22: rules > words > when > issuers > #1: no issuer is called `public-r2`; did you mean `public-r1`?",
        ),
    ),
    (
        "an unknown account",
        "policy",
        "accounts: [alice]",
        "accounts: [alise]",
        (
            "policy.yaml:52:23: rules > words > when > accounts > #1: no account is called `alise`; did you mean `alice`?",
        ),
    ),
    (
        "an unknown list",
        "policy",
        "lists: [some-addresses]",
        "lists: [some-adresses]",
        (
            "policy.yaml:41:13: rules > addresses > lists > #1: no list is called `some-adresses`; did you mean `some-addresses`?",
        ),
    ),
    (
        "a list of another type",
        "policy",
        "lists: [some-addresses]",
        "lists: [some-addresses, some-names]",
        (
            "policy.yaml:41:29: rules > addresses > lists > #2: the list `some-names` holds `dns-name` entries, `ip-prefix` is needed here",
        ),
    ),
    (
        "an unknown file of a list",
        "policy",
        "file: lists/words.txt",
        "file: lists/wrds.txt",
        (
            "lists/words.txt: no list of the policy names this file",
            "policy.yaml:12:22: lists > some-words > file: there is no file `lists/wrds.txt`; did you mean `lists/words.txt`?",
        ),
    ),
    (
        "an unknown schedule",
        "policy",
        "schedule: validity}",
        "schedule: vality}",
        (
            "policy.yaml:55:85: rules > validity > max > schedule: no schedule is called `vality`; did you mean `validity`?",
        ),
    ),
    (
        "an unknown linter",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilnt: error, pkilint: error, badkeys: error}",
        (
            "policy.yaml:62:18: rules > linters > thresholds > pkilnt: no linter is called `pkilnt`; did you mean `pkilint`?",
        ),
    ),
    (
        "an unknown linter",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {linter: pkilnt, id: x.error}, treat_as: ignored, until: 2027-03-01, reason: why}",
        (
            "policy.yaml:64:25: rules > linters > overrides > #1 > lint > linter: no linter is called `pkilnt`; did you mean `pkilint`?",
        ),
    ),
    (
        "an unknown lint",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {linter: pkilint, id: x.eror}, treat_as: ignored, until: 2027-03-01, reason: why}",
        (
            "policy.yaml:64:38: rules > linters > overrides > #1 > lint > id: pkilint 0.13.3 has no lint `x.eror`; did you mean `x.error`?",
        ),
    ),
    (
        "an unknown kind",
        "policy",
        "kind: granted",
        "kind: grantd",
        (
            "policy.yaml:20:35: rules > granted > kind: unknown kind `grantd`; did you mean `granted`?",
        ),
    ),
    (
        "an unknown mode",
        "policy",
        "kind: granted, mode: enforce",
        "kind: granted, mode: enforced",
        (
            "policy.yaml:20:50: rules > granted > mode: `enforced` is not one of `enforce`, `warn`, `dry-run` or `off`; did you mean `enforce`?",
        ),
    ),
    (
        "an unknown method",
        "policy",
        "3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6",
        "http-01, 3.2.2.4.16, 3.2.2.5.6",
        (
            "policy.yaml:29:36: rules > validated > methods > #1 > allow > #1: the BR permit no method `http-01`; did you mean `3.2.2.4.19`?",
        ),
    ),
    (
        "an unknown purpose",
        "grants",
        "[SUBSCRIBER]",
        "[Subscriber]",
        (
            "grants.yaml:3:86: grants > #1 > purposes > #1: `Subscriber` is not one of `SUBSCRIBER`, `CA_TEST_SITE`, `INTERNAL_TEST`, `AUDIT_DEMO` or `LOAD_TEST`; did you mean `SUBSCRIBER`?",
        ),
    ),
    (
        "an unknown stage",
        "policy",
        "accounts: [alice]",
        "stages: [FINAL]",
        (
            "policy.yaml:52:21: rules > words > when > stages > #1: `FINAL` is not one of `PRECERTIFICATE` or `CERTIFICATE`",
        ),
    ),
    (
        "an unknown environment",
        "policy",
        "accounts: [alice]",
        "environments: [prod]",
        (
            "policy.yaml:52:27: rules > words > when > environments > #1: `prod` is not one of `production`, `staging` or `development`",
        ),
    ),
    (
        "an unknown severity",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: eror, badkeys: error}",
        (
            "policy.yaml:62:27: rules > linters > thresholds > pkilint: `eror` is not one of `info`, `notice`, `warning`, `error` or `fatal`; did you mean `error`?",
        ),
    ),
    (
        "an unknown treatment",
        "policy",
        "thresholds: {pkilint: error, badkeys: error}",
        "thresholds: {pkilint: error, badkeys: error}\n    overrides:\n      - {lint: {linter: pkilint, id: x.error}, treat_as: ignore, until: 2027-03-01, reason: why}",
        (
            "policy.yaml:64:58: rules > linters > overrides > #1 > treat_as: `ignore` is not one of `ignored`, `info`, `notice`, `warning` or `error`; did you mean `ignored`?",
        ),
    ),
    (
        "an unknown field",
        "policy",
        "fields: [subject.o]",
        "fields: [subject.x]",
        (
            "policy.yaml:53:14: rules > words > fields > #1: `subject.x` is not one of `subject.cn`, `subject.o`, `subject.ou`, `subject.l`, `subject.st`, `subject.street`, `subject.postal_code`, `subject.given_name`, `subject.surname`, `subject.serial_number`, `subject.business_category`, `subject.organization_identifier`, `subject.jurisdiction_l`, `subject.jurisdiction_st` or `san`; did you mean `subject.o`?",
        ),
    ),
    (
        "an unknown format",
        "policy",
        "gate-policy/1",
        "gate-policy/2",
        ("policy.yaml:1:9: format: must be `gate-policy/1`",),
    ),
)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_name_of_nothing_is_told_with_the_nearest(
    file: str, old: str, new: str, expected: tuple[str, ...]
) -> None:
    assert problems_with(file, old, new) == expected
