"""What a rule says in English has every number and date of the rule."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from gate.policy.english import applies_to, explain, explained
from gate.policy.sentences import counted, date_of, enumerated, length_of
from tests.policy.bundles import POLICY, loaded, policy_with
from tests.policy.judging import rule
from tests.policy.variations import PLACES, varied

SMALL = loaded()
VALIDITY = """\
validity (validity_at_most)
  t
  requires     From 2026-03-15, the validity period is at most 199 days, both ends counted.
               From 2027-03-15, the validity period is at most 99 days, both ends counted.
               From 2029-03-15, the validity period is at most 46 days, both ends counted.
  applies to   Every request.
  in force     Always: `enforce`, a failure blocks.
  exceptions   None can ever cover this rule.
  uses         Schedule `validity`.
"""


def words(rule_id: str, *change: str) -> str:
    return rule(rule_id, *change).requirement.in_words()


@pytest.mark.parametrize(
    ("rule_id", "said"),
    [
        ("validity", "From 2027-03-15, the validity period is at most 99 days, both ends counted."),
        ("age", "The validation of each DNS name and IP address is at most 10 days old."),
        ("validated", "From 2027-03-15, each DNS name and IP address rests on a validation for"),
        ("validated", "by method 3.2.2.4.7, 3.2.2.4.16 or 3.2.2.5.6."),
        ("addresses", "the list `some-addresses` (2 prefixes)"),
        ("names", "No DNS name is, or lies below, a name on the list `some-names` (2 names)"),
        ("words", "None of subject.o holds one of the 2 words on `some-words`."),
        ("purpose", "Public issuers sign for SUBSCRIBER; private issuers sign for nothing"),
        ("window", "at most 2 hours before and at most 1 hour after the moment of the decision"),
        ("granted", "One of 2 grants to 2 accounts covers account, profile, issuer and purpose"),
        ("order", "The order named in the request was recorded"),
        ("environment", "The gate knows the issuer"),
        ("linters", "pkilint reports nothing of severity error or worse"),
    ],
)
def test_a_requirement_is_told_with_its_parameters(rule_id: str, said: str) -> None:
    assert said in words(rule_id)


@pytest.mark.parametrize(
    ("rule_id", "old", "new", "said"),
    [
        ("names", "name-and-below", "name", "No DNS name is a name on the list"),
        ("words", "lists: [some-words]", "words: [x, y]", "holds the word `x` or `y`"),
        (
            "words",
            "lists: [some-words]",
            "patterns: [{whole: 'x{3,}'}, {anywhere: '&amp;'}]",
            "matches as a whole the pattern `x{3,}` or matches anywhere the pattern `&amp;`",
        ),
        ("granted", "type: ov}", "type: ov, identifiers: [dns]}", "is for each DNS name only"),
        ("validity", "max: {schedule: validity}", "max: {days: 1}", "The validity period is at"),
    ],
)
def test_other_parameters_make_other_words(rule_id: str, old: str, new: str, said: str) -> None:
    schedule = re.compile(r"schedules:\n(    ?.*\n|  validity:\n)*")
    policy = policy_with(old, new)
    if "{schedule: validity}" not in policy:
        policy = schedule.sub("", policy)
    if "[some-words]" not in policy:
        policy = policy.replace("  some-words: {file: lists/words.txt, of: word}\n", "")
        asked = loaded(policy=policy, words=None)
    else:
        asked = loaded(policy=policy)
    found = next(each for each in asked.rules if each.rule_id == rule_id)

    assert said in found.requirement.in_words()


def numbers(text: str) -> Iterator[str]:
    yield from re.findall(r"\d{4}-\d\d-\d\d|(?<=days: )\d+|(?<=hours: )\d+|3\.2\.2\.\d\.\d+", text)


def test_every_date_and_number_of_the_rules_is_in_their_english() -> None:
    told = "\n".join(explain(each, SMALL) for each in SMALL.rules)
    written = POLICY[POLICY.index("schedules:") :]

    assert [number for number in numbers(written) if number not in told] == []


@pytest.mark.parametrize("place", PLACES)
def test_what_is_written_otherwise_is_told_otherwise(place: str) -> None:
    pages = set()
    for choice in range(len(PLACES[place])):
        policy = varied({place: choice})
        pages.add("\n".join(explain(each, policy) for each in policy.rules))

    assert len(pages) == len(PLACES[place])


def test_an_explanation_says_to_whom_from_when_and_how_strictly() -> None:
    old = "mode: dry-run\n    when: {accounts: [alice], certificate_types: [ov]}"
    ladder = "mode: [{from: 2026-12-01, mode: warn}, {from: 2027-03-15, mode: enforce}]"
    new = f"{ladder}\n    when: {{stages: [CERTIFICATE], accounts: [alice]}}\n    exceptable: true"
    policy = loaded(policy=policy_with(old, new))
    found = explained(next(each for each in policy.rules if each.rule_id == "words"), policy)

    assert found.applies_to == "requests of account `alice` for a final certificate"
    tried = "and is tried out as a dry run in the 30 days before"
    assert found.in_force == (
        "until 2026-12-01: `off`, nothing is judged",
        f"from 2026-12-01: `warn`, a failure is told and does not block, {tried}",
        "from 2027-03-15: `enforce`, a failure blocks",
    )
    assert found.exceptions_in_words == "may cover this rule; written now: none"
    assert [each.name for each in found.lists] == ["some-words"]


def test_the_text_has_a_heading_for_each_part_once() -> None:
    explained_rule = next(each for each in SMALL.rules if each.rule_id == "validity")
    assert explain(explained_rule, SMALL) == VALIDITY.removesuffix("\n")


def test_a_rule_without_when_applies_to_every_request() -> None:
    assert applies_to(rule("order").when) == "every request"


def test_pieces_of_english() -> None:
    assert enumerated([]) == "nothing"
    assert enumerated(["a", "b", "c"], "or") == "a, b or c"
    assert (counted(1, "name"), counted(2, "prefix")) == ("1 name", "2 prefixes")
    assert [length_of(rule("window").requirement.back)] == ["2 hours"]  # type: ignore[attr-defined]  # of this kind
    moment = datetime.fromisoformat("2027-03-15T12:30:00Z")
    assert date_of(moment) == "2027-03-15T12:30:00Z"
    assert date_of(moment.replace(hour=0, minute=0)) == "2027-03-15"
