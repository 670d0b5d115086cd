"""The order of the steps: judge, record, release; evidence in, log out."""

from gate.record import ListedEvidence
from gate.service.audit import Audit
from gate.service.gate import Answer, Gate, Settings
from gate.service.registry import EvidenceRegistry

__all__ = ["Answer", "Audit", "EvidenceRegistry", "Gate", "ListedEvidence", "Settings"]
