"""What is said of a policy that loads and may not be meant, and that nothing else is said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gate.model import Environment
from gate.policy import Site, load
from gate.policy.review import MEANING, Notice, NoticeCode, review
from tests.pki import NOW
from tests.policy.bundles import GRANTS, HEADER, ISSUERS, POLICY, bundle

QUIET = POLICY.replace(
    "allow: {public: [SUBSCRIBER]}", "allow: {public: [SUBSCRIBER], test: [LOAD_TEST]}"
)
KNOWN = Site(issuers=ISSUERS)
UNKNOWN = Site()

RULE = """\
  - id: extra
    title: t
"""


def said(
    *, at: datetime = NOW, site: Site = KNOWN, rule: str = "", **texts: str | None
) -> tuple[Notice, ...]:
    """The notices on the small policy with these files, and with one more rule."""
    texts["policy"] = (texts.get("policy") or QUIET) + (RULE + rule if rule else "")
    files = bundle(**texts)
    return review(load(files, site=site), files, site=site, at=at)


def codes(notices: tuple[Notice, ...]) -> list[str]:
    return [notice.code.value for notice in notices]


def quiet_with(old: str, new: str) -> str:
    assert QUIET.count(old) == 1
    return QUIET.replace(old, new)


def line_of(text: str, within: str) -> int:
    (line,) = [at for at, each in enumerate(text.split("\n"), start=1) if within in each]
    return line


def test_of_a_policy_in_which_all_is_used_nothing_is_said() -> None:
    assert said() == ()
    assert said(site=UNKNOWN) == ()


def test_every_code_has_its_meaning() -> None:
    assert set(MEANING) == set(NoticeCode)


WINDOW = "    kind: not_before_window\n    back: {hours: 1}\n    ahead: {hours: 1}\n"

LADDER_BEYOND_END = """\
    ends: 2027-06-01
    mode: [{from: 2026-01-01, mode: dry-run}, {from: 2028-01-01, mode: warn}]
"""

DEAD_RULES: Mapping[str, tuple[str, str, str]] = {
    "account and profile of different grants": (
        "    mode: enforce\n    when: {accounts: [bob], profiles: [tls-ov]}\n",
        "rule-never-applies",
        "when: the rule never applies to what could be released: no one grant has what",
    ),
    "a purpose of no grant": (
        "    mode: enforce\n    when: {purposes: [CA_TEST_SITE]}\n",
        "rule-never-applies",
        "no grant names purpose `CA_TEST_SITE`",
    ),
    "an environment of no issuer": (
        "    mode: enforce\n    when: {environments: [development]}\n",
        "rule-never-applies",
        "no issuer of a grant belongs to `development`",
    ),
    "ended": (
        "    mode: enforce\n    ends: 2026-11-23\n",
        "rule-ended",
        "ends: the rule ended on 2026-11-23: delete it, or give it another end",
    ),
    "ends soon": (
        "    mode: enforce\n    ends: 2026-12-01\n",
        "rule-ends-soon",
        "ends: the rule ends on 2026-12-01, in 7 days: give it another end",
    ),
    "off": (
        "    mode: off\n",
        "rule-off",
        "mode: the rule is off and stays so: delete it, or add a step that turns it on",
    ),
    "off again": (
        "    mode: [{from: 2026-01-01, mode: warn}, {from: 2026-02-01, mode: off}]\n",
        "rule-off",
        "mode: the rule is off",
    ),
    "all steps past": (
        "    mode: [{from: 2026-01-01, mode: off}, {from: 2026-02-01, mode: dry-run}]\n",
        "mode-steps-past",
        "mode: all steps lie in the past: write `mode: dry-run`",
    ),
    "a step after the end": (
        LADDER_BEYOND_END,
        "mode-step-unreached",
        "mode > #2 > from: the rule has ended by then, on 2027-06-01: leave the step out",
    ),
}


@pytest.mark.parametrize("name", DEAD_RULES)
def test_a_rule_that_does_nothing_is_told_with_its_place(name: str) -> None:
    lines, code, text = DEAD_RULES[name]
    (notice,) = said(rule=lines + WINDOW)

    assert (notice.code.value, notice.file) == (code, "policy.yaml")
    assert notice.text.startswith("rules > extra > ")
    assert text in notice.text
    key = {"from": "mode"}.get(last := notice.text.partition(": ")[0].split(" > ")[-1], last)
    whole = QUIET + RULE + lines
    assert notice.line > len(QUIET.splitlines())
    assert f"    {key}:" in whole.split("\n")[notice.line - 1]


@pytest.mark.parametrize(
    "lines",
    [
        "    mode: enforce\n    when: {accounts: [bob], profiles: [tls-dv]}\n",
        "    mode: enforce\n    when: {environments: [production]}\n",
        "    mode: enforce\n    ends: 2027-03-15\n",
        "    mode: [{from: 2026-01-01, mode: off}, {from: 2027-01-01, mode: warn}]\n",
        "    mode: [{from: 2026-01-01, mode: dry-run}, {from: 2027-01-01, mode: warn}]\n",
        "    mode: enforce\n    starts: 2027-03-15\n",
    ],
)
def test_of_a_rule_that_may_decide_nothing_is_said(lines: str) -> None:
    assert said(rule=lines + WINDOW) == ()


def test_an_environment_is_no_reason_where_the_issuers_are_not_known() -> None:
    lines = "    mode: enforce\n    when: {environments: [development]}\n"

    assert said(rule=lines + WINDOW, site=UNKNOWN) == ()


def test_an_issuer_of_another_environment_is_never_reached() -> None:
    staging = replace(ISSUERS[1], environment=Environment.STAGING)
    lines = "    mode: enforce\n    when: {issuers: [test-r1], environments: [production]}\n"

    (notice,) = said(rule=lines + WINDOW, site=Site(issuers=(ISSUERS[0], staging)))
    assert notice.code is NoticeCode.RULE_NEVER_APPLIES


ALL_DNS = QUIET.replace("type: dv}", "type: dv, identifiers: [dns]}").replace(
    "type: ov}", "type: ov, identifiers: [dns]}"
)


def test_a_rule_for_identifiers_that_no_profile_has_is_dead() -> None:
    age = """\
    kind: validation_age
    mode: enforce
    identifiers: [ip]
    max_age: {days: 5}
"""

    (notice,) = said(policy=ALL_DNS, rule=age)
    assert notice.code is NoticeCode.RULE_NEVER_APPLIES
    assert "it judges type `ip`, which `tls-dv` or `tls-ov` cannot have" in notice.text
    assert said(rule=age) == ()


def test_an_address_rule_may_still_judge_names_spelt_like_addresses() -> None:
    assert said(policy=ALL_DNS) == ()


LIMITS = """\
  other:
    - {from: 2026-03-15, days: %d}
    - {from: 2027-03-15, days: %d}
    - {from: 2029-03-15, days: 46}
linters:"""


@pytest.mark.parametrize(
    ("limits", "when", "needless"),
    [
        ((200, 100), "", True),
        ((199, 99), "", True),
        ((200, 99), "    when: {profiles: [tls-dv]}\n", True),
        ((198, 100), "", False),
        ((200, 98), "", False),
    ],
)
def test_a_limit_that_is_never_below_that_of_another_rule_never_decides(
    limits: tuple[int, int], when: str, *, needless: bool
) -> None:
    policy = quiet_with("linters:", LIMITS % limits)
    rule = f"    kind: validity_at_most\n    mode: enforce\n    max: {{schedule: other}}\n{when}"

    notices = said(policy=policy, rule=rule)
    assert codes(notices) == (["rule-never-decides"] if needless else [])
    if needless:
        line = line_of(policy, "id: validity,")
        assert f"whatever it refuses, `validity` in line {line} refuses too" in notices[0].text
        assert notices[0].line == len(policy.splitlines()) + 1


@pytest.mark.parametrize(
    ("first", "second", "said_of"),
    [
        ("mode: enforce", "mode: enforce", ["second"]),
        ("mode: warn", "mode: enforce", ["first"]),
        ("mode: enforce", "mode: warn", ["second"]),
        ("mode: enforce, when: {profiles: [tls-dv]}", "mode: enforce", ["first"]),
        ("mode: enforce, when: {profiles: [tls-dv]}", "mode: enforce, when: {accounts: [bob]}", []),
        ("mode: warn, when: {profiles: [tls-dv]}", "mode: warn, when: {profiles: [tls-ov]}", []),
        ("mode: enforce, exceptable: true", "mode: enforce", ["first"]),
        ("mode: enforce, exceptable: true", "mode: warn", []),
        ("mode: enforce, ends: 2028-01-01", "mode: enforce", ["first"]),
        ("mode: enforce, starts: 2027-01-01", "mode: warn", []),
    ],
)
def test_of_two_like_rules_the_one_that_adds_nothing_is_told(
    first: str, second: str, said_of: list[str]
) -> None:
    rule = "  - {{id: {}, title: t, kind: dns_not_in, lists: [some-names], match: name, {}}}\n"
    policy = QUIET + rule.format("first", first) + rule.format("second", second)
    policy = policy.replace("    match: name-and-below\n", "    match: name\n").replace(
        "id: names\n    title: t\n    kind: dns_not_in\n    mode: warn",
        "id: names\n    title: t\n    kind: dns_not_in\n    mode: dry-run\n"
        "    when: {accounts: [nobody]}",
    )
    grants = GRANTS + (
        "  - {accounts: [nobody], profiles: [tls-ov], issuers: [test-r1], purposes: [LOAD_TEST]}\n"
    )

    notices = [n for n in said(policy=policy, grants=grants) if "> names:" not in n.text]
    assert [n.text.split(" > ")[1].split(":")[0] for n in notices] == said_of
    assert {n.code for n in notices} <= {NoticeCode.RULE_NEVER_DECIDES}


def test_a_profile_of_no_grant_is_told_at_its_name() -> None:
    policy = quiet_with(
        "lists:\n  some-addresses",
        "  tls-ev: {title: EV, certificate: subscriber-tls, type: ev}\nlists:\n  some-addresses",
    )

    (notice,) = said(policy=policy)
    assert (notice.code.value, notice.line, notice.column) == ("profile-not-granted", 9, 3)
    assert notice.text.startswith("profiles > tls-ev: no grant gives this profile")


def test_a_grant_within_another_is_told() -> None:
    inner = "  - {accounts: [bob], profiles: [tls-dv], issuers: [test-r1], purposes: [LOAD_TEST]}\n"

    grants = GRANTS.replace("accounts: [bob]", "accounts: [bob, carol]")

    (notice,) = said(grants=grants + inner)
    assert (notice.code.value, notice.file, notice.line) == ("grant-redundant", "grants.yaml", 5)
    assert "grants > #3: grant #2 gives all this too" in notice.text


@pytest.mark.parametrize("site", [KNOWN, UNKNOWN])
def test_a_purpose_that_is_granted_and_never_allowed_is_told(site: Site) -> None:
    (notice,) = said(policy=POLICY, site=site)

    assert (notice.code.value, notice.line) == ("grant-useless", 4)
    assert "purposes > #1: the rule `purpose` always refuses `LOAD_TEST` here" in notice.text


def test_a_purpose_may_be_allowed_for_issuers_that_are_not_known() -> None:
    policy = POLICY.replace(
        "{public: [SUBSCRIBER]}", "{public: [SUBSCRIBER], private: [LOAD_TEST]}"
    )

    assert said(policy=policy, site=UNKNOWN) == ()
    assert codes(said(policy=policy)) == ["grant-useless"]


def test_a_prefix_within_another_is_told_once_for_the_list() -> None:
    addresses = f"{HEADER}10.0.0.0/8\n\n10.1.0.0/16\n2001:db8::/32\n2001:db8:1::/48\n"

    (notice,) = said(addresses=addresses)
    assert notice.code is NoticeCode.LIST_ENTRIES_REDUNDANT
    assert (notice.file, notice.line) == ("lists/addresses.txt", 6)
    assert "`10.1.0.0/16` lies within `10.0.0.0/8` of the same list, as does 1 other: without" in (
        notice.text
    )


def test_an_entry_with_a_comment_of_its_own_is_meant() -> None:
    addresses = f"{HEADER}10.0.0.0/8\n10.1.0.0/16 # the office\n# and more\n10.2.0.0/16\n"

    (notice,) = said(addresses=addresses)
    assert notice.line == 7
    assert "`10.2.0.0/16` lies within `10.0.0.0/8` of the same list: without" in notice.text


def test_a_name_below_another_is_redundant_only_where_names_stand_for_all_below() -> None:
    names = f"{HEADER}bank.example\nlogin.bank.example\nnotbank.example\n"

    (notice,) = said(names=names)
    assert (notice.code.value, notice.line) == ("list-entries-redundant", 5)
    assert said(names=names, policy=quiet_with("match: name-and-below", "match: name")) == ()


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("whole: '.+'", "pattern-always-matches"),
        ("whole: '[^<>]*'", None),
        ("anywhere: 'x*'", "pattern-always-matches"),
        ("anywhere: '[a-z]'", None),
        ("whole: 'TEST'", None),
        ("whole: 'ﬁrma'", "pattern-never-matches"),
        ("whole: 'ﬁ?rma'", None),
        ("whole: '(ﬁ|fi)rma'", None),
        ("whole: 'firma|ﬁrma'", "pattern-never-matches"),
        ("whole: 'straße'", "pattern-never-matches"),
        ("whole: 'тест'", "pattern-never-matches"),
        ("anywhere: 'a  b'", "pattern-never-matches"),
        ("anywhere: 'a +b'", None),
        ("anywhere: ' inc'", None),
        ("anywhere: '\\u2014'", "pattern-never-matches"),
        ("anywhere: '\\uFFFD'", None),
        ("anywhere: 'a\\tb'", "pattern-never-matches"),
        ("whole: 'a\\.b\\d{2}'", None),
    ],
)
def test_a_pattern_that_matches_all_texts_or_none_is_told(pattern: str, code: str | None) -> None:
    policy = quiet_with(
        "    lists: [some-words]\n", f"    lists: [some-words]\n    patterns: [{{{pattern}}}]\n"
    )

    notices = said(policy=policy)
    assert codes(notices) == ([code] if code else [])
    if code:
        assert notices[0].text.startswith("rules > words > patterns > #1 > ")
        assert (notices[0].line, notices[0].column > 15) == (line_of(policy, "patterns:"), True)


def test_the_letters_that_a_pattern_never_meets_are_named() -> None:
    policy = quiet_with(
        "    lists: [some-words]\n", "    lists: [some-words]\n    patterns: [{whole: 'a|тест'}]\n"
    )

    (notice,) = said(policy=policy)
    assert "`тест` can match no text: none ever holds `т`; texts are compared in" in notice.text


def test_a_schedule_that_has_run_its_course_is_told() -> None:
    (notice,) = said(at=datetime(2029, 3, 15, tzinfo=UTC))

    assert notice.code is NoticeCode.SCHEDULE_STEPS_PAST
    assert (notice.line, notice.column) == (line_of(QUIET, "  validity:"), 3)
    assert said(at=datetime(2029, 3, 14, 23, 59, 59, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (datetime(2027, 2, 12, tzinfo=UTC), False),
        (datetime(2027, 2, 13, tzinfo=UTC), True),
        (datetime(2027, 3, 14, 12, tzinfo=UTC), True),
        (datetime(2027, 3, 15, tzinfo=UTC), False),
    ],
)
def test_methods_that_end_within_thirty_days_are_told(day: datetime, *, told: bool) -> None:
    notices = said(at=day)

    assert codes(notices) == (["methods-end-soon"] if told else [])
    if told:
        assert "no longer allowed on 2027-03-15" in notices[0].text
        assert "`3.2.2.4.16`" in notices[0].text
        assert notices[0].line == line_of(QUIET, "from: 2027-03-15, allow")


@pytest.mark.parametrize(
    ("days", "code"),
    [(59, None), (31, "list-old-soon"), (23, "list-old-soon"), (22, "list-too-old")],
)
def test_the_age_of_a_list_is_told_at_its_date(days: int, code: str | None) -> None:
    policy = quiet_with("of: dns-name}", f"of: dns-name, greatest_age: {{days: {days}}}}}")

    notices = said(policy=policy)
    assert codes(notices) == ([code] if code else [])
    if code:
        assert (notices[0].file, notices[0].line) == ("lists/names.txt", 3)
        assert "its owner, `tests`, has to renew it" in notices[0].text


OVERRIDE = """\
    overrides:
      - lint: {linter: pkilint, id: some.lint}
        treat_as: warning
        until: %s
        reason: r
"""


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2026-11-23", "override-ended"),
        ("2026-12-20", "override-ends-soon"),
        ("2027-06-01", None),
    ],
)
def test_the_end_of_an_override_is_told(until: str, code: str | None) -> None:
    policy = QUIET + OVERRIDE % until

    notices = said(policy=policy)
    assert codes(notices) == ([code] if code else [])
    if code:
        assert notices[0].line == line_of(policy, "until:")
        assert notices[0].text.startswith("rules > linters > overrides > #1 > until: ")


EXCEPTIONS = """\
format: gate-exceptions/1
exceptions:
  - id: EXC-1
    rule: words
    scope: {dns: [www.bank.example]}
    reason: r
    ticket: T-1
    starts: 2026-11-01
    expires: %s
    requested_by: rita
"""

HOLDERS = """\
format: gate-holders/1
holders:
  - id: HOLD-1
    identifier: {dns: bank.example}
    applicant: bank
    review: %s
    reason: r
    requested_by: rita
"""


def with_more(files: dict[str, bytes], path: str, text: str, at: datetime) -> tuple[Notice, ...]:
    files[path] = text.encode()
    site = Site(issuers=ISSUERS, unapproved=True)
    return review(load(files, site=site), files, site=site, at=at)


@pytest.mark.parametrize(
    ("expires", "code"),
    [
        ("2026-11-23", "exception-expired"),
        ("2026-11-30", "exception-expires-soon"),
        ("2026-12-01", None),
    ],
)
def test_the_end_of_an_exception_is_told(expires: str, code: str | None) -> None:
    policy = quiet_with("    mode: dry-run\n", "    mode: warn\n    exceptable: true\n")

    notices = with_more(bundle(policy=policy), "exceptions.yaml", EXCEPTIONS % expires, NOW)
    assert codes(notices) == ([code] if code else [])
    if code:
        assert (notices[0].file, notices[0].line) == ("exceptions.yaml", 9)
        assert notices[0].text.startswith("exceptions > EXC-1 > expires: ")


@pytest.mark.parametrize(
    ("review_date", "code"),
    [
        ("2026-11-23", "holder-expired"),
        ("2026-12-20", "holder-review-soon"),
        ("2027-06-01", None),
    ],
)
def test_the_review_date_of_a_holder_is_told(review_date: str, code: str | None) -> None:
    policy = quiet_with(
        "match: name-and-below", "match: name-and-below\n    approved_holders: true"
    )

    notices = with_more(bundle(policy=policy), "holders.yaml", HOLDERS % review_date, NOW)
    assert codes(notices) == ([code] if code else [])
    if code:
        assert (notices[0].file, notices[0].line) == ("holders.yaml", 6)


def test_a_holder_that_no_rule_is_open_to_is_told() -> None:
    notices = with_more(bundle(policy=QUIET), "holders.yaml", HOLDERS % "2027-06-01", NOW)

    assert codes(notices) == ["holder-useless"]
    assert notices[0].line == 4


def test_notices_come_in_the_order_of_the_lines() -> None:
    notices = said(
        at=NOW + timedelta(days=1200),
        rule="    mode: off\n" + WINDOW,
        addresses=f"{HEADER}10.0.0.0/8\n10.1.0.0/16\n",
    )

    assert len(notices) >= 3
    assert list(notices) == sorted(notices)
