"""The kinds of rule no policy can do without, and what they must cover."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from gate.baseline import EARLIEST
from gate.model import IdentifierType, Mode, Stage
from gate.policy.definitions import Place
from gate.policy.policy import Profile
from gate.policy.problems import listed
from gate.policy.quoting import quoted
from gate.policy.rule import Rule

MANDATORY_KINDS: Mapping[str, frozenset[str]] = {
    "subscriber-tls": frozenset(
        {
            "granted",
            "issuer_environment",
            "purpose_allowed",
            "identifiers_validated",
            "validation_age",
            "validity_at_most",
            "linter_findings_below",
        }
    )
}
"""The kinds that every profile of a family needs, always enforced (DESIGN: invariant 2)."""

_STAGES = (Stage.PRECERTIFICATE, Stage.CERTIFICATE)
_Period: TypeAlias = tuple[datetime, datetime | None]


def check_coverage(
    rules: Iterable[tuple[Rule, Place]], profiles: Iterable[Profile], place: Place
) -> None:
    """Note mandatory kinds that are not always enforced for every case of every profile.

    A rule counts where only profiles and stages limit it, for the time in which it is in
    force. Kinds that judge identifiers must judge both types at every moment. `place` is
    that of all rules.
    """
    rules = tuple(rules)
    needed = {profile: MANDATORY_KINDS[profile.certificate] for profile in profiles}
    mandatory = frozenset[str]().union(*needed.values())
    for rule, where in rules:
        if rule.kind in mandatory:
            _refuse_weakened(rule, where)
    for kind in sorted(mandatory):
        of_kind = [rule for rule, _ in rules if rule.kind == kind]
        open_profiles: dict[str, list[str]] = {}
        for profile, kinds in needed.items():
            if kind in kinds and (gap := _gap(of_kind, profile)) is not None:
                open_profiles.setdefault(gap, []).append(profile.name)
        if not of_kind:
            place.note(f"no rule is of kind {quoted(kind)}, which is mandatory")
            continue
        for gap, names in open_profiles.items():
            text = f"no rule of kind {quoted(kind)} covers profile {listed(names)}{gap}"
            place.note(f"{text}{_hint(of_kind)}")


def _hint(rules: list[Rule]) -> str:
    if all(_covers_everyone(rule) for rule in rules):
        return ""
    return "; a rule limited by environments, issuers, accounts or purposes is no cover"


def _refuse_weakened(rule: Rule, place: Place) -> None:
    if rule.exceptable:
        text = f"no exception may ever cover the mandatory kind {quoted(rule.kind)}"
        place.below("exceptable").note(f"{text}: leave it out")
    for at, step in enumerate(rule.ladder):
        if step.value is not Mode.ENFORCE:
            where = place.below("mode", at, "mode") if len(rule.ladder) > 1 else place.below("mode")
            text = (
                f"{quoted(step.value)} is not possible for the mandatory kind {quoted(rule.kind)}"
            )
            where.note(f"{text}: it must be `enforce`")


def _gap(rules: list[Rule], profile: Profile) -> str | None:
    """Where these rules of one kind first leave the profile open, in words."""
    typed = any(rule.judges for rule in rules)
    for type_ in IdentifierType if typed else (None,):
        judging = [rule for rule in rules if type_ is None or type_ in rule.judges]
        gaps = {stage: _open_period(judging, profile, stage) for stage in _STAGES}
        stages = [stage for stage, period in gaps.items() if period is not None]
        if period := gaps[stages[0]] if stages else None:
            at_stage = "" if len(set(gaps.values())) == 1 else f" at stage {stages[0].value}"
            of_type = f" for identifiers of type `{type_}`" if type_ else ""
            return f"{at_stage}{of_type}{_in_words(*period)}"
    return None


def _open_period(rules: list[Rule], profile: Profile, stage: Stage) -> _Period | None:
    return _first_gap([_in_force(rule) for rule in rules if _covers(rule, profile, stage)])


def _covers_everyone(rule: Rule) -> bool:
    when = rule.when
    narrowed = (when.environments, when.issuers, when.accounts, when.purposes)
    return all(each is None for each in narrowed)


def _covers(rule: Rule, profile: Profile, stage: Stage) -> bool:
    profiles, stages = rule.when.profiles, rule.when.stages
    return (
        _covers_everyone(rule)
        and (profiles is None or profile.name in profiles)
        and (stages is None or stage in stages)
    )


def _in_force(rule: Rule) -> _Period:
    return max(rule.starts or EARLIEST, rule.ladder[0].start), rule.ends


def _first_gap(periods: list[_Period]) -> _Period | None:
    """The first stretch of time that none of the periods covers, or None."""
    reached = EARLIEST
    for start, end in sorted(periods, key=lambda period: period[0]):
        if start > reached:
            return reached, start
        if end is None:
            return None
        reached = max(reached, end)
    return reached, None


def _in_words(start: datetime, end: datetime | None) -> str:
    if start == EARLIEST:
        return f" until {end:%Y-%m-%d}" if end else ""
    return f" from {start:%Y-%m-%d} until {end:%Y-%m-%d}" if end else f" from {start:%Y-%m-%d} on"
