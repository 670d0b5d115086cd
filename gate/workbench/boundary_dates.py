"""The dates of a policy's rules, lists, exceptions and holders, from both sides."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gate.baseline import EARLIEST
from gate.policy import Rule
from gate.workbench.boundary import Boundary, Scene


def dates(scene: Scene) -> Iterator[Boundary]:
    """The base around each date, with the names that an exception or a holder is for."""
    yield from _of_rules_and_lists(scene)
    for exception in scene.policy.exceptions:
        names = tuple(each.value for each in exception.scope.identifiers)
        for date in (exception.starts, exception.expires):
            yield from _around(f"exception {exception.exception_id}", scene, date, names)
    for holder in scene.policy.holders:
        held = (holder.identifier.value,)
        for applicant in (scene.facts.applicant, holder.applicant):
            name = f"holder {holder.holder_id}, asked by {applicant}"
            yield from _around(name, scene, holder.review, held, applicant)


def _of_rules_and_lists(scene: Scene) -> Iterator[Boundary]:
    for rule in scene.policy.rules:
        for date in _of_rule(rule):
            yield from _around(rule.rule_id, scene, date)
    for each in scene.policy.lists.values():
        if each.good_until is not None:
            after = each.good_until + timedelta(seconds=1)
            yield from _around(f"the age of {each.name}", scene, after)


def _of_rule(rule: Rule) -> Iterator[datetime]:
    """When the rule begins, ends or takes another mode."""
    found = {step.start for step in rule.ladder} | {rule.starts, rule.ends}
    yield from sorted(date for date in found if date is not None and date != EARLIEST)


def _around(
    name: str,
    scene: Scene,
    date: datetime,
    names: tuple[str, ...] = (),
    applicant: str | None = None,
) -> Iterator[Boundary]:
    """The base before and at a date, with these names and this applicant instead of its own."""
    for when, at in scene.around(date):
        yield Boundary(
            name=f"{name}, {when}",
            path="certificate.names",
            values=(names or scene.facts.certificate.names,),
            change={"applicant": applicant} if applicant else {},
            at=at,
        )
