"""How a policy comes to judge: tried, controlled, recorded, and only then activated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gate.errors import ConfigError
from gate.policy import Policy, Site, load
from gate.policy.change import Change
from gate.policy.comparing import compare
from gate.record import DecisionLog, EvidenceLedger, PolicyDocument, policy_entry
from gate.rollout.change_control import FIRST, ChangeControl, check_version
from gate.rollout.predecessor import Predecessor, find_predecessor
from gate.rollout.trials import Trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A policy that may judge, and since when the log says so."""

    policy: Policy
    at: datetime


class Rollout:
    """Lets policies judge that passed trial and control, each recorded before it does.

    The newest policy in the log is the one that judges, or the one that judged last. For one
    thread at a time.
    """

    def __init__(
        self,
        *,
        control: ChangeControl,
        site: Site,
        trials: Trials,
        ledger: EvidenceLedger,
        log: DecisionLog,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        new_salt: Callable[[], bytes],
    ) -> None:
        self._control = control
        self._site = site
        self._trials = trials
        self._ledger = ledger
        self._log = log
        self._clock = clock
        self._new_id = new_id
        self._new_salt = new_salt

    def admit(self, files: Mapping[str, bytes]) -> Admitted:
        """The policy of these files, which is now the newest in the log and may judge.

        Raises ConfigError with every reason against it: mistakes, failed tests, a version that
        does not grow, missing signatures. Raises Unavailable where it cannot be recorded, and
        Tampered where somebody changed what the log has of the policy before.
        """
        # 1. What has judged until now, as the log has it.
        before = find_predecessor(self._ledger)
        if before is not None and before.document and before.has_files(files):
            return self._admit_again(files, before, before.document)
        # 2. Load and test the new one where it can do no harm.
        ref = self._trials.run(files)
        # 3. Somebody answers for it, and it is new.
        signers = self._control.signers(files, ref)
        if before is not None:
            check_version(files, ref, before.ref)
        # 4. Two people answer for what it would release and the one before would not.
        policy = load(files, site=self._site)
        if policy.ref != ref:
            raise ConfigError("the policy that was tried out is not the one that is loaded here")
        change = self._change(policy, before)
        self._control.check_signers(change, signers)
        # 5. It may judge as soon as that is recorded.
        return self._record(policy, files, change, signers, before)

    def cancel(self) -> None:
        """End the trial under way, and let no other begin; for any thread."""
        self._trials.cancel()

    def _admit_again(
        self, files: Mapping[str, bytes], before: Predecessor, document: PolicyDocument
    ) -> Admitted:
        """The very files that the log has: signed as well as then, perhaps for other issuers."""
        policy = load(files, site=self._site)
        signers = self._control.signers(files, policy.ref)
        known = self._control.answered_for(document.signers)
        self._control.check_signers(document.change if known else Change.UNCLEAR, signers)
        if self._is_recorded(document):
            return Admitted(policy=policy, at=before.at)
        return self._record(policy, files, Change.SAME, signers, before)

    def _is_recorded(self, document: PolicyDocument) -> bool:
        """Whether the log also tells the issuers, linters and engine that it is for now."""
        now = (self._site.issuers or (), versions_of(self._site))
        return (document.issuers, dict(document.versions)) == now

    def _change(self, policy: Policy, before: Predecessor | None) -> str:
        if before is None:
            return FIRST
        # What cannot be compared may be anything, and what nobody answered for is no measure.
        known = before.document and self._control.answered_for(before.document.signers)
        old = before.loaded(self._site) if known else None
        return Change.UNCLEAR if old is None else compare(old, policy).change

    def _record(
        self,
        policy: Policy,
        files: Mapping[str, bytes],
        change: str,
        signers: tuple[str, ...],
        before: Predecessor | None,
    ) -> Admitted:
        at = self._clock()
        entry = policy_entry(
            entry_id=self._new_id(),
            at=at,
            files=files,
            ref=policy.ref,
            issuers=self._site.issuers or (),
            change=change,
            signers=signers,
            replaces=before.ref.digest if before else b"",
            versions=versions_of(self._site),
            salt=self._new_salt(),
        )
        self._log.append([entry])
        return Admitted(policy=policy, at=at)


def versions_of(site: Site) -> dict[str, str]:
    """What policies are loaded with here: each linter's version, and that of the engine."""
    versions = {each.linter: each.version for each in (site.catalogues or {}).values()}
    if site.conditions is not None:
        versions["conditions"] = site.conditions.version
    return versions
