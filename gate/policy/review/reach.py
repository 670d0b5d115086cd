"""Rules that no grant leads to: whatever they are for is never released in any case."""

from collections.abc import Iterable
from dataclasses import replace

from gate.model import IdentifierType, Stage
from gate.policy.kinds.dns_not_in import DNSNotIn
from gate.policy.kinds.precert_correspondence import PrecertCorrespondence
from gate.policy.policy import Grant
from gate.policy.problems import listed
from gate.policy.review.notices import NoticeCode, Notices
from gate.policy.review.written import POLICY, Written
from gate.policy.rule import Rule, When
from gate.policy.validation import ValidationRequirement

_PRECERTIFICATE = frozenset({Stage.PRECERTIFICATE})


def review_reach(written: Written, notices: Notices) -> None:
    """Say which rules never apply to anything that a grant allows."""
    for at, rule in enumerate(written.policy.rules):
        if why := why_unreached(rule, written):
            text = f"the rule never applies to what could be released: {why}; change or delete it"
            path = ("rules", at, "when")
            notices.add(NoticeCode.RULE_NEVER_APPLIES, POLICY, path, text)


def why_unreached(rule: Rule, written: Written) -> str | None:
    """Why no certificate that a grant allows is one the rule is for, or None."""
    when, grants = rule.when, written.policy.grants
    met = [grant for grant in grants if _meet(when, grant, written)]
    if isinstance(rule.requirement, PrecertCorrespondence) and when.stages == _PRECERTIFICATE:
        return "at stage `precertificate` there is nothing to compare with"
    if met:
        return _why_nothing_to_judge(rule, _profiles(when, met), written)
    for what, wanted in _named(when).items():
        given = frozenset[str]().union(*(getattr(grant, f"{what}s") for grant in grants))
        if wanted is not None and not wanted & given:
            return f"no grant names {what} {listed(sorted(wanted))}"
    if any(_meet(replace(when, environments=None), grant, written) for grant in grants):
        return f"no issuer of a grant belongs to {listed(sorted(when.environments or ()))}"
    return "no one grant has what its `when` joins"


def _named(when: When) -> dict[str, frozenset[str] | None]:
    return {
        "profile": when.profiles,
        "issuer": when.issuers,
        "account": when.accounts,
        "purpose": when.purposes,
    }


def _meet(when: When, grant: Grant, written: Written) -> bool:
    """Whether something that the grant allows is something the rule is for."""
    granted = {what: getattr(grant, f"{what}s") for what in _named(when)}
    if when.environments is not None and written.issuers is not None:
        granted["issuer"] = {
            name
            for name in grant.issuers
            if name in written.issuers and written.issuers[name].environment in when.environments
        }
    return all(
        given if wanted is None else wanted & given
        for wanted, given in zip(_named(when).values(), granted.values(), strict=True)
    )


def _profiles(when: When, grants: Iterable[Grant]) -> set[str]:
    granted = frozenset[str]().union(*(grant.profiles for grant in grants))
    return set(granted if when.profiles is None else granted & when.profiles)


def _why_nothing_to_judge(rule: Rule, profiles: set[str], written: Written) -> str | None:
    # A DNS name that is spelt like an address is judged by rules for addresses too.
    if not isinstance(rule.requirement, ValidationRequirement | DNSNotIn):
        return None
    present = frozenset[IdentifierType]().union(
        *(written.policy.profiles[name].identifiers for name in profiles)
    )
    if rule.judges & present:
        return None
    names = listed(sorted(profiles))
    return f"it judges type {listed(sorted(rule.judges))}, which {names} cannot have"
