"""Overrides: what single lints of a linter count as, for a time and with a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BeforeValidator, Field

from gate.model import Case, Finding, Severity
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, opposite
from gate.policy.named import LinterName, ProfileName
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.scalars import Moment, SomeOf, Text, Versions, one_of, words_of
from gate.policy.sentences import date_of, enumerated
from gate.policy.shape import Shape
from gate.policy.site import LintCatalogue

IGNORED = "ignored"

TREATMENTS: Mapping[str, Severity | None] = {
    IGNORED: None,
    **{word: each for word, each in words_of(Severity).items() if each is not Severity.FATAL},
}
"""What a finding may be treated as; None for not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What the findings of one lint count as until a date, perhaps for some profiles only.

    `message_contains` keeps it to findings whose message holds this text, since one lint may
    look at several things. A fatal finding stays fatal: the linter could not do its work.
    """

    linter: str
    lint: str
    treat_as: Severity | None
    profiles: frozenset[str] | None
    message_contains: str
    until: datetime
    reason: str

    @property
    def subject(self) -> tuple[str, str, str, frozenset[str] | None]:
        """What it is about; of two versions of a policy, those about the same are compared."""
        return self.linter, self.lint, self.message_contains, self.profiles

    def matches(self, linter: str, found: Finding, case: Case) -> bool:
        """Whether the finding is one that it is about."""
        profile = case.request.context.profile
        return (
            (self.linter, self.lint) == (linter, found.code)
            and (self.profiles is None or profile in self.profiles)
            and self.message_contains in found.message
        )

    def severity(self, found: Finding, case: Case) -> Severity | None:
        """What the finding counts as; of both where a release could be used after the end."""
        if case.release_ends < self.until:
            return self.treat_as
        return strictest([self.treat_as, found.severity])

    def in_words(self) -> str:
        """A clause with all of it."""
        holding = quoted(self.message_contains)
        about = f" with {holding} in its message" if self.message_contains else ""
        where = f" for profile {enumerated(sorted(self.profiles), 'or')}" if self.profiles else ""
        return (
            f"what {self.linter} reports as {quoted(self.lint)}{about}{where} counts as "
            f"{word_of(self.treat_as)} until {date_of(self.until)}: {self.reason}"
        )


def treated(
    overrides: Iterable[Override], linter: str, found: Finding, case: Case
) -> Severity | None:
    """What a finding counts as; None where it is ignored. Of several overrides the strictest."""
    if found.severity is Severity.FATAL:
        return found.severity
    severities = [
        override.severity(found, case)
        for override in overrides
        if case.at < override.until and override.matches(linter, found, case)
    ]
    return strictest(severities) if severities else found.severity


def strictest(severities: Iterable[Severity | None]) -> Severity | None:
    """The worst of them; None is better than any."""
    return max(severities, key=lambda each: 0 if each is None else each.value)


def word_of(severity: Severity | None) -> str:
    """The word by which policies name a treatment."""
    return IGNORED if severity is None else severity.name.lower()


def between_overrides(
    new: Iterable[Override], old: Iterable[Override], thresholds: Mapping[str, Severity]
) -> Iterator[Difference]:
    """What changed in the overrides; `thresholds` say from which severity on a finding blocks.

    One whose treatment blocks can only add blocks, another can only take some away. Shortly
    before its end, though, that other one lets nothing pass: where it goes, or ends sooner,
    and one for the same findings stays, these may pass just then.
    """
    now, was = {each.subject: each for each in new}, {each.subject: each for each in old}
    for subject in now.keys() | was.keys():
        one, others = was.get(subject), (each for key, each in now.items() if key != subject)
        shared = one is not None and any(_meet(one, other) for other in others)
        yield from _between(now.get(subject), one, thresholds, shared=shared)


def _between(
    new: Override | None,
    old: Override | None,
    thresholds: Mapping[str, Severity],
    *,
    shared: bool,
) -> Iterator[Difference]:
    added = Change.UNCLEAR
    if new is not None:
        added = _effect(new, thresholds)
        if old is None:
            yield Difference(added, f"override added: {new.in_words()}")
    if old is not None and new is None:
        change = _end(_effect(old, thresholds), shared=shared)
        yield Difference(change, f"override removed: {old.in_words()}")
    if new is None or old is None:
        return
    what = f"override of {quoted(new.lint)}"
    if new.treat_as != old.treat_as:
        stricter = strictest([new.treat_as, old.treat_as]) == new.treat_as
        text = f"{what}: treated as {word_of(new.treat_as)}, it was {word_of(old.treat_as)}"
        yield Difference(Change.STRICTER if stricter else Change.LOOSER, text)
    if new.until != old.until:
        text = f"{what}: until {date_of(new.until)}, it was {date_of(old.until)}"
        yield Difference(added if new.until > old.until else _end(added, shared=shared), text)
    if new.reason != old.reason:
        yield Difference(Change.SAME, f"{what}: another reason")


def _end(added: Change, *, shared: bool) -> Change:
    """What it changes that an override with this effect ends."""
    return Change.UNCLEAR if shared and added is Change.LOOSER else opposite(added)


def _effect(override: Override, thresholds: Mapping[str, Severity]) -> Change:
    threshold = thresholds.get(override.linter)
    if threshold is None:
        return Change.SAME
    blocks = override.treat_as is not None and override.treat_as >= threshold
    return Change.STRICTER if blocks else Change.LOOSER


class LintShape(Shape):
    """One lint: the linter, and the code of its findings."""

    linter: LinterName = Field(description="The linter's name.", examples=["pkilint"])
    id: Text = Field(
        description="The code of the finding, as the linter reports it.",
        examples=["cabf.serverauth.dv.common_name_attribute_present"],
    )


class OverrideShape(Shape):
    """What the findings of one lint count as; never for a finding that is fatal."""

    lint: LintShape = Field(
        description="The lint whose findings are meant.",
        examples=[{"linter": "pkilint", "id": "cabf.serverauth.dv.common_name_attribute_present"}],
    )
    treat_as: Annotated[Severity | None, BeforeValidator(one_of(TREATMENTS))] = Field(
        description="What they count as: `ignored`, or a severity.", examples=["ignored", "error"]
    )
    profiles: SomeOf[ProfileName] | None = Field(
        default=None, description="The profiles for which it holds; left out, for all."
    )
    message_contains: Text = Field(
        default="",
        description="Only findings whose message holds this text, since one lint may look at "
        "several things.",
        examples=["OU"],
    )
    until: Moment = Field(
        description="From when on it no longer holds: every override ends.",
        examples=["2027-06-30"],
    )
    known_from: Versions | None = Field(
        default=None,
        description="The versions of the linter that know the lint; the present one need not.",
        examples=[">=0.14"],
    )
    reason: Text = Field(
        description="Why, for whoever reads the policy later.",
        examples=["first weeks of a new lint, see ticket 9001"],
    )


def overrides_of(
    shapes: Iterable[OverrideShape], definitions: Definitions, place: Place
) -> tuple[Override, ...]:
    """The overrides; notes lints, linters and profiles that are not there, and doubles."""
    found: list[Override] = []
    for at, shape in enumerate(shapes):
        where = place.below(at)
        definitions.check(
            "profile", shape.profiles or (), definitions.profiles, where.below("profiles")
        )
        _check_lint(shape, definitions, where.below("lint"))
        override = Override(
            linter=shape.lint.linter,
            lint=shape.lint.id,
            treat_as=shape.treat_as,
            profiles=frozenset(shape.profiles) if shape.profiles else None,
            message_contains=shape.message_contains,
            until=shape.until,
            reason=shape.reason,
        )
        for number, other in enumerate(found, start=1):
            if _double(override, other):
                where.below("lint").note(f"override number {number} is for the same findings")
        found.append(override)
    return tuple(found)


def _double(one: Override, other: Override) -> bool:
    return one.message_contains == other.message_contains and _meet(one, other)


def _meet(one: Override, other: Override) -> bool:
    """Whether one finding may be what both are about."""
    shared = one.profiles is None or other.profiles is None or one.profiles & other.profiles
    return (one.linter, one.lint) == (other.linter, other.lint) and bool(shared)


def _check_lint(shape: OverrideShape, definitions: Definitions, place: Place) -> None:
    linter, lint = shape.lint.linter, shape.lint.id
    if linter not in definitions.linters:
        hint = did_you_mean(linter, definitions.linters)
        place.below("linter").note(f"no linter is called {quoted(linter)}{hint}")
        return
    catalogue = (definitions.site.catalogues or {}).get(linter)
    if catalogue is None or lint in catalogue.lints:
        return
    name = f"{linter} {catalogue.version}"
    if shape.known_from is None:
        hint = did_you_mean(lint, catalogue.lints)
        place.below("id").note(f"{name} has no lint {quoted(lint)}{hint}")
    elif _within(catalogue, shape.known_from):
        text = f"{name} has no lint {quoted(lint)}, and `known_from` says that it has"
        place.below("id").note(f"{text}{did_you_mean(lint, catalogue.lints)}")


def _within(catalogue: LintCatalogue, versions: SpecifierSet) -> bool:
    return is_version_of(catalogue.version, versions)


def is_version_of(version: str, versions: SpecifierSet) -> bool:
    """Whether a version is one of these; what is no version is none of them."""
    try:
        return versions.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False
