"""What people may ask of the policies of a gate: which one judges, what it says, what would."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from gate.model import Mode, PolicyRef
from gate.policy import Policy, PolicyException, Rule, Site, load
from gate.policy.rule import AHEAD
from gate.policy.schedule import Dated
from gate.ports import LogStorage
from gate.record import DecisionLog, find_policy, read_leaf
from gate.rollout.settling import Files
from gate.rollout.shadow import Shadow, ShadowReport
from gate.rollout.standing import Standing
from gate.service import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePolicy:
    """The policy that judges, since when, how many people signed it, and what was refused since.

    `active_since` is None where nobody noted it, `degraded` is empty where nothing is refused.
    """

    policy: Policy
    active_since: datetime | None
    signers: int
    degraded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNow:
    """A rule with the mode that it has now, and those that it takes later."""

    rule: Rule
    mode: Mode
    coming: tuple[Dated[Mode], ...]


class PolicyCatalog:
    """Reads the policies of one gate; without a `shadow` it has no candidate."""

    def __init__(
        self,
        *,
        gate: Gate,
        standing: Standing,
        storage: LogStorage,
        log: DecisionLog,
        site: Site,
        clock: Callable[[], datetime],
        shadow: Shadow | None = None,
    ) -> None:
        self._gate = gate
        self._standing = standing
        self._storage = storage
        self._log = log
        self._site = site
        self._clock = clock
        self._shadow = shadow
        self._lock = Lock()
        self._loaded: tuple[Files, Policy] | None = None

    def active(self) -> ActivePolicy:
        """The policy that judges; raises Tampered where its entry is not the log's."""
        policy = self._gate.active_policy
        return ActivePolicy(
            policy=policy,
            active_since=self._standing.activated_at,
            signers=self._signers(policy.digest),
            degraded=self._standing.trouble,
        )

    def candidate(self) -> Policy | None:
        """The candidate, None where there is none; raises ConfigError where it does not load.

        Its own process has loaded it before, within limits: only then is it loaded here.
        """
        files = self._shadow.files if self._shadow else None
        if not files:
            return None
        with self._lock:
            if self._loaded is None or self._loaded[0] is not files:
                self._loaded = files, load(files, site=self._site)
            return self._loaded[1]

    def rules(self, policy: Policy) -> Iterator[RuleNow]:
        """The rules of a policy as they stand at this moment, in its order."""
        now = self._clock()
        for rule in policy.rules:
            coming = tuple(step for step in rule.turns if step.start > now)
            mode = rule.mode_at(now)
            if mode is Mode.OFF and any(
                step.value is not Mode.OFF and step.start <= now + AHEAD for step in coming
            ):
                mode = Mode.DRY_RUN
            yield RuleNow(rule=rule, mode=mode, coming=coming)

    def exceptions(self, policy: Policy) -> Iterator[PolicyException]:
        """The exceptions of a policy that are in force at this moment."""
        now = self._clock()
        for each in policy.exceptions:
            if each.approved and each.begins <= now < each.expires:
                yield each

    def report(self) -> tuple[PolicyRef, ShadowReport] | None:
        """The active policy and how the candidate differs; None where none is shadowed.

        Raises Tampered where the log has a report otherwise than it was recorded.
        """
        active = self._gate.policy
        return None if self._shadow is None else (active, self._shadow.report(active))

    def _signers(self, digest: bytes) -> int:
        entry = find_policy(self._storage, digest)
        if entry is None:
            return 0
        self._log.attest(entry)
        signers = read_leaf(entry.leaf).fields.get("signers")
        return signers if isinstance(signers, int) else 0
