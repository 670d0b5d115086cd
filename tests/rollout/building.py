"""A rollout over memory, whose trials run in this process unless a test wants the real ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from gate.model import Environment, PolicyRef
from gate.policy import Person, PolicyError, Site, load
from gate.record import DecisionLog, EvidenceLedger, PolicyDocument, open_policy
from gate.rollout import Admitted, ChangeControl, Rollout, Trials
from gate.rollout.trial_tests import failed_tests
from gate.storage import MemoryStorage
from tests import pki
from tests.policy_people import PEOPLE
from tests.rollout.bundles import SITE, surroundings
from tests.signing import SeededKey


class NearTrials(Trials):
    """Trials in this process, which are faster and end with it."""

    def __init__(self, site: Site = SITE) -> None:
        super().__init__(surroundings(), lambda: None)
        self._site = site
        self.tried = 0

    def run(self, files: Mapping[str, bytes]) -> PolicyRef:
        self.tried += 1
        policy = load(files, site=self._site)
        if problems := failed_tests(files, policy, None):
            raise PolicyError(*problems)
        return policy.ref


@dataclass(slots=True)
class Bench:
    """A rollout with all its parts within reach; `site` may be another one after a restart."""

    environment: Environment = Environment.PRODUCTION
    people: tuple[Person, ...] = PEOPLE
    site: Site = SITE
    # In memory, unless a test brings another.
    storage: Any = field(default_factory=MemoryStorage)
    now: datetime = pki.NOW
    trials: NearTrials = field(init=False)
    log: DecisionLog = field(init=False)
    ledger: EvidenceLedger = field(init=False)
    rollout: Rollout = field(init=False)

    def __post_init__(self) -> None:
        self.trials = NearTrials(self.site)
        state = self.storage.state()
        numbers = count(1000 * state.size if state else 0)
        made: dict[str, Any] = {
            "clock": lambda: self.now,
            "new_id": lambda: f"id-{next(numbers)}",
            "new_salt": lambda: next(numbers).to_bytes(32),
        }
        self.log = DecisionLog.open(self.storage, SeededKey("log"), "test.example/log", **made)
        self.ledger = EvidenceLedger(self.storage, self.log)
        self.rollout = Rollout(
            control=ChangeControl(environment=self.environment, people=self.people),
            site=self.site,
            trials=self.trials,
            ledger=self.ledger,
            log=self.log,
            **made,
        )

    def admit(self, files: Mapping[str, bytes]) -> Admitted:
        """Admit these files, an hour after whatever was before."""
        self.now += timedelta(hours=1)
        return self.rollout.admit(files)

    def restart(self, **changes: Any) -> "Bench":
        """Another rollout on what was made durable."""
        kept: dict[str, Any] = {
            "environment": self.environment,
            "people": self.people,
            "now": self.now,
        }
        return Bench(storage=self.storage.reopen(), **(kept | changes))

    @property
    def recorded(self) -> list[PolicyDocument]:
        """Every policy that the log has, in its order."""
        return [open_policy(entry) for entry in self.storage.by_lookup(["policies"])]
