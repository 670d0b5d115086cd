"""holders.yaml: high-value identifiers are open to their approved holder, and to nobody else."""

from dataclasses import replace
from datetime import datetime

import pytest

from gate.decide import decide
from gate.model import Case, Finding, Outcome, Severity, Verdict
from gate.policy import ApprovedHolder, Policy, load
from gate.policy.change import Change
from gate.policy.kinds.dns_not_in import DNSNotIn
from gate.policy.kinds.ip_not_in import IPNotIn
from gate.policy.requirement import Requirement
from tests import cases
from tests.policy.approving import (
    EXCEPTABLE,
    HOLDER,
    OPEN,
    SIGNED_AT,
    SITE,
    UNSIGNED,
    files,
    holder_signed,
    holders,
    told,
    with_holder,
)
from tests.policy.judging import NOW, case

ADDRESS = HOLDER.replace("HOLD-1", "HOLD-2").replace("{dns: bank.example}", "{ip: 1.1.1.1}")
REVIEW = datetime.fromisoformat("2027-05-01T00:00:00Z")


def found(policy: Policy, what: Case, rule_id: str = "names") -> list[Finding]:
    rule = next(each for each in policy.rules if each.rule_id == rule_id)
    return list(rule.judge(what))


def failures(policy: Policy, what: Case, rule_id: str = "names") -> list[str]:
    return [
        each.message for each in found(policy, what, rule_id) if each.severity > Severity.NOTICE
    ]


@pytest.fixture(name="policy", scope="module")
def _policy() -> Policy:
    return with_holder(holder_signed(), holder_signed(ADDRESS))


def test_the_use_of_an_entry_is_a_notice(policy: Policy) -> None:
    (notice,) = found(policy, case("bank.example"))
    assert notice.severity is Severity.NOTICE
    assert notice.code == "policy.dns_not_in.approved_holder"
    assert notice.message == (
        "`dns bank.example` is on the list `some-names`, and open to its approved holder by "
        "`HOLD-1` until 2027-05-01"
    )
    (notice,) = found(policy, case("1.1.1.1"), "addresses")
    assert notice.code == "policy.ip_not_in.approved_holder"
    assert "`HOLD-2`" in notice.message


@pytest.mark.parametrize("name", ["bank.example", "www.bank.example", "*.bank.example"])
def test_a_name_stands_for_itself_what_is_below_it_and_its_wildcard(
    policy: Policy, name: str
) -> None:
    assert failures(policy, case(name)) == []
    assert len(found(policy, case(name))) == 1


def test_a_name_that_is_not_held_stays_closed_beside_one_that_is(policy: Policy) -> None:
    both = case("bank.example", "www.shop.example")
    assert failures(policy, both) == ["`dns www.shop.example` is on the list `some-names`"]
    assert len(found(policy, both)) == 2


@pytest.mark.parametrize("address", ["1.1.1.2", "::ffff:1.1.1.1", "2001:db8::1"])
def test_an_address_stands_for_exactly_itself(policy: Policy, address: str) -> None:
    assert len(failures(policy, case(address), "addresses")) >= 1


def test_a_holder_of_a_name_below_does_not_hold_the_wildcard_above() -> None:
    policy = with_holder(holder_signed(HOLDER.replace("bank.example", "www.shop.example")))
    assert failures(policy, case("www.shop.example")) == []
    assert failures(policy, case("*.shop.example")) == [
        "`dns *.shop.example` covers a name on the list `some-names`"
    ]


@pytest.mark.parametrize("applicant", ["somebody", "", "Applicant", "applicant "])
def test_another_applicant_gets_nothing(policy: Policy, applicant: str) -> None:
    assert failures(policy, case("bank.example", applicant=applicant)) == [
        "`dns bank.example` is on the list `some-names`"
    ]


def test_after_the_review_date_the_name_is_closed(policy: Policy) -> None:
    before = datetime.fromisoformat("2027-04-30T23:59:00Z")
    assert failures(policy, case("bank.example", at=before, lasting=59)) == []
    for late in (case("bank.example", at=before, lasting=60), case("bank.example", at=REVIEW)):
        assert failures(policy, late) == [
            (
                "`dns bank.example` is on the list `some-names`; the entry `HOLD-1` of its holder "
                "is not in force: its review may be due"
            )
        ]


def test_before_the_last_approval_the_name_is_closed(policy: Policy) -> None:
    early = case("bank.example", at=SIGNED_AT.replace(hour=8))
    assert len(failures(policy, early)) == 1
    assert failures(policy, case("bank.example", at=SIGNED_AT)) == []


@pytest.mark.parametrize("left", [0, 1])
def test_without_both_approvals_the_name_is_closed(policy: Policy, left: int) -> None:
    holder = policy.holders[0]
    bare = replace(holder, approvals=holder.approvals[:left])
    assert holder.names(holder.identifier, case("bank.example"))
    assert not bare.names(holder.identifier, case("bank.example"))


def test_a_rule_that_does_not_say_so_is_closed_to_holders() -> None:
    signed = holder_signed()
    closed = files(None, holders(signed), policy=EXCEPTABLE.replace(OPEN, ""))
    assert told(closed) == []
    policy = load(closed, site=SITE)
    assert failures(policy, case("bank.example")) == [
        "`dns bank.example` is on the list `some-names`"
    ]


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"),
    [
        ("{dns: bank.example}", "{}", "4:17", "identifier: give exactly one of `dns` or `ip`"),
        (
            "{dns: bank.example}",
            "{dns: bank.example, ip: 192.0.2.1}",
            "4:17",
            "identifier: give exactly one of `dns` or `ip`",
        ),
        (
            "bank.example",
            "'*.bank.example'",
            "4:23",
            (
                "identifier > dns: write `bank.example`: that stands for its wildcard and all "
                "below it too"
            ),
        ),
        (
            "bank.example",
            "co.uk",
            "4:23",
            ("identifier > dns: `co.uk` is a public suffix, and nobody holds all names below it"),
        ),
        ("{dns: ", "{dsn: ", "4:18", "identifier > dsn: unknown key `dsn`; did you mean `dns`?"),
        (
            "dns: bank.example",
            "ip: 192.0.2.0/24",
            "4:22",
            "identifier > ip: `192.0.2.0/24` is not an IP address",
        ),
        (
            "    applicant:",
            "    applicants:",
            "5:5",
            "applicants: unknown key `applicants`; did you mean `applicant`?",
        ),
        (
            "review: 2027-05-01",
            "review: never",
            "6:13",
            "review: `never` is not a date; write 2027-03-15 or 2027-03-15T12:00:00Z",
        ),
        ("HOLD-1", "_1", "3:9", "id: must be an id of up to 64 letters, digits, `.`, `_` and `-`"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, at: str, problem: str) -> None:
    text = holders(HOLDER).replace(old, new)
    name = new if old == "HOLD-1" else "HOLD-1"
    assert told(files(None, text), site=UNSIGNED) == [
        f"holders.yaml:{at}: holders > {name} > {problem}"
    ]


def test_misspelt_keys_of_the_file_are_named_and_ids_stand_once() -> None:
    text = holders(HOLDER).replace("holders:\n", "holder:\n")
    assert told(files(None, text)) == [
        "holders.yaml:2:1: holder: unknown key `holder`; did you mean `holders`?"
    ]
    assert told(files(None, holders(HOLDER, HOLDER)), site=UNSIGNED) == [
        "holders.yaml:9:9: holders > HOLD-1 > id: the id `HOLD-1` stands twice"
    ]


def test_approved_holders_is_true_or_false() -> None:
    policy = EXCEPTABLE.replace(OPEN, OPEN.replace("true", "maybe"), 1)
    assert [each.partition(" > ")[2] for each in told(files(policy=policy))] == [
        "addresses > approved_holders: must be true or false"
    ]


def test_to_open_a_rule_to_holders_is_looser_and_to_close_it_stricter() -> None:
    open_, closed = (
        {rule.rule_id: rule.requirement for rule in load(files(policy=text), site=SITE).rules}
        for text in (EXCEPTABLE, EXCEPTABLE.replace(OPEN, ""))
    )
    for rule_id in ("names", "addresses"):
        assert open_[rule_id].compared(closed[rule_id]) is Change.LOOSER
        assert closed[rule_id].compared(open_[rule_id]) is Change.STRICTER
        assert "is open to its approved holder" in open_[rule_id].in_words()
        assert "holder" not in closed[rule_id].in_words()


def held(requirement: Requirement, holder: ApprovedHolder) -> Requirement:
    """The same requirement, with this holder where it is open to holders."""
    if isinstance(requirement, DNSNotIn | IPNotIn) and requirement.holders is not None:
        return replace(requirement, holders=(holder,))
    return requirement


def shipped_with(name: str) -> Policy:
    """The shipped policy with a holder of this name or address: the applicant of the cases."""
    holder = ApprovedHolder(
        holder_id="HOLD-1",
        identifier=cases.identifier(name),
        applicant=cases.APPLICANT,
        review=REVIEW,
        reason="",
        requested_by="",
        approvals=with_holder().holders[0].approvals,
    )
    policy = cases.shipped()
    rules = tuple(
        replace(rule, requirement=held(rule.requirement, holder)) for rule in policy.rules
    )
    return replace(policy, rules=rules)


@pytest.mark.parametrize("name", ["1.1.1.1", "google.com"])
def test_the_shipped_policy_opens_to_the_holder_who_is_validated(name: str) -> None:
    policy, what = shipped_with(name), cases.case(name)
    assert decide(what, cases.shipped()).policy_verdict is Verdict.BLOCK

    decision = decide(what, policy)

    assert decision.policy_verdict is Verdict.RELEASE
    told_ = [rule for rule in decision.rules if rule.outcome is Outcome.PASS and rule.findings]
    assert [finding.severity for rule in told_ for finding in rule.findings] == [Severity.NOTICE]


@pytest.mark.parametrize("name", ["1.1.1.1", "google.com"])
def test_being_the_holder_is_no_validation(name: str) -> None:
    decision = decide(cases.case(name, validations=[]), shipped_with(name))
    assert decision.policy_verdict is Verdict.BLOCK
    assert {"floor.validation", "identifiers-validated"} <= {
        rule.rule_id for rule in decision.deciding
    }


def test_being_the_holder_of_a_reserved_address_helps_nobody() -> None:
    decision = decide(cases.case("127.0.0.1"), shipped_with("127.0.0.1"))
    assert "floor.forbidden_names" in {rule.rule_id for rule in decision.deciding}


def test_now_lies_between_the_approvals_and_the_review() -> None:
    assert SIGNED_AT < NOW < REVIEW
