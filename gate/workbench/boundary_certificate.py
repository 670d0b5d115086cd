"""The boundaries of rules about the certificate: its dates, its key, how it is to be signed."""

from collections.abc import Iterator
from datetime import timedelta

from gate.model import Stage
from gate.policy import Rule
from gate.policy.kinds.key_algorithm_allowed import CURVES, KeyAlgorithmAllowed
from gate.policy.kinds.not_before_window import NotBeforeWindow
from gate.policy.kinds.precert_correspondence import PrecertCorrespondence
from gate.policy.kinds.validity_at_most import ValidityAtMost
from gate.policy.sentences import length_of
from gate.workbench.boundary import Boundary, Scene, Value, length
from gate.workbench.suite_keys import SIGNATURES

_SECOND = timedelta(seconds=1)


def validity_at_most(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """The limit and a second more, around each of its dates."""
    requirement = rule.requirement
    if not isinstance(requirement, ValidityAtMost):
        raise TypeError(rule.kind)
    for when, at, limit in scene.limits(requirement.limits):
        yield Boundary(
            name=f"{length_of(limit)} and a second more, {when}",
            path="certificate.lasts",
            values=(length(limit), length(limit + _SECOND)),
            at=at,
        )


def not_before_window(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """The furthest that the beginning may lie away, and a second further."""
    del scene
    requirement = rule.requirement
    if not isinstance(requirement, NotBeforeWindow):
        raise TypeError(rule.kind)
    for key, span in (("ago", requirement.back), ("ahead", requirement.ahead)):
        yield Boundary(
            name=f"beginning {length_of(span)} {key} and a second further",
            path="certificate.starts",
            values=({key: length(span)}, {key: length(span + _SECOND)}),
        )


def key_algorithm_allowed(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Every curve, and the sizes at and beside the limits."""
    del scene
    requirement = rule.requirement
    if not isinstance(requirement, KeyAlgorithmAllowed):
        raise TypeError(rule.kind)
    words = list(CURVES)
    if requirement.rsa:
        least, most = requirement.rsa.least_bits, requirement.rsa.most_bits
        sizes = [least - 8, least, *([most, most + 8] if most else [])]
        words += [f"rsa-{size}" for size in sizes]
    yield Boundary(name="each kind and size of key", path="certificate.key", values=tuple(words))
    exponents = tuple(f"rsa-2048-e{exponent}" for exponent in (3, 65537))
    yield Boundary(name="exponents", path="certificate.key", values=exponents)


def signature_algorithm_allowed(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each algorithm for the issuer of the base, and for one with each other kind of key."""
    del rule
    asked = scene.facts.request.issuer
    for issuer in (asked, *(each.name for each in scene.issuers if each.name != asked)):
        yield Boundary(
            name=f"each algorithm by {issuer}",
            path="certificate.signature",
            values=tuple(SIGNATURES),
            change={} if issuer == asked else {"request.issuer": issuer},
        )


def precert_correspondence(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """One timestamp too few and just enough, no precertificate, and another one."""
    del scene
    requirement = rule.requirement
    if not isinstance(requirement, PrecertCorrespondence):
        raise TypeError(rule.kind)
    least = requirement.min_scts
    final: dict[str, Value] = {"request.stage": Stage.CERTIFICATE.value}
    counts = tuple(sorted({max(least - 1, 0), least, least + 1}))
    yield Boundary(name="timestamps", path="certificate.scts", values=counts, change=final)
    final["certificate.scts"] = least
    yield Boundary(name="no precertificate", path="precertificate", values=(None,), change=final)
    yield Boundary(
        name="another key in the precertificate",
        path="precertificate.key",
        values=("p384",),
        change=final,
    )
