"""The order of the steps: judge, record, release; evidence in, log out."""

from gate.record import Importable, ListedEvidence
from gate.service.audit import Audit
from gate.service.clock import FAR, TOLERANCE, SteadyClock
from gate.service.gate import Answer, Gate
from gate.service.registry import ApprovedImport, EvidenceRegistry, PendingImport
from gate.service.settings import Settings

__all__ = [
    "FAR",
    "TOLERANCE",
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
