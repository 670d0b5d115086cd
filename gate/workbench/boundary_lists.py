"""The boundaries of rules that search for entries: every entry, and what lies just beside it."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network

from gate.policy import Rule
from gate.policy.kinds.dns_not_in import DNSNotIn
from gate.policy.kinds.text_absent import FIELDS, TextAbsent
from gate.workbench.boundary import Boundary, Scene
from gate.workbench.pattern_samples import samples

_NAME = "certificate.names.0"
_FILLING = "Obala"
"""A word that stands on no list, and is not read as a placeholder."""


def addresses(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """The first and the last address of each prefix, and their neighbours outside of it."""
    del scene
    for each in rule.lists:
        networks = [ip_network(entry) for entry in each.entries]
        within = (end for net in networks for end in (net[0], net[-1]))
        beside = (end for net in networks for end in (_next(net[0], -1), _next(net[-1], 1)))
        for what, found in ("in", within), ("beside", beside):
            values = tuple(dict.fromkeys(str(address) for address in found if address))
            yield Boundary(name=f"addresses {what} {each.name}", path=_NAME, values=values)


def names(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each name, a name below it, and the wildcard that covers it."""
    del scene
    if not isinstance(rule.requirement, DNSNotIn):
        raise TypeError(rule.kind)
    for each in rule.lists:
        yield Boundary(name=f"names on {each.name}", path=_NAME, values=each.entries)
        below = tuple(f"www.{name}" for name in each.entries)
        yield Boundary(name=f"names below {each.name}", path=_NAME, values=below)
        parents = (name.partition(".")[2] for name in each.entries)
        wildcards = tuple(dict.fromkeys(f"*.{parent}" for parent in parents if parent))
        yield Boundary(name=f"wildcards over {each.name}", path=_NAME, values=wildcards)


def texts(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each word and a text for each pattern in the first field, and one word in each field."""
    del scene
    requirement = rule.requirement
    if not isinstance(requirement, TextAbsent):
        raise TypeError(rule.kind)
    paths = [f"certificate.{field}" for field in requirement.fields if field in FIELDS]
    words = (*sorted(requirement.words), *(word for each in rule.lists for word in each.entries))
    whole = [text for pattern in requirement.whole for text in samples(pattern)]
    anywhere = [text for pattern in requirement.anywhere for text in samples(pattern)]
    for path in paths[:1]:
        yield Boundary(name=f"words in {path}", path=path, values=words)
        joined = tuple(f"{_FILLING}{word}" for word in words)
        yield Boundary(name=f"words within others in {path}", path=path, values=joined)
        for what, found in ("whole texts", whole), ("parts of texts", anywhere):
            yield Boundary(name=f"{what} in {path}", path=path, values=tuple(found))
            longer = tuple(f"{_FILLING}{text}{_FILLING}" for text in found)
            yield Boundary(name=f"{what} within others in {path}", path=path, values=longer)
    for path in paths[1:]:
        yield Boundary(name=path, path=path, values=(*words[:1], *whole[:1], *anywhere[:1]))


def _next(address: IPv4Address | IPv6Address, step: int) -> IPv4Address | IPv6Address | None:
    """The address before or after one; None where there is none."""
    number = int(address) + step
    if not 0 <= number < 1 << address.max_prefixlen:
        return None
    return type(address)(number)
