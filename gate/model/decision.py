"""The decision: what floors and policy say of a case, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime

from gate.model.finding import Finding, LinterReport
from gate.model.words import BlockCause, Mode, Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What became of one rule of the policy or one floor (`rule_id` begins `floor.`)."""

    rule_id: str
    title: str
    kind: str
    mode: Mode
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    references: tuple[str, ...] = ()
    requester_help: str = ""
    exception_id: str = ""

    @property
    def blocks(self) -> bool:
        """Whether this alone keeps the bytes from being released."""
        failed = self.outcome is Outcome.FAIL or self.outcome is Outcome.ERROR
        return failed and self.mode is Mode.ENFORCE


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """Which policy judged: its name, its version and the SHA-256 of all its files."""

    name: str
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to one case.

    `policy_verdict` is RELEASE or BLOCK; `verdict` is the same or, where the gate runs in
    dry-run, DRY_RUN. `cause` is NONE unless `policy_verdict` is BLOCK; `retryable` says that only
    failures of the gate stand in the way. `findings` are the gate's own.
    """

    verdict: Verdict
    policy_verdict: Verdict
    cause: BlockCause
    retryable: bool
    environment: str
    caller: str
    findings: tuple[Finding, ...]
    rules: tuple[RuleOutcome, ...]
    linters: tuple[LinterReport, ...]
    policy: PolicyRef
    tbs_sha256: bytes
    decided_at: datetime

    @property
    def deciding(self) -> tuple[RuleOutcome, ...]:
        """The rules and floors that block, in the order in which they were judged."""
        return tuple(rule for rule in self.rules if rule.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDecision:
    """A decision that the log holds; only such a one may leave the gate."""

    decision_id: str
    log_index: int
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Leave to sign exactly the bytes of one recorded decision.

    `token` is a JWS, `log_entry` the leaf's exact bytes, `log_proof` its C2SP tlog-proof.
    """

    token: str
    expires_at: datetime
    log_entry: bytes
    log_proof: str
