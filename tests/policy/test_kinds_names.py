"""Kinds that compare names and addresses with lists."""

from dataclasses import replace

import pytest

from gate.model import Identifier, IdentifierType
from tests.policy.bundles import HEADER, loaded, policy_with
from tests.policy.judging import case, facts, messages, rule

ADDRESSES = "is on the list `some-addresses`"
NAMES = "the list `some-names`"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("1.1.0.255", None),
        ("1.1.1.0", f"`ip 1.1.1.0` {ADDRESSES}"),
        ("1.1.1.255", f"`ip 1.1.1.255` {ADDRESSES}"),
        ("1.1.2.0", None),
        ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", None),
        ("2001:db8::", f"`ip 2001:db8::` {ADDRESSES}"),
        (
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            f"`ip 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff` {ADDRESSES}",
        ),
        ("2001:db9::", None),
        ("::ffff:1.1.1.1", f"`ip ::ffff:1.1.1.1` holds `1.1.1.1`, which {ADDRESSES}"),
        ("2002:101:101::", f"`ip 2002:101:101::` holds `1.1.1.1`, which {ADDRESSES}"),
        ("64:ff9b::101:101", f"`ip 64:ff9b::101:101` holds `1.1.1.1`, which {ADDRESSES}"),
        ("www.plovidba.hr", None),
    ],
)
def test_an_address_is_looked_up_in_every_form(name: str, message: str | None) -> None:
    assert messages(rule("addresses"), case(name)) == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("text", "found"),
    [("1.1.1.1", 1), ("::ffff:1.1.1.1", 1), ("1.1.2.1", 0), ("a.b1", 0), ("a:b", 0)],
)
def test_a_dns_name_spelt_like_an_address_is_looked_up_too(text: str, found: int) -> None:
    named = replace(facts(), identifier=Identifier(IdentifierType.DNS, text))
    assert len(rule("addresses").judge(case(identifiers=(named,)))) == found


def test_an_address_that_is_none_is_an_error() -> None:
    broken = Identifier(IdentifierType.IP, "1.1.1")
    asked = case(identifiers=(replace(facts(), identifier=broken),))
    with pytest.raises(ValueError, match="does not appear"):
        rule("addresses").judge(asked)


def test_an_address_on_two_lists_is_told_twice() -> None:
    text = policy_with(
        "schedules:", "  more: {file: lists/addresses.txt, of: ip-prefix}\nschedules:"
    ).replace("lists: [some-addresses]", "lists: [some-addresses, more]")
    judged = next(each for each in loaded(policy=text).rules if each.rule_id == "addresses")
    assert len(judged.judge(case("1.1.1.1"))) == 2


@pytest.mark.parametrize(
    ("name", "exact", "below"),
    [
        ("bank.example", "is on", "is on"),
        ("BANK.example.", "is on", "is on"),
        ("login.bank.example", None, "lies below a name on"),
        ("a.b.bank.example", None, "lies below a name on"),
        ("riverbank.example", None, None),
        ("bank.example.hr", None, None),
        ("example", None, None),
        ("*.bank.example", None, "lies below a name on"),
        ("*.example", "covers a name on", "covers a name on"),
        ("www.shop.example", "is on", "is on"),
        ("shop.example", None, None),
        ("*.shop.example", "covers a name on", "covers a name on"),
        ("*.www.shop.example", None, "lies below a name on"),
        ("x" * 300 + ".bank.example", None, "lies below a name on"),
        ("1.1.1.1", None, None),
    ],
)
def test_a_name_is_looked_up_with_what_is_beside_and_above_it(
    name: str, exact: str | None, below: str | None
) -> None:
    for match, relation in (("name", exact), ("name-and-below", below)):
        judged = rule("names", "match: name-and-below", f"match: {match}")
        found = [message.split("` ", 1)[1] for message in messages(judged, case(name))]
        assert found == ([] if relation is None else [f"{relation} {NAMES}"])


def test_a_name_of_thirty_thousand_labels_is_looked_up_at_once() -> None:
    endless = "a." * 30_000 + "bank.example"
    assert len(rule("names").judge(case(endless))) == 1


def test_a_hostile_name_is_told_without_its_control_characters() -> None:
    (message,) = messages(rule("names"), case("a\r\n\x1b[2J.bank.example"))
    assert message == f"`dns a\\r\\n\\x1b[2J.bank.example` lies below a name on {NAMES}"


def test_a_list_may_hold_a_single_label() -> None:
    judged = next(each for each in loaded(names=f"{HEADER}test\n").rules if each.rule_id == "names")
    assert len(messages(judged, case("a.test"), case("test"), case("a.test.hr"))) == 2
