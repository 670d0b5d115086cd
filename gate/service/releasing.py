"""From a recorded decision to its release: minted only for what the log holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gate.model import (
    Decision,
    Environment,
    IssuanceRequest,
    Issuer,
    RecordedDecision,
    Release,
    Trust,
    Verdict,
)
from gate.release import Minter
from gate.service.recent_proofs import RecentProofs
from gate.service.settings import Settings
from gate.tlog import leaf_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """Mints releases for one log; without a `minter` there are none, whatever the verdict."""

    settings: Settings
    minter: Minter | None
    origin: str
    clock: Callable[[], datetime]
    clock_trouble: Callable[[], str]
    proofs: RecentProofs = field(default_factory=RecentProofs)

    def release(
        self, request: IssuanceRequest, recorded: RecordedDecision, leaf: bytes, proof: str
    ) -> Release | None:
        """The release of a recorded decision; None where it has none, or none any more.

        `leaf` and `proof` are the entry's. None too while the clock is in doubt, or where the
        decision seems to lie in the future: a token must not outlive its minute.
        """
        decision = recorded.decision
        issuer = self.settings.issuers.get(request.context.issuer)
        expires_at = decision.decided_at + self.settings.release_lifetime
        if self.minter is None or issuer is None or not self._may_release(decision, issuer):
            return None
        now = self.clock()
        if not decision.decided_at <= now < expires_at or self.clock_trouble():
            return None
        # A repeat gets the same bytes again, though the log has grown and could prove it anew.
        proof = self.proofs.settle(recorded.decision_id, proof, until=expires_at, now=now)
        token = self.minter.mint(
            decision_id=recorded.decision_id,
            tbs_sha256=decision.tbs_sha256,
            issuer_spki_sha256=issuer.spki_sha256,
            environment=decision.environment,
            policy_digest=decision.policy.digest,
            log_origin=self.origin,
            log_index=recorded.log_index,
            leaf_hash=leaf_hash(leaf),
            issued_at=decision.decided_at,
            expires_at=expires_at,
        )
        return Release(token=token, expires_at=expires_at, log_entry=leaf, log_proof=proof)

    def _may_release(self, decision: Decision, issuer: Issuer) -> bool:
        """A dry run gets a token (of the other type) outside production, for test issuers."""
        if decision.policy_verdict is not Verdict.RELEASE:
            return False
        if decision.verdict is Verdict.RELEASE:
            return True
        return (
            decision.verdict is Verdict.DRY_RUN
            and self.settings.environment is not Environment.PRODUCTION
            and issuer.trust is not Trust.PUBLIC
        )
