"""Approvals: two people's signatures, each for one thing in one policy as of one moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.policy import Person, Site, load
from gate.policy.approvals import Approvable, Approval, Approved, same_person
from tests.policy.approving import (
    ALICE,
    BOB,
    CAROL,
    DANA,
    EXCEPTION,
    HOLDER,
    KEYS,
    PEOPLE,
    SIGNED_AT,
    SITE,
    UNAPPROVED,
    approval,
    approved,
    exception_signed,
    exceptions,
    files,
    holder_signed,
    holders,
    told,
    with_exception,
)

FORGED = (
    "did not sign this: it is forged, of something else, or something was changed after it "
    "was given; take it out and approve anew"
)
OTHER = EXCEPTION.replace("EXC-1", "EXC-2").replace("COMP-1", "COMP-2")


def problems(*entries: str, site: Site = SITE) -> list[str]:
    """What is wrong with these exceptions, without the column."""
    return told(files(exceptions(*entries)), site=site)


def thing(entry: str = EXCEPTION) -> Approvable:
    loaded = load(files(exceptions(entry)), site=UNAPPROVED)
    return loaded.exceptions[0].approvable("small")


def test_two_people_can_approve() -> None:
    (exception,) = with_exception().exceptions
    assert exception.approved
    assert [each.by for each in exception.approvals] == [ALICE, BOB]


def test_a_third_approval_does_no_harm() -> None:
    assert with_exception(exception_signed(EXCEPTION, ALICE, BOB, CAROL)).exceptions[0].approved


def test_the_signed_text_is_fixed() -> None:
    what = Approvable(type=Approved.HOLDER, policy="p", fields={"id": "é", "list": ["b", "a"]})
    assert (
        what.text(by="Alice", at=datetime(2026, 11, 23, 12, tzinfo=UTC))
        == (
            'gate policy approval 1\0{"approved":"holder","at":"2026-11-23T12:00:00Z","by":"Alice",'
            '"policy":"p","what":{"id":"é","list":["b","a"]}}'
        ).encode()
    )


@pytest.mark.parametrize(
    ("given_by", "why"),
    [
        ((), "approved by nobody, and 2 people must"),
        ((ALICE,), "approved by `alice@ca.example`, and 2 people must"),
    ],
)
def test_fewer_than_two_approvals_do_not_load(given_by: tuple[str, ...], why: str) -> None:
    lines = [approval(thing(), name) for name in given_by]
    entry = approved(EXCEPTION, *lines) if lines else EXCEPTION
    command = "each runs `gate exception approve EXC-1 --by NAME --key FILE DIR`"
    assert problems(entry) == [f"exceptions.yaml:3:5: exceptions > EXC-1: {why}: {command}"]


def test_who_is_about_to_approve_can_load_what_lacks_approvals_and_it_does_nothing() -> None:
    (exception,) = with_exception(EXCEPTION, site=UNAPPROVED).exceptions
    assert not exception.approved


def test_a_forged_signature_is_told_where_it_stands() -> None:
    entry = approved(EXCEPTION, approval(thing(), ALICE, key=CAROL), approval(thing(), BOB))
    where = "exceptions.yaml:14:69: exceptions > EXC-1 > approvals > #1 > signature"
    assert problems(entry) == [f"{where}: `{ALICE}` {FORGED}"]


@pytest.mark.parametrize(
    "edit",
    [
        ("EXC-1", "EXC-7"),
        ("rule: names", "rule: window"),
        ("accounts: [alice]", "accounts: [bob]"),
        ('dns: [login.bank.example, "*.bank.example"]', "dns: [login.bank.example]"),
        ("dns: [login", "ip: [192.0.2.1]\n      dns: [login"),
        ("reason: the", "reason: a"),
        ("COMP-1", "COMP-2"),
        ("starts: 2026-11-20", "starts: 2026-11-19T23:59:59Z"),
        ("expires: 2026-12-20", "expires: 2026-12-20T00:00:01Z"),
        ("requested_by: dana", "requested_by: dena"),
        ('*.bank.example"]\n', '*.bank.example"]\n      serials: [0a]\n'),
        ('*.bank.example"]\n', f'*.bank.example"]\n      keys: [{"a" * 64}]\n'),
    ],
    ids=lambda edit: edit[0],
)
def test_whatever_is_edited_after_signing_voids_every_signature(edit: tuple[str, str]) -> None:
    signed = exception_signed()
    assert signed.count(edit[0]) == 1
    longer = replace(SITE, longest_exception=timedelta(days=60))
    found = problems(signed.replace(*edit), site=longer)
    assert len(found) == 2
    assert all(each.endswith(FORGED) for each in found)


def test_comments_order_of_keys_and_spelling_may_change_after_signing() -> None:
    again = (
        exception_signed()
        .replace("    rule: names\n", "    # a remark\n    rule: 'names'\n")
        .replace("    ticket: COMP-1\n", "")
        .replace("    rule:", "    ticket: COMP-1\n    rule:")
        .replace("expires: 2026-12-20", "expires: 2026-12-20T00:00Z")
        .replace("login.bank", "LOGIN.bank")
    )
    assert problems(again) == []


def test_the_signatures_of_another_exception_are_no_good() -> None:
    reused = exception_signed(OTHER).replace("EXC-2", "EXC-1").replace("COMP-2", "COMP-1")
    found = problems(reused)
    assert len(found) == 2
    assert all(each.endswith(FORGED) for each in found)


def test_the_signatures_of_another_policy_are_no_good() -> None:
    other = files(exceptions(exception_signed()))
    other["policy.yaml"] = other["policy.yaml"].replace(b"name: small", b"name: large")
    found = told(other)
    assert len(found) == 2
    assert all(each.endswith(FORGED) for each in found)


def test_a_signature_for_a_holder_is_none_for_an_exception() -> None:
    fields = thing().fields
    one = Approvable(type=Approved.EXCEPTION, policy="small", fields=fields)
    other = Approvable(type=Approved.HOLDER, policy="small", fields=fields)
    signature = KEYS[ALICE].sign(other.text(by=ALICE, at=SIGNED_AT))
    given_ = Approval(by=ALICE, at=SIGNED_AT, signature=signature)
    assert given_.holds(PEOPLE[0], other.text(by=ALICE, at=SIGNED_AT))
    assert not given_.holds(PEOPLE[0], one.text(by=ALICE, at=SIGNED_AT))


def test_a_signature_cannot_be_dated_anew_nor_given_to_somebody_else() -> None:
    dated = exception_signed().replace("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z")
    assert all(each.endswith(FORGED) for each in problems(dated))
    renamed = exception_signed().replace(f"by: {BOB}", f"by: {CAROL}")
    assert [each.partition("`")[2] for each in problems(renamed)] == [f"{CAROL}` {FORGED}"]


@pytest.mark.parametrize("again", [ALICE, "Alice@CA.example", "\u0430lice@ca.example"])
def test_one_person_cannot_approve_twice(again: str) -> None:
    people = (*PEOPLE, Person(name=again, public_key=KEYS[DANA].public_key))
    entry = approved(EXCEPTION, approval(thing(), ALICE), approval(thing(), again, key=DANA))
    site = replace(SITE, people=people if again != ALICE else PEOPLE)
    assert f"`{again}` approved it already: another person must" in problems(entry, site=site)[0]
    desk = replace(SITE, people=None)
    assert f"`{again}` approved it already: another person must" in problems(entry, site=desk)[0]


def test_one_key_under_two_names_is_one_approval() -> None:
    people = (PEOPLE[0], Person(name=BOB, public_key=PEOPLE[0].public_key))
    entry = approved(EXCEPTION, approval(thing(), ALICE), approval(thing(), BOB, key=ALICE))
    found = problems(entry, site=replace(SITE, people=people))
    assert [each.partition("signature: ")[2] for each in found] == [
        "made with the key of another approval"
    ]


@pytest.mark.parametrize("requester", [ALICE, "ALICE@ca.example"])
def test_the_requester_cannot_approve(requester: str) -> None:
    entry = exception_signed(EXCEPTION.replace(DANA, requester))
    for site in (SITE, replace(SITE, people=None)):
        assert [each.partition(" > by: ")[2] for each in problems(entry, site=site)] == [
            f"`{ALICE}` asked for it, and cannot approve it too"
        ]


def test_somebody_whom_nobody_knows_cannot_approve() -> None:
    unknown = exception_signed(EXCEPTION.replace(DANA, "erin"), ALICE, DANA)
    assert [each.partition(" > by: ")[2] for each in problems(unknown)] == [
        (
            f"`{DANA}` is not one of the people of gate.yaml (policy_control > people); "
            f"did you mean `{CAROL}`?"
        )
    ]


def test_without_people_nobody_can_approve() -> None:
    found = problems(exception_signed(), site=replace(SITE, people=()))
    assert len(found) == 2
    assert all("is not one of the people of gate.yaml" in each for each in found)


def test_who_has_retired_signs_no_more_and_what_they_signed_stays_good() -> None:
    retired = replace(PEOPLE[1], until=SIGNED_AT)
    assert problems(exception_signed(), site=replace(SITE, people=(PEOPLE[0], retired))) == []
    retired = replace(PEOPLE[1], until=SIGNED_AT - timedelta(seconds=1))
    found = problems(exception_signed(), site=replace(SITE, people=(PEOPLE[0], retired)))
    assert [each.partition(" > at: ")[2] for each in found] == [
        f"signatures of `{BOB}` count until 2026-11-20T08:59:59Z only"
    ]


def test_nothing_is_approved_after_its_end() -> None:
    late = exception_signed(at=datetime(2026, 12, 20, tzinfo=UTC))
    assert [each.partition(" > at: ")[2] for each in problems(late)] == [
        "that is not before 2026-12-20T00:00:00Z, when it ends"
    ] * 2


def test_at_the_desk_signatures_are_not_checked_but_their_form_is() -> None:
    desk = Site()
    dated = exception_signed().replace("2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z")
    assert problems(dated, site=desk) == []
    assert problems(EXCEPTION, site=desk)
    cut = exception_signed().replace('=="}', '"}')
    assert [each.partition("signature: ")[2] for each in problems(cut, site=desk)] == [
        "must be the base64 of 64 bytes, as the command writes it"
    ] * 2


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("bye:", "unknown key `bye`; did you mean `by`?"),
        ("sig:", "unknown key `sig`"),
    ],
)
def test_misspelt_keys_of_an_approval_are_named(wrong: str, why: str) -> None:
    right = "by:" if wrong == "bye:" else "signature:"
    found = problems(exception_signed().replace(right, wrong))
    assert any(why in each for each in found)


def test_holders_are_approved_in_the_same_way() -> None:
    signed = holder_signed()
    assert told(files(None, holders(signed))) == []
    found = told(files(None, holders(signed.replace("applicant: applicant", "applicant: other"))))
    assert len(found) == 2
    assert all(each.startswith("holders.yaml:") and each.endswith(FORGED) for each in found)
    assert told(files(None, holders(HOLDER))) == [
        (
            "holders.yaml:3:5: holders > HOLD-1: approved by nobody, and 2 people must: each runs "
            "`gate holder approve HOLD-1 --by NAME --key FILE DIR`"
        )
    ]


@given(st.text(max_size=20), st.text(max_size=20))
def test_sameness_of_people_is_an_equivalence(one: str, other: str) -> None:
    assert same_person(one, one)
    assert same_person(one, other) is same_person(other, one)


@given(st.binary(min_size=64, max_size=64))
def test_no_random_signature_holds(signature: bytes) -> None:
    given_ = Approval(by=ALICE, at=SIGNED_AT, signature=signature)
    assert not given_.holds(PEOPLE[0], b"text")
