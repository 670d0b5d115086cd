"""The shadow of a gate, put together from its configuration."""

from gate.config.configuration import Configuration
from gate.config.policies import read_folder
from gate.config.rollout import surroundings_of
from gate.config.sources import Sources, seconds
from gate.model import PolicyRef
from gate.ports import LogStorage
from gate.record import DecisionLog
from gate.rollout import Candidate, Shadow, ShadowBook


def open_shadow(
    configuration: Configuration,
    storage: LogStorage,
    log: DecisionLog,
    sources: Sources,
    active: PolicyRef,
) -> Shadow | None:
    """What judges the candidate beside this policy; None where no folder is named for one."""
    folder = configuration.shadow_policy
    if folder is None:
        return None
    return Shadow(
        candidate=Candidate(lambda: read_folder(folder), surroundings_of(configuration), seconds),
        book=ShadowBook(storage=storage, log=log, **sources),
        active=active,
        interval=configuration.policy_watch,
        seconds=seconds,
    )
