"""What auditors read: decisions with their proofs, and the checkpoint."""

from dataclasses import dataclass

from gate.model import RecordedDecision
from gate.ports import LogStorage
from gate.record import DecisionLog, decode_decision, read_leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenDecision:
    """A decision with the leaf that holds it and the proof that the log holds the leaf."""

    decision: RecordedDecision
    leaf: bytes
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The reading side of the decision log."""

    storage: LogStorage
    log: DecisionLog

    def decision(self, decision_id: str) -> ProvenDecision | None:
        """The decision with this id, or None; raises Tampered where it contradicts the log."""
        stored = self.storage.by_id(decision_id)
        if stored is None:
            return None
        # The id of a piece of evidence is a wrong question, no sign of tampering.
        self.log.attest(stored)
        if read_leaf(stored.leaf).kind != "decision":
            return None
        return ProvenDecision(
            decision=decode_decision(stored),
            leaf=stored.leaf,
            proof=self.log.prove(stored.index),
        )

    def checkpoint(self) -> str:
        """The newest signed checkpoint."""
        return self.log.checkpoint()
