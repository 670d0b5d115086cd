"""Replay: recorded decisions made again, and then as another policy would make them."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from gate import __version__
from gate.decide import decide
from gate.errors import ConfigError, Refused
from gate.model import Case, CertificateType, Decision, LinterReport, Stage
from gate.policy import Policy
from gate.ports import LogStorage, StoredEntry
from gate.record import DecisionDocument, PolicyDocument, open_decision
from gate.workbench.moved_case import moved
from gate.workbench.past_decisions import leaf_of, past_decisions
from gate.workbench.recorded_case import case_of
from gate.workbench.recorded_policies import RecordedPolicies, RecordedPolicy
from gate.workbench.replay_compare import compare, lint_changes, rule_differences
from gate.workbench.replay_report import ReplayReport, Unreproduced
from gate.x509 import TBSCertificate, complete

Load = Callable[[PolicyDocument], Policy]
"""Loads a recorded policy as this software understands it; raises ConfigError."""

Lint = Callable[[bytes, CertificateType, Stage], tuple[LinterReport, ...]]
"""Runs today's linters over a certificate in DER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What is replayed: decisions made from `since` on and before `until`.

    They are judged by `policy`, as if they had come at `as_of` where that is given. `accepted`
    may be released newly: ids of decisions, and ids of rules. A rule's id stands for the
    decisions that it blocked, where every other rule that blocked them is accepted too.
    """

    policy: Policy
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    accepted: AbstractSet[str] = frozenset()


class Replayer:
    """Replays parts of one log; keeps the policies it has loaded.

    `load` loads the recorded policies with what has these `versions`; `lint`, if given, lints
    each certificate anew for the other policy.
    """

    def __init__(
        self,
        storage: LogStorage,
        replay: Replay,
        *,
        load: Load,
        versions: Mapping[str, str],
        lint: Lint | None = None,
    ) -> None:
        self._storage = storage
        self._replay = replay
        self._policies = RecordedPolicies(storage)
        self._load = load
        self._loaded: dict[int, Policy | str] = {}
        self._versions = versions
        self._lint = lint

    def run(self, start: int, stop: int) -> ReplayReport:
        """Replay the decisions among these entries.

        Raises Tampered where an entry's document is not what its leaf commits to.
        """
        report = ReplayReport()
        since, until = self._replay.since, self._replay.until
        for entry in past_decisions(self._storage, start, stop, since=since, until=until):
            report.decisions += 1
            self._take(entry, report)
        return report

    def _take(self, entry: StoredEntry, report: ReplayReport) -> None:
        # 1. Build the very case again; what the record lacks is never guessed.
        try:
            document = open_decision(entry)
            recorded = self._policies.of(document.decision.policy.digest, entry.index)
            case = case_of(document, recorded.issuers)
        except Refused as why:
            report.miss(_unreproduced(entry, str(why)))
            return
        # 2. Make the decision again by the policy that made it.
        self._reproduce(entry, document.decision, case, recorded, report)
        # 3. Judge it by the other policy, and count what differs from the record.
        self._judge(entry, document, case, report)

    def _reproduce(
        self,
        entry: StoredEntry,
        decision: Decision,
        case: Case,
        recorded: RecordedPolicy,
        report: ReplayReport,
    ) -> None:
        policy = self._loaded_policy(recorded)
        if isinstance(policy, str):
            report.miss(_unreproduced(entry, policy))
            return
        again = decide(case, policy)
        if again == decision:
            report.reproduced += 1
            return
        rules = tuple(rule_differences(decision.rules, again.rules))
        report.miss(_unreproduced(entry, self._changed(entry, recorded.document), rules))

    def _loaded_policy(self, recorded: RecordedPolicy) -> Policy | str:
        """The policy, or why it does not load here."""
        if recorded.log_index not in self._loaded:
            try:
                loaded: Policy | str = self._load(recorded.document)
            except ConfigError as error:
                loaded = f"the policy that made it does not load here: {error.problems[0]}"
            self._loaded[recorded.log_index] = loaded
        return self._loaded[recorded.log_index]

    def _judge(
        self, entry: StoredEntry, document: DecisionDocument, case: Case, report: ReplayReport
    ) -> None:
        if self._replay.as_of is not None:
            try:
                case = moved(case, self._replay.as_of)
            except Refused as why:
                report.miss(_unreproduced(entry, str(why)))
                return
        if self._lint is not None:
            linters = self._linted(case, self._lint)
            for change in lint_changes(case.linters, linters):
                report.linting.add(change, document.decision_id)
            case = replace(case, linters=linters)
        report.judged += 1
        now = decide(case, self._replay.policy)
        compare(document.decision_id, document.decision, now, self._replay.accepted, report)

    def _linted(self, case: Case, lint: Lint) -> tuple[LinterReport, ...]:
        """As the gate lints: nothing where there is no certificate or no such profile."""
        profile = self._replay.policy.profiles.get(case.request.context.profile)
        if profile is None or not isinstance(case.certificate, TBSCertificate):
            return ()
        stage = Stage.PRECERTIFICATE if case.certificate.poisoned else Stage.CERTIFICATE
        return lint(complete(case.certificate.der), profile.certificate_type, stage)

    def _changed(self, entry: StoredEntry, recorded: PolicyDocument) -> str:
        """What is not as it was when the decision was made."""
        gate = str(leaf_of(entry.index, entry.leaf).fields["gate"])
        then = {"the gate": gate, **recorded.versions}
        now = {"the gate": __version__, **self._versions}
        changed = [
            f"{name} was {then.get(name, 'not there')} and is {now.get(name, 'not there')}"
            for name in sorted(then.keys() | now.keys())
            if then.get(name) != now.get(name)
        ]
        if not changed:
            return "it comes out otherwise, and nothing that has a version differs"
        return f"it comes out otherwise: {'; '.join(changed)}"


def _unreproduced(entry: StoredEntry, why: str, rules: tuple[str, ...] = ()) -> Unreproduced:
    return Unreproduced(decision_id=entry.entry_id, log_index=entry.index, why=why, rules=rules)
