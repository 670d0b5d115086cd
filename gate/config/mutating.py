"""Judges all mutants of a policy by its tests, in worker processes."""

import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from gate.config.policies import desk_site
from gate.workbench.mutant import Mutant
from gate.workbench.mutant_trial import Fate, MutantTrial
from gate.workbench.mutants import mutants
from gate.workbench.suite import prepare
from gate.workbench.suite_policy import load_with_tests
from gate.workbench.survivors import read_survivors, unlisted

MUTANTS_AT_ONCE = 16
"""How many mutants a worker is given at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationReport:
    """How many mutants there are, and which survive the tests.

    `same` are those that change nothing which is ever judged. `survivors` have no reason to
    survive; `listed` have one, by the name of the mutant.
    """

    total: int
    same: int
    survivors: tuple[Mutant, ...]
    listed: Mapping[str, str]

    @property
    def killed(self) -> int:
        """How many the tests noticed."""
        return self.total - self.same - len(self.survivors) - len(self.listed)


def mutate(
    files: Mapping[str, bytes], *, workers: int, progress: Callable[[int, int], None]
) -> MutationReport:
    """Judge every mutant of the policy in these files by the tests among them.

    Raises PolicyError for mistakes in policy or tests, and where a mutant that is listed does not
    exist or does not survive; Refused where the policy itself does not pass its tests.
    """
    survivors = read_survivors(files)
    found, fates = tuple(_mutants(files)), list[Fate]()
    for part in _parts(files, len(found), workers):
        fates += part
        progress(len(fates), len(found))
    survived = [each for each, fate in zip(found, fates, strict=True) if fate is Fate.SURVIVES]
    survivors.check({each.name for each in survived}, {each.name for each in found})
    return MutationReport(
        total=len(found),
        same=fates.count(Fate.SAME),
        survivors=unlisted(survived, survivors),
        listed=survivors.reasons,
    )


def _mutants(files: Mapping[str, bytes]) -> Iterator[Mutant]:
    _, suites = load_with_tests(files, desk_site())
    return mutants(files, replace(desk_site(), issuers=suites.issuers))


def _parts(files: Mapping[str, bytes], count: int, workers: int) -> Iterator[list[Fate]]:
    """The fates of one stretch of the mutants after the other."""
    starts = range(0, count, MUTANTS_AT_ONCE)
    if workers == 1:
        yield from map(_Worker(files).run, starts)
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(dict(files),)
    ) as pool:
        try:
            yield from pool.map(_run, starts)
        finally:
            pool.shutdown(cancel_futures=True)


class _Worker:
    """The mutants of a policy, and its tests ready to judge them; made at the first stretch.

    What is raised where a process starts would be told as the end of that process.
    """

    files: Mapping[str, bytes]
    here: "_Worker | None" = None

    def __init__(self, files: Mapping[str, bytes]) -> None:
        policy, suites = load_with_tests(files, desk_site())
        site = replace(desk_site(), issuers=suites.issuers)
        tests = prepare(suites, policy)
        self._mutants = tuple(mutants(files, site))
        self._trial = MutantTrial(policy=policy, files=files, site=site, tests=tests)

    def run(self, start: int) -> list[Fate]:
        """The fates of the mutants from this number on."""
        stretch = self._mutants[start : start + MUTANTS_AT_ONCE]
        return [self._trial.fate(mutant) for mutant in stretch]


def _begin(files: Mapping[str, bytes]) -> None:
    # Ctrl-C is the command's, which then ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.files = files


def _run(start: int) -> list[Fate]:
    if _Worker.here is None:
        _Worker.here = _Worker(_Worker.files)
    return _Worker.here.run(start)
