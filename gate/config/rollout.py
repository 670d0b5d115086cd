"""The rollout of policies, put together from a gate's configuration."""

from collections.abc import Mapping

from gate.config.configuration import Configuration
from gate.config.policies import gate_site, read_folder
from gate.config.sources import Sources, seconds
from gate.errors import ConfigError
from gate.policy import Site
from gate.record import DecisionLog, EvidenceLedger
from gate.rollout import (
    Admitted,
    ChangeControl,
    PolicyWatch,
    Rollout,
    Settling,
    Standing,
    Surroundings,
    Trials,
)
from gate.rollout.trial_tests import OPERATORS
from gate.service import Gate

Files = Mapping[str, bytes]

_SITE = f"{gate_site.__module__}:{gate_site.__name__}"


def site_of(configuration: Configuration) -> Site:
    """What this gate loads policies for."""
    return gate_site(
        configuration.issuers,
        people=configuration.policy_people,
        longest_exception=configuration.longest_exception,
    )


def surroundings_of(configuration: Configuration) -> Surroundings:
    """The same for a process of its own."""
    return Surroundings(
        site=_SITE,
        issuers=configuration.issuers,
        people=configuration.policy_people,
        longest_exception=configuration.longest_exception,
    )


def open_rollout(
    configuration: Configuration,
    site: Site,
    ledger: EvidenceLedger,
    log: DecisionLog,
    sources: Sources,
) -> Rollout:
    """What new policies of this gate have to pass."""
    return Rollout(
        control=ChangeControl(
            environment=configuration.environment, people=configuration.policy_people
        ),
        site=site,
        trials=Trials(surroundings_of(configuration), lambda: _operators_tests(configuration)),
        ledger=ledger,
        log=log,
        **sources,
    )


def admit_first(configuration: Configuration, rollout: Rollout, files: Files) -> Admitted:
    """The policy that judges from the start; raises ConfigError with all that is against it."""
    try:
        return rollout.admit(files)
    except ConfigError as error:
        problems = (_with_folder(configuration, problem) for problem in error.problems)
        raise ConfigError(*problems) from None


def open_watch(
    configuration: Configuration, rollout: Rollout, gate: Gate, standing: Standing, files: Files
) -> PolicyWatch:
    """The watch over the policy's folder, in which these files were at the start."""
    return PolicyWatch(
        settling=Settling(lambda: read_folder(configuration.policy)),
        rollout=rollout,
        gate=gate,
        standing=standing,
        interval=configuration.policy_watch,
        active=files,
        seconds=seconds,
    )


def _with_folder(configuration: Configuration, problem: str) -> str:
    """A problem with the whole path of its file, so that it can be opened from where one is."""
    if problem.startswith(OPERATORS):
        return f"{configuration.policy_tests}/{problem.removeprefix(OPERATORS)}"
    return f"{configuration.policy}/{problem}"


def _operators_tests(configuration: Configuration) -> Files | None:
    folder = configuration.policy_tests
    return None if folder is None else read_folder(folder)
