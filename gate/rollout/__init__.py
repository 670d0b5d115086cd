"""How a policy comes into force: signed, compiled apart, tested, compared, then swapped in.

Before that it can be judged beside the active one, as a candidate that decides nothing.
"""

from gate.rollout.candidate import Candidate
from gate.rollout.catalog import ActivePolicy, PolicyCatalog, RuleNow
from gate.rollout.change_control import ChangeControl
from gate.rollout.messages import MAX_BUNDLE
from gate.rollout.rollout import Admitted, Rollout
from gate.rollout.settling import Settling
from gate.rollout.shadow import Shadow, ShadowReport
from gate.rollout.shadow_book import ShadowBook
from gate.rollout.standing import Standing
from gate.rollout.trials import Limits, Surroundings, Trials
from gate.rollout.watch import PolicyWatch

__all__ = [
    "MAX_BUNDLE",
    "ActivePolicy",
    "Admitted",
    "Candidate",
    "ChangeControl",
    "Limits",
    "PolicyCatalog",
    "PolicyWatch",
    "Rollout",
    "RuleNow",
    "Settling",
    "Shadow",
    "ShadowBook",
    "ShadowReport",
    "Standing",
    "Surroundings",
    "Trials",
]
