"""The boundaries of rules about who asks for what: grants, issuers, purposes and orders."""

from collections.abc import Iterator

from gate.model import Environment, Purpose
from gate.policy import Rule
from gate.workbench.boundary import Boundary, Scene, Value

_PURPOSES = tuple(each.value for each in Purpose if each is not Purpose.UNSPECIFIED)


def granted(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each grant with everything it gives, and with everything that it does not."""
    del rule
    policy, issuers = scene.policy, tuple(each.name for each in scene.issuers)
    for number, grant in enumerate(policy.grants, start=1):
        first: dict[str, Value] = {
            "request.account": min(grant.accounts),
            "request.profile": min(grant.profiles),
            "request.issuer": min(grant.issuers),
            "request.purpose": min(purpose.value for purpose in grant.purposes),
        }
        for key, values in (
            ("account", tuple(sorted({*grant.accounts, "nobody-knows-it"}))),
            ("profile", tuple(policy.profiles)),
            ("issuer", issuers),
            ("purpose", _PURPOSES),
        ):
            path = f"request.{key}"
            change = {other: value for other, value in first.items() if other != path}
            name = f"each {key} with grant #{number}"
            yield Boundary(name=name, path=path, values=values, change=change)


def issuer_environment(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each environment for request and gate, and each issuer in request and bytes."""
    del rule
    environments = tuple(each.value for each in Environment)
    for whose, path in (("request", "request.environment"), ("gate", "gate.environment")):
        yield Boundary(name=f"the {whose} in each environment", path=path, values=environments)
    issuers = tuple(each.name for each in scene.issuers)
    yield Boundary(name="each issuer", path="request.issuer", values=issuers)
    yield Boundary(name="another name in the bytes", path="certificate.issuer", values=issuers)


def purpose_allowed(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each purpose for one issuer of each trust and environment."""
    del rule
    first = {(each.trust, each.environment): each.name for each in reversed(scene.issuers)}
    for (trust, environment), issuer in sorted(first.items()):
        yield Boundary(
            name=f"each purpose for a {trust} issuer in {environment}",
            path="request.purpose",
            values=(*_PURPOSES, None),
            change={"request.issuer": issuer},
        )


def order_matches(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """No order, and one that is another in each single thing."""
    del rule, scene
    yield Boundary(name="nothing was ordered", path="order", values=(None,))
    for key, value in (
        ("account", "another-account"),
        ("names", ("another-name.example",)),
        ("profile", "another-product"),
        ("purpose", Purpose.AUDIT_DEMO.value),
        ("requested_by", "another-requester"),
        ("key", "p384"),
    ):
        yield Boundary(name=f"another {key} was ordered", path=f"order.{key}", values=(value,))
    yield Boundary(name="ordered without a key", path="order.key", values=(None,))
