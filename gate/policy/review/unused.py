"""What a policy has and nothing comes of: profiles, purposes in grants, entries of lists."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from gate.model import Mode, Purpose, Trust, ancestors
from gate.policy.kinds.dns_not_in import DNSNotIn, Match
from gate.policy.kinds.purpose_allowed import PurposeAllowed
from gate.policy.lists import EntryType, ListText, NameList
from gate.policy.policy import Grant
from gate.policy.problems import Problem
from gate.policy.quoting import quoted
from gate.policy.review.notices import NoticeCode, Notices
from gate.policy.review.written import GRANTS, POLICY, Written
from gate.policy.rule import Rule

_Network: TypeAlias = IPv4Network | IPv6Network


def review_unused(written: Written, notices: Notices) -> None:
    """Say which profiles nobody may have, and what of grants and lists is without effect."""
    granted = frozenset[str]().union(*(grant.profiles for grant in written.policy.grants))
    for name in sorted(written.policy.profiles.keys() - granted):
        text = "no grant gives this profile, so nobody can have it: grant it, or delete it"
        path = ("profiles", name)
        notices.add(NoticeCode.PROFILE_NOT_GRANTED, POLICY, path, text, at_key=True)
    for rule in written.policy.rules:
        _refused_purposes(rule, written, notices)
    for name, known in written.policy.lists.items():
        read = written.lists[written.shape.lists[name].file]
        covered = _covered_entries(known, read, written)
        # Whoever says beside an entry what it is has a reason to list it.
        if problem := _redundant([e for e in covered if e[0] not in written.commented[read.file]]):
            notices.add_line(NoticeCode.LIST_ENTRIES_REDUNDANT, Problem(read.file, *problem))


def _refused_purposes(rule: Rule, written: Written, notices: Notices) -> None:
    """Say which purposes of grants an enforced rule refuses for every issuer of the grant."""
    kept = rule.requirement
    if not isinstance(kept, PurposeAllowed) or not _for_all(rule):
        return
    for at, (grant, shape) in enumerate(
        zip(written.policy.grants, written.grants.grants, strict=True)
    ):
        trusts = _trusts(grant, written)
        allowed = frozenset[Purpose]().union(*(kept.allow.get(trust, ()) for trust in trusts))
        for number, purpose in enumerate(shape.purposes):
            if purpose not in allowed:
                text = (
                    f"the rule {quoted(rule.rule_id)} always refuses {quoted(purpose.value)} here: "
                    "leave it out, or allow it there"
                )
                path = ("grants", at, "purposes", number)
                notices.add(NoticeCode.GRANT_USELESS, GRANTS, path, text)


def _for_all(rule: Rule) -> bool:
    """Whether nothing that a grant allows escapes the rule, whenever that is."""
    when = rule.when
    limits = (
        when.environments,
        when.profiles,
        when.issuers,
        when.accounts,
        when.purposes,
        when.stages,
        rule.starts,
        rule.ends,
    )
    enforced = len(rule.ladder) == 1 and rule.ladder[0].value is Mode.ENFORCE
    return enforced and all(limit is None for limit in limits)


def _trusts(grant: Grant, written: Written) -> set[Trust]:
    """The trusts that the grant's issuers have, or may have where the issuers are not known."""
    if written.issuers is None:
        return set(Trust)
    return {written.issuers[name].trust for name in grant.issuers if name in written.issuers}


def _redundant(found: list[tuple[int, str, str]]) -> tuple[int, int, str] | None:
    """The first of these entries with its place, and how many more there are."""
    if not found:
        return None
    line, entry, outer = found[0]
    others = len(found) - 1
    more = ("", ", as does 1 other", f", as do {others} others")[min(others, 2)]
    text = (
        f"{quoted(entry)} lies within {quoted(outer)} of the same list{more}: without effect; "
        "leave it out, or say beside it in a comment why it is there"
    )
    return line, 1, text


def _covered_entries(
    known: NameList, read: ListText, written: Written
) -> Iterator[tuple[int, str, str]]:
    """The entries that another one of the list covers: line, entry and that other."""
    lines = dict(zip(known.entries, (line for line, _ in read.lines), strict=True))
    if known.of is EntryType.IP_PREFIX:
        networks = {ip_network(entry) for entry in known.entries}
        for entry in known.entries:
            if outer := _outer_network(ip_network(entry), networks):
                yield lines[entry], entry, str(outer)
    elif known.of is EntryType.DNS_NAME and _reaches_below(known, written):
        names = frozenset(known.entries)
        for entry in known.entries:
            outer_names = [name for name in ancestors(entry) if name in names and name != entry]
            if outer_names:
                yield lines[entry], entry, outer_names[0]


def _outer_network(network: _Network, networks: set[_Network]) -> _Network | None:
    for length in range(network.prefixlen):
        outer = network.supernet(new_prefix=length)
        if outer in networks:
            return outer
    return None


def _reaches_below(known: NameList, written: Written) -> bool:
    """Whether for every rule that uses the list, a name stands for all below it."""
    using = [rule.requirement for rule in written.policy.rules if known in rule.lists]
    return all(isinstance(kept, DNSNotIn) and kept.match is Match.NAME_AND_BELOW for kept in using)
