"""The order of the steps: judge, record, release; evidence in, log out."""

from gate.record import Importable, ListedEvidence
from gate.service.audit import Audit
from gate.service.clock import SteadyClock
from gate.service.gate import Answer, Gate, Settings
from gate.service.registry import ApprovedImport, EvidenceRegistry, PendingImport

__all__ = [
    "Answer",
    "ApprovedImport",
    "Audit",
    "EvidenceRegistry",
    "Gate",
    "Importable",
    "ListedEvidence",
    "PendingImport",
    "Settings",
    "SteadyClock",
]
