"""Limits of policies measured against the limits of the Baseline Requirements."""

from datetime import timedelta

from gate.baseline import EARLIEST, Step
from gate.policy.definitions import Place
from gate.policy.schedule import Schedule, exceeded
from gate.policy.sentences import length_of


def refuse_looser(
    limits: Schedule[timedelta], baseline: tuple[Step, ...], section: str, places: tuple[Place, ...]
) -> None:
    """Note each step that allows more than the baseline does on some day of its life.

    `places` says where each step of the limits was written.
    """
    for at, moment, most in exceeded(limits, baseline):
        given = length_of(limits.steps[at].value)
        since = "" if moment == EARLIEST else f" from {moment:%Y-%m-%d} on"
        text = f"{given} is more than {section} allows{since}, which is {length_of(most)}"
        places[at].note(f"{text}: no policy can loosen it")
