"""What the names in a policy stand for, and which of them rules have used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from packaging.specifiers import SpecifierSet

from gate.model import Issuer
from gate.policy.certificate_profile.profile import CertificateProfile
from gate.policy.document import Document, Mark, Path
from gate.policy.holders import ApprovedHolder
from gate.policy.lists import EntryType, NameList
from gate.policy.policy import Grant, Profile
from gate.policy.prefixes import Prefixes
from gate.policy.problems import closest, did_you_mean
from gate.policy.quoting import quoted
from gate.policy.schedule import LimitShape, Schedule
from gate.policy.site import Site


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document, where a kind may note what is wrong there."""

    document: Document
    path: Path = ()

    def below(self, *path: str | int) -> "Place":
        """A place further down."""
        return Place(self.document, (*self.path, *path))

    def note(self, text: str, *, at_key: bool = False, within: Mark | None = None) -> None:
        """Note a mistake here, or at a line and column within the text that stands here."""
        self.document.add(self.path, text, at_key=at_key, within=within)


@dataclass(slots=True, kw_only=True)
class Definitions:
    """Profiles, grants, issuers, lists, schedules and linters by name.

    Where a name stands for nothing, the mistake is noted where it was written and None or
    something empty is given, so that reading goes on. `given` are the lists that were handed
    out since it was last emptied; `linters` come with the versions that may answer.
    """

    profiles: Mapping[str, Profile]
    issuers: Mapping[str, Issuer] | None
    grants: tuple[Grant, ...] = ()
    holders: tuple[ApprovedHolder, ...] = ()
    lists: Mapping[str, NameList]
    certificate_profiles: Mapping[str, CertificateProfile] = field(default_factory=dict)
    schedules: Mapping[str, Schedule[timedelta]]
    schedule_places: Mapping[str, Place]
    linters: Mapping[str, SpecifierSet | None]
    site: Site
    used: set[tuple[str, str]] = field(default_factory=set)
    given: dict[str, NameList] = field(default_factory=dict)
    _prefixes: dict[str, Prefixes] = field(default_factory=dict)

    @property
    def accounts(self) -> frozenset[str]:
        """Every account that a grant names."""
        return frozenset(account for grant in self.grants for account in grant.accounts)

    def check(self, what: str, names: Iterable[str], known: Iterable[str], place: Place) -> None:
        """Note each of the names that is not known; `what` says what it should be."""
        known = frozenset(known)
        for at, name in enumerate(names):
            if name not in known:
                hint = did_you_mean(name, known)
                place.below(at).note(f"no {what} is called {quoted(name)}{hint}")

    def find_issuers(self, names: Sequence[str], place: Place) -> tuple[Issuer, ...]:
        """The issuers of these names; notes one that is not there, unless none are known."""
        if self.issuers is None:
            return ()
        self.check("issuer", names, self.issuers, place)
        return tuple(self.issuers[name] for name in names if name in self.issuers)

    def entries(self, names: Iterable[str], of: EntryType, place: Place) -> tuple[NameList, ...]:
        """The lists of these names; notes one that is not there or holds other things."""
        self.check("list", names, self.lists, place)
        found = []
        for at, name in enumerate(names):
            given = self.lists.get(name)
            self._use("lists", name, self.lists)
            if given is None:
                continue
            if given.of is not of:
                text = f"the list {quoted(name)} holds `{given.of}` entries, `{of}` is needed here"
                place.below(at).note(text)
            else:
                found.append(given)
                self.given[name] = given
        return tuple(found)

    def prefixes(self, names: Sequence[str], place: Place) -> tuple[tuple[str, Prefixes], ...]:
        """The lists of addresses of these names, ready to be asked; each is made once."""
        for found in self.entries(names, EntryType.IP_PREFIX, place):
            if found.name not in self._prefixes:
                self._prefixes[found.name] = Prefixes.of(found.entries)
        return tuple((name, self._prefixes[name]) for name in names if name in self._prefixes)

    def certificate_profile(self, file: str, place: Place) -> CertificateProfile | None:
        """What a profile file says; notes one that is not there."""
        self._use("certificate_profiles", file, self.certificate_profiles)
        found = self.certificate_profiles.get(file)
        if found is None:
            hint = did_you_mean(file, self.certificate_profiles)
            place.note(f"there is no file {quoted(file)}{hint}")
        return found

    def threshold(self, linter: str, place: Place) -> None:
        """Note a linter that the policy does not require."""
        self._use("linters", linter, self.linters)
        if linter not in self.linters:
            hint = did_you_mean(linter, self.linters)
            place.note(f"no linter is called {quoted(linter)}{hint}", at_key=True)

    def _use(self, section: str, name: str, known: Iterable[str]) -> None:
        """Count a name as used; of a misspelt one, the name that was probably meant."""
        known = tuple(known)
        meant = name if name in known else closest(name, known)
        if meant is not None:
            self.used.add((section, meant))

    def limit(
        self, shape: LimitShape, place: Place
    ) -> tuple[Schedule[timedelta], tuple[Place, ...]]:
        """The limit by date, and where each of its steps was written."""
        if shape.schedule is None:
            return Schedule.constant(shape.length), (place,)
        known = self.schedules.get(shape.schedule)
        self._use("schedules", shape.schedule, self.schedules)
        if known is None:
            hint = did_you_mean(shape.schedule, self.schedules)
            place.below("schedule").note(f"no schedule is called {quoted(shape.schedule)}{hint}")
            return Schedule.constant(timedelta()), (place,)
        steps = self.schedule_places[shape.schedule]
        return known, tuple(steps.below(at) for at in range(len(known.steps)))
