"""What the files of a policy mean together: names looked up, rules made, floors kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from gate.model import TEST_PURPOSES, Issuer, Trust
from gate.policy.certificate_profile.reading import profile_of
from gate.policy.certificate_profile.shape import CertificateProfileFile
from gate.policy.coverage import check_coverage
from gate.policy.definitions import Definitions, Place
from gate.policy.document import Document
from gate.policy.exception_shape import ExceptionsFile
from gate.policy.files import GrantsFile, ListShape, PolicyFile
from gate.policy.holder_shape import HoldersFile, holders_of
from gate.policy.lists import ListText, NameList, name_list
from gate.policy.policy import Grant, Profile
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.rule import Rule, When
from gate.policy.rule_shape import RuleShape, WhenShape
from gate.policy.schedule import Dated, Schedule, StepShape
from gate.policy.site import Site

T_ = TypeVar("T_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The files of a policy, each in its shape, and the issuers it is for."""

    policy: PolicyFile
    policy_document: Document
    grants: GrantsFile
    grants_document: Document
    exceptions: ExceptionsFile
    exceptions_document: Document
    holders: HoldersFile
    holders_document: Document
    lists: Mapping[str, ListText]
    certificate_profiles: Mapping[str, tuple[CertificateProfileFile, Document]]
    issuers: Mapping[str, Issuer] | None
    site: Site


def define(sources: Sources) -> Definitions:
    """Everything that rules may name; notes what names something that is not there."""
    place = Place(sources.policy_document)
    profiles = {
        name: Profile(
            name=name,
            title=shape.title,
            certificate=shape.certificate,
            certificate_type=shape.type,
            identifiers=frozenset(shape.identifiers),
        )
        for name, shape in sources.policy.profiles.items()
    }
    definitions = Definitions(
        profiles=profiles,
        issuers=sources.issuers,
        lists=dict(_lists(sources, place.below("lists"))),
        certificate_profiles={
            file: profile_of(shape, Place(document))
            for file, (shape, document) in sources.certificate_profiles.items()
        },
        schedules={
            name: _schedule(name, steps) for name, steps in sources.policy.schedules.items()
        },
        schedule_places={name: place.below("schedules", name) for name in sources.policy.schedules},
        linters={name: each.version for name, each in sources.policy.linters.items()},
        site=sources.site,
    )
    definitions.grants = tuple(_grants(sources, definitions))
    definitions.holders = holders_of(
        sources.holders.holders,
        policy=sources.policy.name,
        site=sources.site,
        place=Place(sources.holders_document, ("holders",)),
    )
    return definitions


def rules_of(sources: Sources, definitions: Definitions) -> tuple[Rule, ...]:
    """The rules in the order of the file; notes what they get wrong, alone and together."""
    place = Place(sources.policy_document, ("rules",))
    first: dict[str, int] = {}
    rules = []
    for at, shape in enumerate(sources.policy.rules):
        where = place.below(at)
        if shape.id in first:
            again = f"the id {quoted(shape.id)} is already that of rule number {first[shape.id]}"
            where.below("id").note(again)
        first.setdefault(shape.id, at + 1)
        rules.append((_rule(shape, definitions, where), where))
    check_coverage(rules, definitions.profiles.values(), place)
    _refuse_unused(sources, definitions)
    return tuple(rule for rule, _ in rules)


def _schedule(name: str, steps: tuple[StepShape, ...]) -> Schedule[timedelta]:
    return Schedule(tuple(Dated(step.start, step.length) for step in steps), name)


def _lists(sources: Sources, place: Place) -> Iterator[tuple[str, NameList]]:
    problems = sources.policy_document.problems
    named = set[str]()
    for name, shape in sources.policy.lists.items():
        named.add(shape.file)
        text = sources.lists.get(shape.file)
        if text is None:
            hint = did_you_mean(shape.file, sources.lists)
            place.below(name, "file").note(f"there is no file {quoted(shape.file)}{hint}")
        else:
            _refuse_few(len(text.lines), shape, place.below(name))
        age = shape.greatest_age.length if shape.greatest_age else None
        read = text or ListText(shape.file)
        yield name, name_list(name, read, of=shape.of, greatest_age=age, problems=problems)
    for file in sources.lists.keys() - named:
        problems.add(file, 0, 0, "no list of the policy names this file")


def _refuse_few(count: int, shape: ListShape, place: Place) -> None:
    if count == 0:
        place.note(f"the file {quoted(shape.file)} has no entries")
    elif count < shape.at_least:
        text = f"the list has {count} entries, at least {shape.at_least} are required"
        place.below("at_least").note(text)


def _grants(sources: Sources, definitions: Definitions) -> Iterator[Grant]:
    place = Place(sources.grants_document, ("grants",))
    for at, shape in enumerate(sources.grants.grants):
        where = place.below(at)
        definitions.check("profile", shape.profiles, definitions.profiles, where.below("profiles"))
        issuers = definitions.find_issuers(shape.issuers, where.below("issuers"))
        public = [issuer.name for issuer in issuers if issuer.trust is Trust.PUBLIC]
        for number, purpose in enumerate(shape.purposes):
            if public and purpose in TEST_PURPOSES:
                text = f"{quoted(purpose.value)} can never be granted for the public issuer"
                where.below("purposes", number).note(f"{text} {quoted(public[0])}")
        yield Grant(
            accounts=frozenset(shape.accounts),
            profiles=frozenset(shape.profiles),
            issuers=frozenset(shape.issuers),
            purposes=frozenset(shape.purposes),
        )


def _rule(shape: RuleShape, definitions: Definitions, place: Place) -> Rule:
    if shape.starts and shape.ends and shape.ends <= shape.starts:
        place.below("ends").note("the rule ends before it starts")
    definitions.given.clear()
    requirement = shape.resolve(definitions, place)
    return Rule(
        rule_id=shape.id,
        title=shape.title,
        requirement=requirement,
        when=_when(shape.when, definitions, place.below("when")),
        ladder=shape.mode,
        starts=shape.starts,
        ends=shape.ends,
        references=shape.references,
        requester_help=shape.requester_help,
        exceptable=shape.exceptable,
        lists=tuple(definitions.given.values()),
    )


def _when(shape: WhenShape, definitions: Definitions, place: Place) -> When:
    profiles = frozenset(shape.profiles) if shape.profiles else None
    definitions.check(
        "profile", shape.profiles or (), definitions.profiles, place.below("profiles")
    )
    definitions.find_issuers(shape.issuers or (), place.below("issuers"))
    accounts = definitions.accounts
    definitions.check("account", shape.accounts or (), accounts, place.below("accounts"))
    if shape.certificate_types:
        of_type = frozenset(
            name
            for name, profile in definitions.profiles.items()
            if profile.certificate_type in shape.certificate_types
        )
        profiles = of_type if profiles is None else profiles & of_type
        if not profiles and definitions.profiles.keys() >= set(shape.profiles or ()):
            place.below("certificate_types").note("no profile is left to which the rule applies")
    return When(
        environments=_set(shape.environments),
        profiles=profiles,
        issuers=_set(shape.issuers),
        accounts=_set(shape.accounts),
        purposes=_set(shape.purposes),
        stages=_set(shape.stages),
    )


def _set(given: tuple[T_, ...] | None) -> frozenset[T_] | None:
    return None if given is None else frozenset(given)


def _refuse_unused(sources: Sources, definitions: Definitions) -> None:
    place = Place(sources.policy_document)
    for section in ("lists", "schedules"):
        for name in getattr(sources.policy, section):
            if (section, name) not in definitions.used:
                place.below(section, name).note("no rule uses it", at_key=True)
    for file in sources.certificate_profiles:
        if ("certificate_profiles", file) not in definitions.used:
            sources.policy_document.problems.add(file, 0, 0, "no rule names this file")
    written = sources.policy_document.root.plain()
    as_list = isinstance(written, dict) and isinstance(written.get("linters"), tuple)
    for at, name in enumerate(sources.policy.linters):
        if ("linters", name) not in definitions.used:
            step = at if as_list else name
            text = f"no rule has a threshold for {quoted(name)}"
            place.below("linters", step).note(text, at_key=True)
