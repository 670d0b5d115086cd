"""Exceptions and holders compared, told by the calendar, and shown on a policy's page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gate.model import Identifier, IdentifierType
from gate.policy import Policy
from gate.policy.approvals import Approval
from gate.policy.calendar import calendar
from gate.policy.change import Change
from gate.policy.comparing import compare
from gate.policy.english import explained
from gate.policy.exceptions import ExceptionScope, PolicyException
from gate.policy.holders import ApprovedHolder
from gate.policy.page import policy_page
from tests.pki import NOW
from tests.policy.bundles import loaded

SMALL = loaded()
DAY = timedelta(days=1)
NAME = Identifier(IdentifierType.DNS, "www.plovidba.hr")
APPROVALS = tuple(Approval(by=by, at=NOW - DAY, signature=bytes(64)) for by in ("ana", "ivo"))


def exception(**changes: Any) -> PolicyException:
    fields: dict[str, Any] = {
        "exception_id": "EXC-1",
        "rule_id": "words",
        "scope": ExceptionScope(identifiers=(NAME,)),
        "reason": "is called so",
        "ticket": "T-1",
        "starts": NOW,
        "expires": NOW + 20 * DAY,
        "requested_by": "eve",
        "approvals": APPROVALS,
    }
    return PolicyException(**{**fields, **changes})


def holder(**changes: Any) -> ApprovedHolder:
    fields: dict[str, Any] = {
        "holder_id": "HOLD-1",
        "identifier": NAME,
        "applicant": "plovidba",
        "review": NOW + 100 * DAY,
        "reason": "its own",
        "requested_by": "eve",
        "approvals": APPROVALS,
    }
    return ApprovedHolder(**{**fields, **changes})


def excepting(*exceptions: PolicyException) -> Policy:
    return replace(SMALL, exceptions=exceptions)


def held(*holders: ApprovedHolder) -> Policy:
    return replace(SMALL, holders=holders)


LATER = tuple(replace(each, at=NOW) for each in APPROVALS)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (SMALL, excepting(exception()), Change.LOOSER),
        (excepting(exception()), SMALL, Change.STRICTER),
        (
            excepting(exception()),
            excepting(exception(expires=NOW + 21 * DAY)),
            Change.LOOSER,
        ),
        (excepting(exception()), excepting(exception(starts=NOW + DAY)), Change.STRICTER),
        (excepting(exception()), excepting(exception(rule_id="order")), Change.UNCLEAR),
        (excepting(exception()), excepting(exception(reason="another")), Change.SAME),
        (excepting(exception(approvals=())), excepting(exception()), Change.LOOSER),
        (SMALL, held(holder()), Change.LOOSER),
        (held(holder()), SMALL, Change.STRICTER),
        (held(holder()), held(holder(review=NOW + 99 * DAY)), Change.STRICTER),
        (held(holder()), held(holder(applicant="other")), Change.UNCLEAR),
        (held(holder()), held(holder(approvals=LATER)), Change.STRICTER),
        (held(holder()), held(holder(approvals=())), Change.STRICTER),
    ],
)
def test_leave_that_is_given_or_lasts_longer_is_looser(
    old: Policy, new: Policy, change: Change
) -> None:
    assert compare(old, new).change is change


def test_the_calendar_has_their_dates() -> None:
    policy = replace(SMALL, exceptions=(exception(),), holders=(holder(),))
    told = {each.what: each for each in calendar(policy, since=NOW)}

    assert told["exception `EXC-1` begins"].at == NOW
    assert told["exception `EXC-1` expires"].at == NOW + 20 * DAY
    assert told["exception `EXC-1` expires"].rules == ("words",)
    (review,) = [each for each in told.values() if "HOLD-1" in each.what]
    assert review.at == NOW + 100 * DAY


def test_the_page_has_those_that_have_not_expired() -> None:
    over = exception(exception_id="EXC-0", starts=NOW - 20 * DAY, expires=NOW)
    page = policy_page(excepting(over, exception()), NOW)

    assert "| `EXC-1` | `words` | `dns www.plovidba.hr` | in force |" in page
    assert "| `EXC-0` |" not in page


def test_an_explanation_names_the_exceptions_of_its_rule() -> None:
    rules = tuple(
        replace(rule, exceptable=True) if rule.rule_id == "words" else rule for rule in SMALL.rules
    )
    policy = replace(SMALL, rules=rules, exceptions=(exception(),))
    words, order = (
        explained(rule, policy) for rule in policy.rules if rule.rule_id in {"words", "order"}
    )
    assert words.exceptions_in_words == "may cover this rule; written now: `EXC-1`"
    assert order.exceptions_in_words == "none can ever cover this rule"
