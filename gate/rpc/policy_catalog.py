"""PolicyCatalogService: which policy judges, what it says, and how a candidate would decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.rollout import PolicyCatalog
from gate.rpc.convert_catalog import (
    active_to_message,
    exception_to_message,
    report_to_message,
    rule_to_message,
)
from gate.rpc.convert_decision import policy_to_message
from gate.rpc.decision_log import READS_ALL
from gate.rpc.handlers import Method
from gate.rpc.roles import Peer
from gate.rpc.status import NotFound
from gate.v1.policy_catalog_pb2 import (
    GetActivePolicyRequest,
    GetActivePolicyResponse,
    GetShadowReportRequest,
    GetShadowReportResponse,
    ListRulesRequest,
    ListRulesResponse,
)


@dataclass(frozen=True, slots=True)
class PolicyCatalogServicer:
    """Answers the RPCs of gate.v1.PolicyCatalogService."""

    catalog: PolicyCatalog

    @property
    def methods(self) -> Mapping[str, Method[Any]]:
        """Every RPC of the service."""
        return {
            "GetActivePolicy": Method(GetActivePolicyRequest, self.active),
            "ListRules": Method(ListRulesRequest, self.rules),
            "GetShadowReport": Method(GetShadowReportRequest, self.report),
        }

    def active(self, _message: GetActivePolicyRequest, peer: Peer) -> GetActivePolicyResponse:
        """Read which policy judges; what only concerns the CA is not for requesters."""
        return active_to_message(self.catalog.active(), whole=bool(peer.roles & READS_ALL))

    def rules(self, message: ListRulesRequest, _peer: Peer) -> ListRulesResponse:
        """Read the rules of a policy."""
        policy = self.catalog.candidate() if message.candidate else self.catalog.active().policy
        if policy is None:
            raise NotFound("no candidate is judged beside the active policy")
        return ListRulesResponse(
            policy=policy_to_message(policy.ref),
            rules=(rule_to_message(rule, policy) for rule in self.catalog.rules(policy)),
            exceptions=map(exception_to_message, self.catalog.exceptions(policy)),
        )

    def report(self, _message: GetShadowReportRequest, _peer: Peer) -> GetShadowReportResponse:
        """Read how the candidate differs."""
        found = self.catalog.report()
        if found is None:
            raise NotFound(
                "this gate has no candidate: name its folder in gate.yaml, "
                "under `policy_control: {shadow: …}`"
            )
        return report_to_message(*found)
