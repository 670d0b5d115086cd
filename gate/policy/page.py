"""One policy as a page to read and to file: its rules in English, and what will change."""

from collections.abc import Iterator
from datetime import datetime

from gate.model import Mode
from gate.policy.calendar import Coming, calendar
from gate.policy.english import Explanation, dated_sentences, explained
from gate.policy.markdown import bullets, joined, prose, table
from gate.policy.policy import Policy
from gate.policy.quoting import quoted
from gate.policy.rule import Rule
from gate.policy.sentences import date_of, enumerated, length_of, sentence

_NONE = "-"


def policy_page(policy: Policy, at: datetime) -> str:
    """The page in Markdown, as of this moment."""
    return joined(
        (
            f"# {policy.name}, version {policy.version}",
            prose(policy.description),
            f"Kept by {prose(policy.owner)}. Digest of the files: `{policy.digest.hex()}`.",
            f"What this page says of dates is as of {date_of(at)}.",
            "## Rules",
            *(part for rule in policy.rules for part in _rule(rule, policy)),
            "## Coming changes",
            coming_table(calendar(policy, since=at)),
            "## Exceptions",
            _exceptions(policy, at),
            "## Approved holders",
            _holders(policy, at),
            "## Rules by profile",
            _matrix(policy, at),
            "## Sections covered",
            _sections(policy),
            "## Lists",
            _lists(policy),
        )
    )


def coming_table(coming: tuple[Coming, ...]) -> str:
    """Dated changes in a table."""
    if not coming:
        return "None."
    rows = (
        (date_of(each.at), prose(each.what), ", ".join(f"`{rule}`" for rule in each.rules))
        for each in coming
    )
    return table(("from", "what", "rules"), rows)


def _rule(rule: Rule, policy: Policy) -> Iterator[str]:
    found = explained(rule, policy)
    yield f"### {prose(found.title)}"
    yield "\n".join(f"{prose(part)}  " for part in dated_sentences(found.requires)).rstrip()
    yield bullets(_facts(found))


def _facts(found: Explanation) -> Iterator[str]:
    yield f"rule `{found.rule_id}` of kind [`{found.kind}`](kinds.md#{found.kind})"
    yield f"applies to {prose(found.applies_to)}"
    yield from map(prose, found.in_force)
    yield f"exceptions: {prose(found.exceptions_in_words)}"
    yield from (f"schedule `{name}`" for name in found.schedules)
    yield from (prose(str(each)) for each in found.lists)
    if found.references:
        yield f"rests on {enumerated(map(prose, found.references))}"
    if found.requester_help:
        yield f"if it fails: {prose(found.requester_help)}"


def _exceptions(policy: Policy, at: datetime) -> str:
    """Those in force or still to come; one that has expired does nothing."""
    rows = [
        (
            f"`{each.exception_id}`",
            f"`{each.rule_id}`",
            ", ".join(quoted(str(identifier)) for identifier in each.scope.identifiers),
            "in force" if each.approved and each.begins <= at else "not yet in force",
            f"{date_of(each.starts)} to {date_of(each.expires)}",
            prose(each.reason),
        )
        for each in policy.exceptions
        if at < each.expires
    ]
    return table(("exception", "rule", "for", "is", "dates", "reason"), rows) if rows else "None."


def _holders(policy: Policy, at: datetime) -> str:
    """Those who have a high-value identifier, until it is looked at again."""
    rows = [
        (
            f"`{each.holder_id}`",
            quoted(str(each.identifier)),
            quoted(each.applicant),
            "in force" if each.approved else "not yet in force",
            date_of(each.review),
            prose(each.reason),
        )
        for each in policy.holders
        if at < each.review
    ]
    heads = ("holder", "of", "applicant", "is", "review by", "reason")
    return table(heads, rows) if rows else "None."


def _matrix(policy: Policy, at: datetime) -> str:
    """For each rule and profile, the mode at this moment; a dash where the rule does not apply."""
    profiles = sorted(policy.profiles)
    rows = (
        (f"`{rule.rule_id}`", *(_cell(rule, profile, at) for profile in profiles))
        for rule in policy.rules
    )
    return table(("rule", *(f"`{profile}`" for profile in profiles)), rows)


def _cell(rule: Rule, profile: str, at: datetime) -> str:
    mode = rule.mode_at(at)
    if mode is Mode.OFF or (rule.when.profiles is not None and profile not in rule.when.profiles):
        return _NONE
    others = (
        rule.when.environments,
        rule.when.issuers,
        rule.when.accounts,
        rule.when.purposes,
        rule.when.stages,
    )
    limited = any(each is not None for each in others)
    return f"{mode.value}, in part" if limited else mode.value


def _sections(policy: Policy) -> str:
    rules: dict[str, list[str]] = {}
    for rule in policy.rules:
        for section in rule.references:
            rules.setdefault(section, []).append(f"`{rule.rule_id}`")
    rows = [(prose(section), ", ".join(rules[section])) for section in sorted(rules, key=_order)]
    return table(("section", "rules"), rows) if rows else "None."


def _order(section: str) -> tuple[tuple[int, int, str], ...]:
    """Sections in the order of their numbers: 3.2.2.4 before 3.2.2.12."""
    parts = section.replace(".", " ").split()
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts)


def _lists(policy: Policy) -> str:
    rows = [
        (
            f"`{name}`",
            str(len(each.entries)),
            each.of.value,
            prose(each.owner),
            date_of(each.date),
            length_of(each.greatest_age) if each.greatest_age else _NONE,
            sentence(prose(each.source)),
        )
        for name, each in sorted(policy.lists.items())
    ]
    heads = ("list", "entries", "of", "owner", "date", "greatest age", "source")
    return table(heads, rows) if rows else "None."
