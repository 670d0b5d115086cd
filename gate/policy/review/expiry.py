"""What people were given for a while: overrides of lints, exceptions, approved holders."""

from datetime import datetime, timedelta

from gate.model import IdentifierType
from gate.policy.kinds.dns_not_in import DNSNotIn
from gate.policy.kinds.ip_not_in import IPNotIn
from gate.policy.kinds.linter_findings_below import LinterFindingsBelow
from gate.policy.quoting import quoted
from gate.policy.review.dates import in_days
from gate.policy.review.notices import SOON, NoticeCode, Notices
from gate.policy.review.written import POLICY, Written

EXCEPTIONS = "exceptions.yaml"
HOLDERS = "holders.yaml"

_LAST_DAYS = timedelta(days=7)
"""How long ahead it is said that an exception expires: none lasts much longer than a month."""


def review_expiry(written: Written, notices: Notices) -> None:
    """Say which of them have ended, and which soon will."""
    for at, rule in enumerate(written.policy.rules):
        if isinstance(rule.requirement, LinterFindingsBelow):
            for number, override in enumerate(rule.requirement.overrides):
                path = ("rules", at, "overrides", number, "until")
                _override(f"{quoted(override.lint)} counts as", override.until, path, notices)
    _exceptions(written, notices)
    _holders(written, notices)


def _override(what: str, until: datetime, path: tuple[str | int, ...], notices: Notices) -> None:
    days = notices.days_left(until)
    if until <= notices.at:
        text = f"the override ended on {until:%Y-%m-%d}: delete it"
        notices.add(NoticeCode.OVERRIDE_ENDED, POLICY, path, text)
    elif days is not None:
        text = f"{what} the linter reports it {in_days(days, until)}: see to it that none is left"
        notices.add(NoticeCode.OVERRIDE_ENDS_SOON, POLICY, path, text)


def _exceptions(written: Written, notices: Notices) -> None:
    for at, exception in enumerate(written.policy.exceptions):
        path = ("exceptions", at, "expires")
        days = notices.days_left(exception.expires, within=_LAST_DAYS)
        if exception.expires <= notices.at:
            text = f"the exception expired on {exception.expires:%Y-%m-%d}: delete it"
            notices.add(NoticeCode.EXCEPTION_EXPIRED, EXCEPTIONS, path, text)
        elif days is not None:
            text = (
                f"the exception expires {in_days(days, exception.expires)}; if it is needed "
                "longer, have a new one approved"
            )
            notices.add(NoticeCode.EXCEPTION_EXPIRES_SOON, EXCEPTIONS, path, text)


def _holders(written: Written, notices: Notices) -> None:
    opened = _opened(written)
    for at, holder in enumerate(written.policy.holders):
        path = ("holders", at, "review")
        days = notices.days_left(holder.review, within=SOON)
        if holder.identifier.type not in opened:
            text = (
                f"no rule opens what is listed of type `{holder.identifier.type}` to holders: "
                "say `approved_holders: true` in one, or delete this"
            )
            notices.add(NoticeCode.HOLDER_USELESS, HOLDERS, ("holders", at, "identifier"), text)
        if holder.review <= notices.at:
            text = (
                f"was to be reviewed by {holder.review:%Y-%m-%d} and is without effect since: "
                "review it and have it approved anew, or delete it"
            )
            notices.add(NoticeCode.HOLDER_EXPIRED, HOLDERS, path, text)
        elif days is not None:
            text = (
                f"without effect {in_days(days, holder.review)}: review it and have it approved "
                "anew before that"
            )
            notices.add(NoticeCode.HOLDER_REVIEW_SOON, HOLDERS, path, text)


def _opened(written: Written) -> set[IdentifierType]:
    """The types of identifier that some rule opens to approved holders."""
    kept = [rule.requirement for rule in written.policy.rules]
    return {
        type_
        for each in kept
        if isinstance(each, DNSNotIn | IPNotIn) and each.holders is not None
        for type_ in each.judges
    }
