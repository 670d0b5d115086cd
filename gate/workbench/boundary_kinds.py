"""The boundaries of each kind of rule: cases on both sides of what its parameters say."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from gate.model import Purpose, Stage
from gate.policy import Rule
from gate.workbench.boundary import Boundary, Scene, Value
from gate.workbench.boundary_certificate import (
    key_algorithm_allowed,
    not_before_window,
    precert_correspondence,
    signature_algorithm_allowed,
    validity_at_most,
)
from gate.workbench.boundary_evidence import (
    identifiers_validated,
    linter_findings_below,
    validation_age,
)
from gate.workbench.boundary_lists import addresses, names, texts
from gate.workbench.boundary_profile import extensions_as_profile
from gate.workbench.boundary_request import (
    granted,
    issuer_environment,
    order_matches,
    purpose_allowed,
)

Boundaries: TypeAlias = Callable[[Rule, Scene], Iterator[Boundary]]


def boundaries_of(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Those of its parameters, for a request that the rule is for, and of its own dates."""
    change = {**_asked_for(rule, scene)}
    for each in BOUNDARIES[rule.kind](rule, scene):
        yield Boundary(
            name=f"{rule.rule_id}: {each.name}",
            path=each.path,
            values=each.values,
            change={**change, **each.change},
            at=each.at,
        )


def _asked_for(rule: Rule, scene: Scene) -> dict[str, Value]:
    """What makes the base a request that the rule is for."""
    when, asked = rule.when, scene.facts.request
    found: dict[str, Value] = {}
    for key, given, meant in (
        ("profile", asked.profile, when.profiles),
        ("issuer", asked.issuer, when.issuers),
        ("account", asked.account, when.accounts),
        ("purpose", asked.purpose and asked.purpose.value, _values(when.purposes)),
        ("stage", asked.stage and asked.stage.value, _values(when.stages)),
    ):
        if meant is not None and given not in meant:
            found[f"request.{key}"] = min(meant)
    return found


def _values(members: frozenset[Purpose] | frozenset[Stage] | None) -> frozenset[str] | None:
    return None if members is None else frozenset(each.value for each in members)


def _nothing(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """What a condition in CEL asks for only its author knows."""
    del rule, scene
    return iter(())


BOUNDARIES: Mapping[str, Boundaries] = {
    "granted": granted,
    "issuer_environment": issuer_environment,
    "purpose_allowed": purpose_allowed,
    "order_matches": order_matches,
    "identifiers_validated": identifiers_validated,
    "validation_age": validation_age,
    "ip_not_in": addresses,
    "dns_not_in": names,
    "text_absent": texts,
    "validity_at_most": validity_at_most,
    "not_before_window": not_before_window,
    "key_algorithm_allowed": key_algorithm_allowed,
    "signature_algorithm_allowed": signature_algorithm_allowed,
    "extensions_as_profile": extensions_as_profile,
    "precert_correspondence": precert_correspondence,
    "linter_findings_below": linter_findings_below,
    "cel": _nothing,
}
"""By the name of the kind."""
