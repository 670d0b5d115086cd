"""A comparison of two versions is a proof where it says `same` or `stricter`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise, permutations
from typing import Any

import pytest
from cryptography.x509 import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.config.policies import desk_site
from gate.decide import decide
from gate.model import Case, Purpose, Verdict
from gate.policy import Policy, load
from gate.policy.change import Change
from gate.policy.comparing import Comparison, compare
from gate.policy.differences import opposite
from gate.specimens.certificates import Subject
from gate.x509 import read_tbs_certificate
from tests import pki
from tests.cases import LINTERS
from tests.policy.bundles import GRANTS, HEADER, ISSUERS, POLICY, bundle, loaded, policy_with
from tests.policy.judging import NOW, case, facts, order, validation
from tests.policy.variations import ALL, two_versions, varied

MOMENTS = (
    NOW,
    datetime(2026, 11, 30, 23, 59, 30, tzinfo=NOW.tzinfo),
    datetime(2027, 3, 14, 23, 59, 30, tzinfo=NOW.tzinfo),
    datetime(2027, 3, 15, tzinfo=NOW.tzinfo),
)
SAME, STRICTER, LOOSER, UNCLEAR = Change.SAME, Change.STRICTER, Change.LOOSER, Change.UNCLEAR

FAVOURABLE = {
    "allow: {public: [SUBSCRIBER]}": 1,
    "mode: warn\n    lists: [some-names]\n    match: name-and-below": 1,
    "mode: dry-run\n    when: {accounts: [alice], certificate_types: [ov]}": 4,
    "mode: warn, back: {hours: 2}": 1,
    "grants": 3,
}
"""Choices by which every place makes a difference to some case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a case is about; as it stands here, most versions release it."""

    name: str = "www.plovidba.hr"
    days: int = 59
    method: str = "3.2.2.4.7"
    age: int = 1
    subject: Subject = ()
    purpose: Purpose = Purpose.SUBSCRIBER
    profile: str = "tls-dv"
    account: str = "alice"
    back: timedelta = timedelta()
    at: datetime = NOW


ORGANIZATION, LOCALITY = NameOID.ORGANIZATION_NAME, NameOID.LOCALITY_NAME
DEVIATIONS: tuple[dict[str, Any], ...] = (
    {},
    *({"name": name} for name in ("1.1.1.1", "1.1.1.200", "1.1.9.9", "9.9.9.9", "plovidba.hr")),
    *({"name": name} for name in ("bank.example", "a.bank.example", "www.bank.example")),
    *({"name": name} for name in ("www.shop.example", "*.shop.example", "a.www.shop.example")),
    *({"days": days} for days in (60, 61, 98, 99, 120, 150, 199)),
    {"method": "3.2.2.4.16"},
    *({"age": age} for age in (5, 6, 7, 8, 10)),
    *({"subject": ((ORGANIZATION, text),)} for text in ("test", "Test Site", "Some State")),
    {"subject": ((LOCALITY, "test"),)},
    {"subject": ((ORGANIZATION, "test"),), "profile": "tls-ov"},
    {"profile": "tls-ov"},
    {"purpose": Purpose.CA_TEST_SITE},
    {"account": "carol"},
    {"back": timedelta(hours=3)},
)
CASES = tuple(Asked(**each, at=at) for each in DEVIATIONS for at in MOMENTS)


@cache
def case_of(asked: Asked) -> Case:
    """The case, right in everything that is not asked for."""
    begun, named = asked.at - timedelta(days=asked.age), asked.name
    der = pki.precertificate(
        named, days=asked.days, subject=asked.subject, not_before=asked.at - asked.back
    )
    judged = read_tbs_certificate(der)
    shown = validation(
        named,
        method="3.2.2.5.6" if named[0].isdigit() else asked.method,
        initiated_at=begun,
        oldest_datum_at=begun,
        completed_at=begun,
    )
    context = {"purpose": asked.purpose, "profile": asked.profile, "account": asked.account}
    return case(
        named,
        at=asked.at,
        identifiers=(facts(named, relied_on=shown),),
        certificate=judged,
        linters=LINTERS,
        order=order(named, spki_sha256=judged.spki_sha256, **context),
        context=context,
    )


@cache
def version(choices: tuple[tuple[str, int], ...]) -> Policy:
    return varied(dict(choices))


@cache
def released(choices: tuple[tuple[str, int], ...]) -> frozenset[int]:
    """The numbers of the cases that a version releases."""
    policy = version(choices)
    verdicts = (decide(case_of(asked), policy).policy_verdict for asked in CASES)
    return frozenset(at for at, each in enumerate(verdicts) if each is Verdict.RELEASE)


def check_sound(old: tuple[tuple[str, int], ...], new: tuple[tuple[str, int], ...]) -> Change:
    """Check that a version called no looser releases nothing that was blocked."""
    change = compare(version(old), version(new)).change
    if change in {SAME, STRICTER}:
        assert not released(new) - released(old)
    return change


@pytest.mark.parametrize("place", ALL)
def test_in_each_place_looser_is_what_releases_more(place: str) -> None:
    loosened = 0
    for was, is_now in permutations(range(len(ALL[place])), 2):
        old, new = (tuple(sorted({**FAVOURABLE, place: at}.items())) for at in (was, is_now))
        if check_sound(old, new) is LOOSER:
            loosened += bool(released(new) - released(old))
    assert loosened


CHOICES = st.fixed_dictionaries(
    {name: st.just(FAVOURABLE.get(name, 0)) | st.integers(0, len(ALL[name]) - 1) for name in ALL}
)


@settings(max_examples=40, deadline=None)
@given(CHOICES, CHOICES, st.lists(st.sampled_from(sorted(ALL)), max_size=3, unique=True))
def test_what_is_same_or_stricter_releases_nothing_that_was_blocked(
    old: dict[str, int], other: dict[str, int], places: list[str]
) -> None:
    new = {**old, **{place: other[place] for place in places}}
    check_sound(tuple(sorted(old.items())), tuple(sorted(new.items())))


@settings(max_examples=50, deadline=None)
@given(two_versions())
def test_a_comparison_is_the_mirror_of_the_other_way(versions: tuple[Policy, Policy]) -> None:
    old, new = versions
    there, back = compare(old, new), compare(new, old)

    assert back.change is opposite(there.change)
    mirrored = {each.rule_id: opposite(each.change) for each in there.rules}
    assert {each.rule_id: each.change for each in back.rules} == mirrored


@settings(max_examples=20, deadline=None)
@given(two_versions())
def test_a_policy_is_the_same_as_itself(versions: tuple[Policy, Policy]) -> None:
    assert compare(versions[0], versions[0]) == Comparison(change=SAME, rules=(), other=())


@pytest.mark.parametrize(
    ("place", "choice"),
    [(place, at) for place, given in ALL.items() for at in range(1, len(given))],
)
def test_every_variation_is_told(place: str, choice: int) -> None:
    found = compare(varied({}), varied({place: choice}))
    assert [each for each in found.rules if each.what]


def compared(old: str, new: str, *, before: str | None = None, **texts: str) -> Comparison:
    """What a change at one place of the policy is; `before` is an old version of that place."""
    start = loaded() if before is None else loaded(policy=policy_with(old, before))
    return compare(start, loaded(policy=policy_with(old, new), **texts))


VALIDITY = "    - {from: 2029-03-15, days: 46}\n"


@pytest.mark.parametrize(
    ("old", "new", "change", "said"),
    [
        ("days: 199}", "days: 200}", LOOSER, "is 200 days, it was 199 days"),
        ("days: 99}", "days: 98}", STRICTER, "from 2027-03-15, the longest validity"),
        ("2027-03-15, days: 99", "2027-03-14, days: 99", STRICTER, "from 2027-03-14, the longest"),
        ("[3.2.2.4.7, 3.2.2.4.16,", "[3.2.2.4.7, 3.2.2.4.4,", UNCLEAR, "methods added"),
        ("days: 10}", "hours: 240}", SAME, ""),
        ("days: 10}", "days: 9}", STRICTER, "9 days, it was 10 days"),
        ("match: name-and-below", "match: name", LOOSER, "match is `name`"),
        ("mode: warn\n", "mode: dry-run\n", LOOSER, "mode is `dry-run`, it was `warn`"),
        ("mode: dry-run\n", "mode: enforce\n", STRICTER, "mode is `enforce`, it was `dry-run`"),
        ("{accounts: [alice], cert", "{cert", STRICTER, "accounts it applies to"),
        ("certificate_types: [ov]", "profiles: [tls-dv, tls-ov]", STRICTER, "`tls-dv`"),
        ("fields: [subject.o]", "fields: [subject.ou]", UNCLEAR, "fields removed: `subject.o`"),
        ("fields: [subject.o]", "fields: [subject.o]\n    exceptable: true", LOOSER, "exceptions"),
        ("lists: [some-words]", "lists: [some-words]\n    words: [x]", STRICTER, "words added"),
        ("back: {hours: 2}", "back: {hours: 3}", LOOSER, "back is 3 hours, it was 2 hours"),
        ("name: small", "name: other", UNCLEAR, "the policy is called `other`"),
        ("version: 7", "version: 8", SAME, ""),
        ("owner: tests", "owner: others", SAME, "text: owner"),
        ("{id: order, title: t,", "{id: order, title: u,", SAME, "text: title is `u`"),
        ("type: dv}", "type: iv}", UNCLEAR, "type is `iv`"),
        ("type: ov}", "type: ov, identifiers: [dns]}", STRICTER, "types of identifier"),
        ("{id: order,", "{id: ordered,", UNCLEAR, "rule removed"),
        (
            "kind: not_before_window, mode: warn, back: {hours: 2}, ahead: {hours: 1}",
            "kind: order_matches, mode: warn",
            UNCLEAR,
            "kind is `order_matches`, it was `not_before_window`",
        ),
    ],
)
def test_a_change_goes_its_way_and_is_told(old: str, new: str, change: Change, said: str) -> None:
    found = compared(old, new)
    words = [text for rule in found.rules for text in rule.what]
    words += [each.text for each in found.other]

    assert found.change is change, words
    assert any(said in text for text in words) or not said
    assert found.needs_two is (change in {LOOSER, UNCLEAR})


ORDER = "{id: order, title: t, kind: order_matches, mode: enforce}"
LADDERS = (
    "mode: 'off'",
    "mode: dry-run",
    "mode: [{from: 1970-01-01, mode: dry-run}, {from: 2027-01-01, mode: enforce}]",
    "mode: [{from: 1970-01-01, mode: dry-run}, {from: 2026-06-01, mode: enforce}]",
    "mode: [{from: 1970-01-01, mode: warn}, {from: 2026-06-01, mode: enforce}]",
    "mode: enforce",
)


@pytest.mark.parametrize(("weaker", "stronger"), list(pairwise(LADDERS)))
def test_earlier_and_stronger_is_stricter(weaker: str, stronger: str) -> None:
    older, newer = (ORDER.replace("mode: enforce", mode) for mode in (weaker, stronger))

    assert compared(ORDER, newer, before=older).change is STRICTER
    assert compared(ORDER, older, before=newer).change is LOOSER


def test_a_date_written_in_another_place_changes_nothing() -> None:
    starts = ORDER.replace("mode: enforce", "mode: enforce, starts: 2027-01-01, ends: 2028-01-01")
    ladder = ORDER.replace(
        "mode: enforce",
        "mode: [{from: 2027-01-01, mode: enforce}, {from: 2028-01-01, mode: 'off'}]",
    )
    assert compared(ORDER, ladder, before=starts).change is SAME


def test_a_rule_that_is_off_is_one_that_is_not_there() -> None:
    off = ORDER.replace("mode: enforce", "mode: 'off'")
    nothing = POLICY.replace(f"  - {ORDER}\n", "")

    assert compare(loaded(policy=nothing), loaded(policy=policy_with(ORDER, off))).change is SAME
    assert compare(loaded(policy=nothing), loaded()).change is STRICTER
    assert compare(loaded(), loaded(policy=nothing)).change is LOOSER


@pytest.mark.parametrize(
    ("grants", "change"),
    [
        (GRANTS.replace("[tls-dv, tls-ov]", "[tls-ov, tls-dv]"), SAME),
        (
            GRANTS.replace("profiles: [tls-dv, tls-ov]", "profiles: [tls-dv]")
            + "  - {accounts: [alice], profiles: [tls-ov], issuers: [public-r1], "
            "purposes: [SUBSCRIBER]}\n",
            SAME,
        ),
        (GRANTS.replace("[tls-dv, tls-ov]", "[tls-dv]"), STRICTER),
        (GRANTS.replace("accounts: [bob]", "accounts: [bob, eve]"), LOOSER),
        (GRANTS.replace("accounts: [bob]", "accounts: [eve]"), UNCLEAR),
    ],
)
def test_grants_are_compared_by_what_they_cover_together(grants: str, change: Change) -> None:
    assert compare(loaded(), loaded(grants=grants)).change is change


@pytest.mark.parametrize(
    ("addresses", "change"),
    [
        ("2001:db8::/32\n1.1.1.0/24\n", SAME),
        ("1.1.1.0/25\n1.1.1.128/25\n2001:db8::/32\n", SAME),
        ("1.1.1.0/24\n1.1.1.7/32\n2001:db8::/32\n", SAME),
        ("1.1.0.0/23\n2001:db8::/32\n", STRICTER),
        ("1.1.1.0/25\n2001:db8::/32\n", LOOSER),
        ("1.1.1.0/25\n2001:db8::/31\n", UNCLEAR),
    ],
)
def test_prefixes_are_compared_by_what_they_cover(addresses: str, change: Change) -> None:
    assert compare(loaded(), loaded(addresses=f"{HEADER}{addresses}")).change is change


@pytest.mark.parametrize(
    ("names", "change"),
    [
        ("example\n", STRICTER),
        ("bank.example\n", LOOSER),
        ("bank.example\nwww.shop.example\na.bank.example\n", SAME),
        ("bank.example\nshop.example\n", STRICTER),
    ],
)
def test_names_are_compared_by_what_lies_below_them(names: str, change: Change) -> None:
    assert compare(loaded(), loaded(names=f"{HEADER}{names}")).change is change


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("test\nSome State\ntest site\n", SAME),
        ("test\nstate\n", STRICTER),
        ("test site\nSome State\n", LOOSER),
    ],
)
def test_a_word_covers_the_phrases_that_hold_it(words: str, change: Change) -> None:
    assert compare(loaded(), loaded(words=f"{HEADER}{words}")).change is change


def test_a_rule_need_not_apply_to_whom_no_grant_is_for() -> None:
    """An account that loses its grants must be taken out of `when` too: that loosens nothing."""
    when = "when: {accounts: [alice], certificate_types: [ov]}"
    both = policy_with(when, "when: {accounts: [alice, bob]}")
    alone = policy_with(when, "when: {accounts: [alice]}")
    grants = GRANTS.splitlines(keepends=True)

    assert compare(loaded(policy=both), loaded(policy=alone)).change is LOOSER
    fewer = loaded(policy=alone, grants="".join(grants[:-1]))
    assert compare(loaded(policy=both), fewer).change is STRICTER


def test_a_list_that_is_good_for_longer_is_looser() -> None:
    place = "lists/words.txt, of: word}"
    older, newer = (
        loaded(
            policy=policy_with(place, f"lists/words.txt, of: word, greatest_age: {{days: {n}}}}}")
        )
        for n in (100, 200)
    )
    assert compare(older, newer).change is LOOSER
    assert compare(newer, older).change is STRICTER
    assert compare(older, loaded()).change is LOOSER


CHOICE = (
    "  - {id: chosen, title: t, kind: cel, mode: enforce, message: other, "
    "require: \"identifiers.all(i, has(i.method) && i.method == '3.2.2.4.7')\"}\n"
)


def test_another_choice_of_validation_is_unclear_where_a_condition_looks_at_it() -> None:
    """A stricter rule can lead to a validation with which a condition finds nothing wrong."""
    both = POLICY.replace("  - {id: order,", f"{CHOICE}  - {{id: order,")
    one = both.replace("[3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6]", "[3.2.2.4.7, 3.2.2.5.6]")
    old, new = (
        load(bundle(policy=text), site=replace(desk_site(), issuers=ISSUERS))
        for text in (both, one)
    )
    asked = case(linters=LINTERS)
    (judged,) = asked.identifiers
    shown = (validation(method="3.2.2.4.16"), validation(method="3.2.2.4.7"))
    asked = replace(asked, identifiers=(replace(judged, candidates=shown, relied_on=None),))

    assert decide(asked, old).policy_verdict is Verdict.BLOCK
    assert decide(asked, new).policy_verdict is Verdict.RELEASE
    assert compare(old, new).change is UNCLEAR
    assert compare(loaded(), loaded(policy=one.replace(CHOICE, ""))).change is STRICTER
