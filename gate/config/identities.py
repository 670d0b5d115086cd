"""The identities of gate.yaml: what is wrong with them, and what each is kept to."""

from collections.abc import Iterable

from gate.config.shape import GateFile, ScopeShape
from gate.policy import Policy
from gate.policy.definitions import Place
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.rpc import Identities, Scope
from gate.rpc.roles import name_problems, role_problems, scope_problems


def identities_of(file: GateFile) -> Identities:
    """Everyone who may call; to be asked for when nothing wrong was noted."""
    return Identities(
        {each.name: frozenset(each.roles) for each in file.identities},
        environment=file.environment,
        scopes={each.name: _scope(each.limited_to) for each in file.identities if each.limited_to},
    )


def note_identities(file: GateFile, policy: Policy | None, top: Place) -> None:
    """Note a name that stands twice, roles that exclude each other, limits of nothing.

    Profiles are looked up in the policy, where there is one.
    """
    seen = set[str]()
    for at, each in enumerate(file.identities):
        place, name, roles = top.below(at), quoted(each.name), frozenset(each.roles)
        if each.name in seen:
            place.below("name").note(f"the identity {name} stands twice")
        seen.add(each.name)
        for key, problems in (
            ("name", name_problems(each.name)),
            ("roles", role_problems(roles, file.environment)),
            ("limited_to", scope_problems(roles, _scope(each.limited_to))),
        ):
            for problem in problems:
                place.below(key).note(f"the identity {name} {problem}")
        if each.limited_to is not None:
            _check_names(each.limited_to, file, policy, place.below("limited_to"))


def _check_names(limits: ScopeShape, file: GateFile, policy: Policy | None, place: Place) -> None:
    issuers = [issuer.name for issuer in file.issuers]
    _check_known("issuer", limits.issuers, issuers, place.below("issuers"))
    if policy is not None:
        _check_known("profile", limits.profiles, policy.profiles, place.below("profiles"))


def _check_known(
    what: str, names: Iterable[str] | None, known: Iterable[str], place: Place
) -> None:
    known = tuple(known)
    for at, name in enumerate(names or ()):
        if name not in known:
            hint = did_you_mean(name, known)
            place.below(at).note(f"no {what} is called {quoted(name)}{hint}")


def _scope(limits: ScopeShape | None) -> Scope:
    if limits is None:
        return Scope()
    return Scope(
        accounts=_set(limits.accounts),
        issuers=_set(limits.issuers),
        profiles=_set(limits.profiles),
        methods=None if limits.methods is None else frozenset[str]().union(*limits.methods),
    )


def _set(values: Iterable[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
