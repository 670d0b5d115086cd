"""Which validation a decision relies on: one for each identifier, and it must do for all rules.

If every rule picked its own, a fresh validation by a forbidden method and an old one by an
allowed method would together pass a rule on methods and a rule on age.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gate.baseline import (
    MAX_VALIDATION_AGE,
    METHODS,
    Method,
    limit_at,
    onion,
    public_suffix,
)
from gate.model import (
    ADNDerivation,
    Case,
    Identifier,
    IdentifierFacts,
    Mode,
    Recorded,
    Trust,
    Validation,
)
from gate.policy import Policy, Rule

_HOLDING = frozenset({Mode.ENFORCE, Mode.WARN})
_TRIED_OUT = _HOLDING | {Mode.DRY_RUN}


def rely(case: Case, policy: Policy, *, trying_out: bool = False) -> Case:
    """The same case with the best validation chosen for each identifier.

    Best is what the fewest enforced requirements refuse, then the fewest others, then the
    newest; so if any validation satisfies everything, one that does is chosen. Rules that run
    dry have a say only when `trying_out`: what is chosen for them decides nothing.
    """
    modes = _TRIED_OUT if trying_out else _HOLDING
    asked = policy.rules if has_choice(case) else ()
    rules = [rule for rule in asked if _considered(rule, case, modes)]
    chosen = tuple(
        replace(facts, relied_on=_best(facts, rules, case)) for facts in case.identifiers
    )
    return replace(case, identifiers=chosen)


def has_choice(case: Case) -> bool:
    """Whether any identifier has more than one validation that it could rest on."""
    return any(len(facts.candidates) > 1 for facts in case.identifiers)


def relied_since(case: Case, policy: Policy) -> datetime | None:
    """Since when the oldest validation counts that this case rests on; None without any."""
    # With one candidate each, there is nothing to choose.
    if has_choice(case):
        case = rely(case, policy)
    relied_on = (
        facts.relied_on or next(iter(facts.candidates), None) for facts in case.identifiers
    )
    return min((each.evidence.counts_from for each in relied_on if each), default=None)


def baseline_refusal(validation: Validation, facts: IdentifierFacts, case: Case) -> str | None:
    """Why the Baseline Requirements do not let a certificate rest on this validation.

    None where they do. Judged for the whole life of a release (BR 3.2.2.4, 3.2.2.5, 4.2.1).
    """
    method = METHODS.get(validation.method)
    if method is None or not method.permitted(case.at) or not method.permitted(case.release_ends):
        return f"its method {validation.method} is not permitted on this day"
    return (
        _kind_refusal(method, validation, facts.identifier)
        or _reach_refusal(method, validation, facts.identifier)
        or _age_refusal(method, validation, case)
    )


def _kind_refusal(method: Method, validation: Validation, identifier: Identifier) -> str | None:
    if method.identifiers is not identifier.type:
        return f"method {method.section} does not validate a {identifier.type.value} identifier"
    if validation.adn_derivation is ADNDerivation.CNAME and not method.cname:
        return f"method {method.section} does not count at the end of a CNAME"
    if onion(identifier.fqdn) and not method.onion:
        return f"method {method.section} is not one for onion names"
    return None


def _reach_refusal(method: Method, validation: Validation, identifier: Identifier) -> str | None:
    if identifier.wildcard and not method.wildcards:
        return f"method {method.section} does not cover wildcard names"
    if identifier.fqdn != validation.scope and not method.subdomains:
        return f"method {method.section} covers `{validation.scope}` only, not names below it"
    if identifier.value != validation.scope and public_suffix(validation.scope):
        return f"`{validation.scope}` is a public suffix, and no single applicant controls it"
    return None


def _age_refusal(method: Method, validation: Validation, case: Case) -> str | None:
    if validation.completed_at > case.at:
        return "it is completed in the future only"
    # What counts is the moment of signing, and a release may be used until it ends.
    age = case.release_ends - validation.counts_from
    limit = limit_at(MAX_VALIDATION_AGE, case.at, case.release_ends)
    limit = min(limit, method.max_age or limit)
    if age > limit:
        return f"it is older than {limit.days} days before the release would end"
    return None


def _considered(rule: Rule, case: Case, modes: frozenset[Mode]) -> bool:
    # A rule that cannot even say whether it applies will be judged an error; it chooses nothing.
    try:
        return rule.mode(case) in modes and rule.applies(case)
    except Exception:  # noqa: BLE001 - see above
        return False


def _best(facts: IdentifierFacts, rules: Sequence[Rule], case: Case) -> Recorded[Validation] | None:
    if len(facts.candidates) == 1:
        return facts.candidates[0]
    return min(
        facts.candidates,
        key=lambda record: _refusals(record.evidence, facts, rules, case),
        default=None,
    )


def _refusals(
    validation: Validation, facts: IdentifierFacts, rules: Sequence[Rule], case: Case
) -> tuple[int, int]:
    public = case.issuer is None or case.issuer.trust is Trust.PUBLIC
    enforced = int(public and baseline_refusal(validation, facts, case) is not None)
    others = 0
    for rule in rules:
        if _refuses(rule, validation, facts, case):
            enforced += rule.mode(case) is Mode.ENFORCE
            others += rule.mode(case) is not Mode.ENFORCE
    return enforced, others


def _refuses(rule: Rule, validation: Validation, facts: IdentifierFacts, case: Case) -> bool:
    try:
        return rule.refuses(validation, facts, case) is not None
    except Exception:  # noqa: BLE001 - a rule that fails on this validation does not accept it
        return True
