"""DecisionLogService: what was decided, and the proof that the log holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gate.rpc.convert_answer import proven_to_message
from gate.rpc.handlers import Method
from gate.rpc.reading import read
from gate.rpc.roles import Peer, Role
from gate.rpc.status import NotFound
from gate.rpc.telling import decision_told
from gate.service import Audit
from gate.v1.decision_log_pb2 import (
    GetCheckpointRequest,
    GetCheckpointResponse,
    GetDecisionRequest,
    GetDecisionResponse,
)

READS_ALL = frozenset({Role.AUDITOR, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class DecisionLogServicer:
    """Answers the RPCs of gate.v1.DecisionLogService."""

    audit: Audit

    @property
    def methods(self) -> Mapping[str, Method[Any]]:
        """Every RPC of the service."""
        return {
            "GetDecision": Method(GetDecisionRequest, self.decision),
            "GetCheckpoint": Method(GetCheckpointRequest, self.checkpoint),
        }

    def decision(self, message: GetDecisionRequest, peer: Peer) -> GetDecisionResponse:
        """Read a decision; to a requester, those of others are as absent as unknown ones."""
        decision_id = read(
            lambda reading: reading.text("decision_id", message.decision_id, required=True)
        )
        proven = self.audit.decision(decision_id)
        if proven is not None:
            if peer.roles & READS_ALL:
                return proven_to_message(proven)
            if proven.decision.decision.caller == peer.identity:
                told = replace(proven, decision=decision_told(proven.decision))
                return proven_to_message(told)
        raise NotFound(f"there is no decision `{decision_id}`")

    def checkpoint(self, _message: GetCheckpointRequest, _peer: Peer) -> GetCheckpointResponse:
        """Read the newest signed checkpoint."""
        return GetCheckpointResponse(checkpoint=self.audit.checkpoint())
