"""A message says the facts, made safe to show, and nothing is computed in it."""

import pytest

from gate.conditions.message import MessageText, read_message
from gate.conditions.vocabulary import FACTS, FactType
from tests.conditions.judged import bare_case, case, compiled
from tests.policy import judging


def said(message: str) -> str:
    """The message of a condition that is not met."""
    (found,) = compiled("cert.ca", message).unmet(case())
    return found


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("no facts", "no facts"),
        ("{cert.validity_seconds} seconds", "7776000 seconds"),
        ("{ cert.validity_seconds }s", "7776000s"),
        ("{request.account}{request.profile}", "`alice``tls-dv`"),
        ("{cert.poisoned}, {cert.ca}", "true, false"),
        ("{at}", "2026-11-23T12:00:00Z"),
        ("{cert.not_before}", "2026-11-23T12:00:00Z"),
        ("{cert.san.dns}", "`www.plovidba.hr`, `*.plovidba.hr`"),
        ("{cert.subject.ou}", "none"),
        ("{order.account} {order.age_seconds}", "`alice` 60"),
        ("{request.channel}", "absent"),
        ("  over\n  several   lines ", "over several lines"),
    ],
)
def test_a_message_is_filled(message: str, text: str) -> None:
    assert said(message) == text


def test_an_absent_fact_is_told_as_absent() -> None:
    assert compiled("cert.ca", "{order.account}").unmet(bare_case()) == ("absent",)


def test_a_long_list_is_cut() -> None:
    names = [f"w{number}.plovidba.hr" for number in range(12)]
    many = judging.case(*names, certificate=judging.certificate(*names))
    (found,) = compiled("cert.ca", "{cert.san.dns}").unmet(many)
    assert found.endswith("`w9.plovidba.hr` and 2 more")


def test_what_a_certificate_says_cannot_break_a_line() -> None:
    type_ = FactType(scalar="string")
    text = read_message("{name}", {**FACTS, "name": type_})
    assert isinstance(text, MessageText)
    assert text.filled({"name": "a\nb\x1b[2J\u202e"}) == r"`a\nb\x1b[2J\u202e`"


def test_there_is_one_message_for_each_entry() -> None:
    condition = compiled(
        "n.endsWith('.hr') && !n.startsWith('*')",
        "{n} is not for {request.account}",
        for_each="cert.san.dns",
        as_="n",
    )
    assert condition.unmet(case()) == ("`*.plovidba.hr` is not for `alice`",)
    assert condition.reads == ("cert.san.dns",)


def test_no_entries_are_all_as_they_must_be() -> None:
    assert compiled("u == 'x'", for_each="cert.san.uri", as_="u").unmet(case()) == ()


@pytest.mark.parametrize(
    ("require", "reads"),
    [
        ("cert.version == 3", ("cert.version",)),
        ("cert.subject.o[0] == request.account", ("cert.subject.o", "request.account")),
        (
            "identifiers.filter(i, i.wildcard).all(w, w.validated)",
            ("identifiers", "identifiers.validated", "identifiers.wildcard"),
        ),
        ("has(order.account) && order.account.size() > 1", ("order.account",)),
        (
            "cert.san.dns.all(d, identifiers.exists(i, i.value == d))",
            ("cert.san.dns", "identifiers", "identifiers.value"),
        ),
        ("identifiers[0].validated", ("identifiers.validated",)),
    ],
)
def test_a_condition_says_which_facts_it_reads(require: str, reads: tuple[str, ...]) -> None:
    assert compiled(require).reads == reads
