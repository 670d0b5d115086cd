"""exceptions.yaml: what an exception must say, and when it covers a case."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gate.errors import Malformed
from gate.model import Case
from gate.policy import PolicyException
from tests.policy.approving import (
    EXCEPTABLE,
    EXCEPTION,
    SITE,
    UNSIGNED,
    exception_signed,
    exceptions,
    files,
    told,
    with_exception,
)
from tests.policy.judging import NOW, case, certificate

NAME = "login.bank.example"


def found(old: str, new: str, entry: str = EXCEPTION) -> list[str]:
    """What is wrong with an exception, changed in one place, approvals apart."""
    assert entry.count(old) == 1
    return told(files(exceptions(entry.replace(old, new))), site=UNSIGNED)


def exception(**changes: Any) -> PolicyException:
    (loaded,) = with_exception().exceptions
    scope = {name: changes.pop(name) for name in ("accounts", "serials", "keys") if name in changes}
    return replace(loaded, scope=replace(loaded.scope, **scope), **changes)


def test_there_may_be_no_exceptions_and_an_empty_list_of_them() -> None:
    assert told(files()) == []
    assert told(files("format: gate-exceptions/1\nexceptions: []\n")) == []


def test_an_exception_keeps_all_that_its_entry_says() -> None:
    loaded = exception()
    assert (loaded.exception_id, loaded.rule_id) == ("EXC-1", "names")
    assert [str(each) for each in loaded.scope.identifiers] == [f"dns {NAME}", "dns *.bank.example"]
    assert loaded.scope.accounts == ("alice",)
    assert (loaded.ticket, loaded.requested_by) == ("COMP-1", "dana@ca.example")
    assert loaded.expires - loaded.starts == timedelta(days=30)


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"),
    [
        (
            "EXC-1",
            "EXC 1",
            "3:9",
            "id: must be an id of up to 64 letters, digits, `.`, `_` and `-`",
        ),
        (
            "rule: names",
            "rule: name",
            "4:11",
            "rule: no rule has the id `name`; did you mean `names`?",
        ),
        ("rule: names", "rule: '*'", "4:11", "rule: no rule has the id `*`"),
        ("rule: names", "rule: [names]", "4:11", "rule: must be a text"),
        (
            "rule: names",
            "rule: order",
            "4:11",
            "rule: the rule `order` takes no exceptions: it does not say `exceptable: true`",
        ),
        (
            "rule: names",
            "rule: granted",
            "4:11",
            "rule: the rule `granted` takes no exceptions: it does not say `exceptable: true`",
        ),
        (
            "rule: names",
            "rule: floor.validation",
            "4:11",
            "rule: no exception ever covers a floor, such as `floor.validation`",
        ),
        (
            '      dns: [login.bank.example, "*.bank.example"]\n',
            "",
            "6:7",
            "scope: names no identifier: list those of the certificate under `dns` or `ip`",
        ),
        ('[login.bank.example, "*.bank.example"]', "[]", "7:12", "scope > dns: must not be empty"),
        (
            '"*.bank.example"',
            "login.bank.example",
            "7:12",
            "scope > dns: `dns login.bank.example` stands twice",
        ),
        (
            "login.bank.example",
            "bank",
            "7:13",
            "scope > dns > #1: `bank` has one label only: a whole domain name is needed",
        ),
        (
            "login.bank.example",
            "192.0.2.1",
            "7:13",
            "scope > dns > #1: `192.0.2.1` looks like an address: record it with type IP",
        ),
        (
            "accounts: [alice]",
            "accounts: [alcie]",
            "6:18",
            "scope > accounts > #1: no account is called `alcie`; did you mean `alice`?",
        ),
        (
            "accounts: [alice]",
            "serials: [xyz]",
            "6:17",
            "scope > serials > #1: must be a serial number in up to 40 hexadecimal digits",
        ),
        (
            "accounts: [alice]",
            "keys: [ab]",
            "6:14",
            (
                "scope > keys > #1: must be the SHA-256 of the public key's DER, 64 hexadecimal "
                "digits"
            ),
        ),
        ("      dns:", "      names:", "7:7", "scope > names: unknown key `names`"),
        ("    ticket: COMP-1\n", "", "3:5", "the key `ticket` is missing"),
        (
            "    reason: ",
            "    reasons: ",
            "8:5",
            "reasons: unknown key `reasons`; did you mean `reason`?",
        ),
        (
            "reason: the bank itself, called back by phone",
            "reason: ''",
            "8:13",
            "reason: must not be empty",
        ),
        (
            "starts: 2026-11-20",
            "starts: soon",
            "10:13",
            "starts: `soon` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
        (
            "expires: 2026-12-20",
            "expires: 2026-11-20",
            "11:14",
            "expires: the exception expires before it starts",
        ),
        (
            "expires: 2026-12-20",
            "expires: 2026-12-22",
            "11:14",
            "expires: the exception would last 32 days; the operators' limit is 31 days",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, at: str, problem: str) -> None:
    told_ = found(old, new)
    name = " > EXC-1" if "EXC-1" not in old else " > EXC 1"
    where = f"exceptions.yaml:{at}: exceptions{name}"
    separator = ": " if problem.startswith("the key") else " > "
    assert told_ == [f"{where}{separator}{problem}"]


def test_misspelt_keys_of_the_file_are_named() -> None:
    text = exceptions(EXCEPTION).replace("exceptions:\n", "exception:\n")
    assert told(files(text)) == [
        "exceptions.yaml:2:1: exception: unknown key `exception`; did you mean `exceptions`?"
    ]
    assert told(files(exceptions(EXCEPTION).replace("exceptions/1", "exceptions/2"))) == [
        "exceptions.yaml:1:9: format: must be `gate-exceptions/1`"
    ]


def test_an_id_stands_once() -> None:
    both = exceptions(EXCEPTION, EXCEPTION)
    assert told(files(both), site=UNSIGNED) == [
        "exceptions.yaml:13:9: exceptions > EXC-1 > id: the id `EXC-1` stands twice"
    ]


def test_the_limit_of_days_is_the_operators() -> None:
    entry = exception_signed()
    assert (
        told(files(exceptions(entry)), site=replace(SITE, longest_exception=timedelta(days=30)))
        == []
    )
    shorter = replace(SITE, longest_exception=timedelta(days=29))
    assert len(told(files(exceptions(entry)), site=shorter)) == 1


def test_no_mandatory_kind_is_exceptable() -> None:
    policy = EXCEPTABLE.replace("{id: granted, ", "{id: granted, exceptable: true, ")
    assert any(
        "no exception may ever cover the mandatory kind" in each
        for each in told(files(policy=policy))
    )


def test_an_expired_exception_stops_no_load() -> None:
    old = EXCEPTION.replace("2026-11-20", "2020-11-20").replace("2026-12-20", "2020-12-20")
    signed = exception_signed(old, at=datetime.fromisoformat("2020-11-20T00:00:00Z"))
    assert told(files(exceptions(signed))) == []


def test_it_covers_what_lies_wholly_in_its_scope() -> None:
    assert exception().covers(case(NAME))
    assert exception().covers(case("*.bank.example", NAME))
    assert exception(accounts=None).covers(case(NAME, context={"account": "anybody"}))


OTHERS: dict[str, Case] = {
    "a name that is not listed": case(NAME, "www.bank.example"),
    "a name below a listed one": case(f"a.{NAME}"),
    "a name that a listed wildcard would match": case("www.bank.example"),
    "a wildcard where the name is listed": case(f"*.{NAME}"),
    "an address": case(NAME, "192.0.2.1"),
    "no name at all": case(NAME, identifiers=()),
    "bytes that do not parse": case(NAME, certificate=Malformed("cut off")),
    "another account": case(NAME, context={"account": "bob"}),
    "a day before it starts": case(NAME, at=datetime.fromisoformat("2026-11-19T23:59:59Z")),
    "a second before its last approval": case(
        NAME, at=datetime.fromisoformat("2026-11-20T08:59:59Z")
    ),
    "the moment it expires": case(NAME, at=datetime.fromisoformat("2026-12-20T00:00:00Z")),
    "a release that lives until it expires": case(
        NAME, at=datetime.fromisoformat("2026-12-19T23:59:00Z"), lasting=60
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_it_does_not_cover(other: str) -> None:
    assert not exception().covers(OTHERS[other])


def test_it_covers_up_to_the_last_second() -> None:
    last = datetime.fromisoformat("2026-12-19T23:59:00Z")
    assert exception().covers(case(NAME, at=last, lasting=59))
    assert exception().covers(case(NAME, at=datetime.fromisoformat("2026-11-20T09:00:00Z")))


def test_a_serial_number_and_a_key_bind_it_to_one_certificate() -> None:
    one = certificate()
    right: dict[str, Any] = {"serials": (one.serial_number,), "keys": (one.spki_sha256,)}
    assert exception(**right).covers(case(NAME))
    assert not exception(**{**right, "serials": (one.serial_number + 1,)}).covers(case(NAME))
    assert not exception(**{**right, "keys": (b"\0" * 32,)}).covers(case(NAME))


@pytest.mark.parametrize("left", [0, 1])
def test_with_an_approval_missing_it_does_nothing(left: int) -> None:
    whole = exception()
    assert whole.covers(case(NAME, at=NOW))
    assert not replace(whole, approvals=whole.approvals[:left]).covers(case(NAME, at=NOW))
