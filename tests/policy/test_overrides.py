"""Overrides change what single lints count as, until a date, and never what is fatal."""

# ruff: noqa: E501 - the lines under test are quoted whole

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import ConfigError
from gate.model import Case, Finding, LinterReport, LinterStatus, Severity
from gate.policy import Rule, Site, load
from gate.policy.change import Change
from tests.policy.bundles import CATALOGUES, ISSUERS, bundle, policy_with, problems
from tests.policy.judging import case, messages, rule

UNTIL = datetime(2027, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THRESHOLDS = "    thresholds: {pkilint: error, badkeys: error}\n"
LINTERS = "linters: [pkilint, badkeys]\n"


def overriding(*overrides: str, thresholds: str = THRESHOLDS) -> str:
    """The small policy with these overrides, the keys after the lint and the reason given."""
    return policy_with(THRESHOLDS, thresholds + written(*overrides))


def written(*overrides: str) -> str:
    lines = "".join(f"      - {{{each}}}\n" for each in overrides)
    return f"    overrides:\n{lines}"


def override(keys: str, lint: str = "x.error", linter: str = "pkilint") -> str:
    return f"lint: {{linter: {linter}, id: {lint}}}, reason: why, {keys}"


IGNORED = override("treat_as: ignored, until: 2027-03-01")


def judged_with(*overrides: str, thresholds: str = THRESHOLDS) -> Rule:
    return rule("linters", THRESHOLDS, thresholds + written(*overrides))


def found(
    severity: Severity,
    *,
    at: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC),
    lasting: float = 60,
    message: str = "OU is there",
    profile: str = "tls-dv",
) -> Case:
    finding = Finding(code="x.error", severity=severity, message=message)
    reports = (
        LinterReport(
            name="pkilint", version="1", status=LinterStatus.COMPLETED, findings=(finding,)
        ),
        LinterReport(name="badkeys", version="1", status=LinterStatus.COMPLETED, findings=()),
    )
    return case(linters=reports, at=at, lasting=lasting, context={"profile": profile})


@pytest.mark.parametrize(
    ("treat_as", "severity", "blocks"),
    [
        ("ignored", Severity.ERROR, False),
        ("ignored", Severity.FATAL, True),
        ("info", Severity.ERROR, False),
        ("warning", Severity.ERROR, False),
        ("error", Severity.NOTICE, True),
        ("error", Severity.ERROR, True),
        ("warning", Severity.NOTICE, False),
        ("info", Severity.FATAL, True),
    ],
)
def test_a_finding_counts_as_the_override_says_unless_it_is_fatal(
    treat_as: str, severity: Severity, *, blocks: bool
) -> None:
    judged = judged_with(override(f"treat_as: {treat_as}, until: 2027-03-01"))
    assert bool(judged.judge(found(severity))) == blocks


def test_what_is_raised_says_so_in_the_finding() -> None:
    judged = judged_with(override("treat_as: error, until: 2027-03-01"))
    assert messages(judged, found(Severity.NOTICE)) == [
        "`pkilint` reports notice `x.error`: `OU is there`, which counts as error here"
    ]


@pytest.mark.parametrize(
    ("at", "lasting", "blocks"),
    [
        (UNTIL - 61 * SECOND, 60, False),
        (UNTIL - 60 * SECOND, 60, True),
        (UNTIL - SECOND, 0.5, False),
        (UNTIL, 60, True),
    ],
)
def test_a_loosening_override_ends_before_a_release_that_outlives_it(
    at: datetime, lasting: float, *, blocks: bool
) -> None:
    judged = judged_with(IGNORED)
    assert bool(judged.judge(found(Severity.ERROR, at=at, lasting=lasting))) == blocks


@pytest.mark.parametrize(
    ("at", "blocks"), [(UNTIL - 60 * SECOND, True), (UNTIL - SECOND, True), (UNTIL, False)]
)
def test_a_tightening_override_holds_to_its_last_second(at: datetime, *, blocks: bool) -> None:
    judged = judged_with(override("treat_as: error, until: 2027-03-01"))
    assert bool(judged.judge(found(Severity.NOTICE, at=at))) == blocks


def test_an_override_holds_for_its_profiles_only() -> None:
    judged = judged_with(f"{IGNORED}, profiles: [tls-ov]")
    assert judged.judge(found(Severity.ERROR, profile="tls-ov")) == ()
    assert judged.judge(found(Severity.ERROR, profile="tls-dv")) != ()


def test_an_override_holds_for_the_findings_whose_message_it_names() -> None:
    judged = judged_with(f"{IGNORED}, message_contains: OU")
    assert judged.judge(found(Severity.ERROR)) == ()
    assert judged.judge(found(Severity.ERROR, message="L is there")) != ()


def test_an_override_holds_for_its_linter_and_its_lint_only() -> None:
    for other in (
        override("treat_as: ignored, until: 2027-03-01", lint="x.other"),
        override("treat_as: ignored, until: 2027-03-01", linter="badkeys"),
    ):
        assert judged_with(other).judge(found(Severity.ERROR)) != ()


def test_of_several_overrides_the_strictest_counts_in_whatever_order() -> None:
    pair = (
        IGNORED,
        override("treat_as: error, until: 2027-03-01, profiles: [tls-dv], message_contains: OU"),
    )
    for overrides in (pair, pair[::-1]):
        judged = judged_with(*overrides)
        assert judged.judge(found(Severity.WARNING)) != ()
        assert judged.judge(found(Severity.WARNING, profile="tls-ov")) == ()


treatments = st.sampled_from(["ignored", "info", "notice", "warning", "error"])
moments = st.integers(-120, 120).map(lambda seconds: UNTIL + seconds * SECOND)


@given(st.lists(treatments, max_size=3), moments, st.sampled_from(Severity))
def test_whatever_overrides_say_a_release_is_never_judged_more_loosely_than_without(
    words: list[str], at: datetime, severity: Severity
) -> None:
    texts = ("a", "b", "c")
    overrides = [
        override(f"treat_as: {word}, until: 2027-03-01, message_contains: {text}")
        for word, text in zip(words, texts, strict=False)
    ]
    asked = found(severity, at=at, message="abc")
    with_them = judged_with(*overrides).judge(asked) if overrides else rule("linters").judge(asked)
    alone = rule("linters").judge(asked)
    if asked.release_ends >= UNTIL or severity is Severity.FATAL:
        assert len(with_them) >= len(alone)
    if at >= UNTIL:
        assert with_them == alone


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (
            [override("treat_as: ignored")],
            ["64:9: rules > linters > overrides > #1: the key `until` is missing"],
        ),
        (
            ["lint: {linter: pkilint, id: x.error}, treat_as: ignored, until: 2027-03-01"],
            ["64:9: rules > linters > overrides > #1: the key `reason` is missing"],
        ),
        (
            [override("treat_as: fatal, until: 2027-03-01")],
            [
                (
                    "64:71: rules > linters > overrides > #1 > treat_as: `fatal` is not one of "
                    "`ignored`, `info`, `notice`, `warning` or `error`"
                )
            ],
        ),
        (
            [override("treat_as: ignored, until: 2027-03-01, profils: [tls-dv]")],
            [
                (
                    "64:99: rules > linters > overrides > #1 > profils: "
                    "unknown key `profils`; did you mean `profiles`?"
                )
            ],
        ),
        (
            [f"{IGNORED}, profiles: [tls-dx]"],
            [
                (
                    "64:110: rules > linters > overrides > #1 > profiles > #1: "
                    "no profile is called `tls-dx`; did you mean `tls-dv`?"
                )
            ],
        ),
        (
            [override("treat_as: ignored, until: 2027-03-01", linter="pkilnt")],
            [
                (
                    "64:25: rules > linters > overrides > #1 > lint > linter: "
                    "no linter is called `pkilnt`; did you mean `pkilint`?"
                )
            ],
        ),
        (
            [override("treat_as: ignored, until: 2027-03-01", lint="x.eror")],
            [
                (
                    "64:38: rules > linters > overrides > #1 > lint > id: "
                    "pkilint 0.13.3 has no lint `x.eror`; did you mean `x.error`?"
                )
            ],
        ),
        (
            [override("treat_as: ignored, until: 2027-03-01, known_from: '>=0.13'", lint="x.new")],
            [
                (
                    "64:38: rules > linters > overrides > #1 > lint > id: pkilint 0.13.3 has no lint "
                    "`x.new`, and `known_from` says that it has"
                )
            ],
        ),
        (
            [override("treat_as: ignored, until: 2027-03-01, known_from: 0.14", lint="x.new")],
            [
                (
                    "64:109: rules > linters > overrides > #1 > known_from: `0.14` does not say which "
                    "versions; write `>=0.13` or `>=0.13, <0.15`"
                )
            ],
        ),
        (
            [override("treat_as: ignored, until: 2027-03-01, known_from: '>=0.14'", lint="x.new")],
            [],
        ),
        ([override("treat_as: ignored, until: 2027-03-01", lint="any", linter="badkeys")], []),
        (
            [IGNORED, f"{IGNORED}, profiles: [tls-dv]"],
            [
                (
                    "65:16: rules > linters > overrides > #2 > lint: "
                    "override number 1 is for the same findings"
                )
            ],
        ),
        ([f"{IGNORED}, profiles: [tls-ov]", f"{IGNORED}, profiles: [tls-dv]"], []),
        ([IGNORED, f"{IGNORED}, message_contains: x"], []),
    ],
)
def test_an_override_says_what_it_must_and_names_what_there_is(
    overrides: list[str], expected: list[str]
) -> None:
    files = bundle(policy=overriding(*overrides))
    told: tuple[str, ...] = ()
    try:
        load(files, site=Site(issuers=ISSUERS, catalogues=CATALOGUES))
    except ConfigError as error:
        told = error.problems
    assert told == tuple(f"policy.yaml:{line}" for line in expected)


def test_where_no_catalogue_is_known_any_lint_may_be_named() -> None:
    text = overriding(override("treat_as: ignored, until: 2027-03-01", lint="x.eror"))
    assert problems(bundle(policy=text)) == ()


def test_an_override_needs_a_threshold_in_its_rule() -> None:
    second = (
        "  - id: more-linters\n    title: t\n    kind: linter_findings_below\n    mode: enforce\n"
        f"{THRESHOLDS}{written(override('treat_as: error, until: 2027-03-01', linter='zlint'))}"
    )
    zlint = "    thresholds: {pkilint: error, badkeys: error, zlint: error}\n"
    text = policy_with(THRESHOLDS, zlint + second).replace(
        LINTERS, "linters: [pkilint, badkeys, zlint]\n"
    )
    assert problems(bundle(policy=text)) == (
        (
            "policy.yaml:69:25: rules > more-linters > overrides > #1 > lint > linter: "
            "the rule has no threshold for `zlint`"
        ),
    )


PLAIN = rule("linters")
NOTED = override("treat_as: notice, until: 2027-03-01")
RAISED = override("treat_as: error, until: 2027-03-01", lint="x.other")
LATER = override("treat_as: ignored, until: 2027-04-01")


@pytest.mark.parametrize(
    ("new", "old", "change"),
    [
        (PLAIN, PLAIN, Change.SAME),
        (judged_with(IGNORED), PLAIN, Change.LOOSER),
        (PLAIN, judged_with(IGNORED), Change.STRICTER),
        (judged_with(RAISED), PLAIN, Change.STRICTER),
        (PLAIN, judged_with(RAISED), Change.LOOSER),
        (judged_with(IGNORED, RAISED), PLAIN, Change.UNCLEAR),
        (judged_with(NOTED), judged_with(IGNORED), Change.STRICTER),
        (judged_with(IGNORED), judged_with(NOTED), Change.LOOSER),
        (judged_with(LATER), judged_with(IGNORED), Change.LOOSER),
        (judged_with(IGNORED), judged_with(LATER), Change.STRICTER),
        (judged_with(IGNORED.replace("why", "because")), judged_with(IGNORED), Change.SAME),
        (
            judged_with(
                IGNORED, thresholds=THRESHOLDS.replace("pkilint: error", "pkilint: warning")
            ),
            judged_with(IGNORED),
            Change.STRICTER,
        ),
    ],
)
def test_a_change_is_known_for_what_it_is(new: Rule, old: Rule, change: Change) -> None:
    assert new.requirement.compared(old.requirement) is change


SOONER = override("treat_as: ignored, until: 2027-02-01, message_contains: OU")


@pytest.mark.parametrize("old", [judged_with(LATER, f"{IGNORED}, message_contains: OU")])
@pytest.mark.parametrize("new", [judged_with(LATER), judged_with(LATER, SOONER)])
def test_where_one_of_two_overrides_ends_sooner_more_may_pass_for_a_moment(
    new: Rule, old: Rule
) -> None:
    shortly_before = found(Severity.ERROR, at=UNTIL - SECOND)
    assert old.judge(shortly_before) != ()
    assert new.judge(shortly_before) == ()
    assert new.requirement.compared(old.requirement) is Change.UNCLEAR


def test_overrides_of_other_findings_make_no_change_unclear() -> None:
    others = override("treat_as: ignored, until: 2027-04-01", lint="x.other")
    for_ov, for_dv = f"{IGNORED}, profiles: [tls-ov]", f"{IGNORED}, profiles: [tls-dv]"
    for old, new in (((IGNORED, others), (others,)), ((for_ov, for_dv), (for_dv,))):
        changed = judged_with(*new).requirement.compared(judged_with(*old).requirement)
        assert changed is Change.STRICTER
    # What blocks on its own can only be missed, whatever else there is.
    raised = override("treat_as: error, until: 2027-03-01, message_contains: OU")
    changed = judged_with(IGNORED).requirement.compared(judged_with(IGNORED, raised).requirement)
    assert changed is Change.LOOSER


def test_an_override_is_told_in_words() -> None:
    scoped = f"{IGNORED}, profiles: [tls-ov], message_contains: OU"
    assert (
        judged_with(scoped)
        .requirement.in_words()
        .endswith(
            "What pkilint reports as `x.error` with `OU` in its message for profile tls-ov counts as "
            "ignored until 2027-03-01: why."
        )
    )


def test_the_end_of_an_override_is_among_what_is_coming() -> None:
    (coming,) = judged_with(IGNORED).requirement.coming()
    assert (coming.start, coming.value) == (UNTIL, "pkilint's `x.error` counts as it is reported")
