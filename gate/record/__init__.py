"""What an entry of the log is, in which order entries become durable, and how it is proven."""

from gate.record.canonical import JSON, decode_canonical, encode_canonical
from gate.record.decisions import (
    decision_entry,
    decode_decision,
    open_decision,
    request_digest,
    request_key,
)
from gate.record.document import DecisionDocument, EvidenceRef, Importable
from gate.record.evidence import EvidenceFilter, EvidenceLedger, ListedEvidence
from gate.record.evidence_records import decode_evidence, evidence_entry
from gate.record.import_standing import APPROVALS_NEEDED, ImportStanding
from gate.record.imports import (
    Import,
    approval_entry,
    import_digest,
    import_entry,
    imported_entries,
    record_ids,
)
from gate.record.leaf import MAX_LEAF_SIZE, SALT_SIZE, Leaf, commit_private, open_private, read_leaf
from gate.record.report import Problem, Report
from gate.record.sequencer import Appended, DecisionLog
from gate.record.tree_view import TreeView, open_view
from gate.record.verify import Progress, verify

__all__ = [
    "APPROVALS_NEEDED",
    "JSON",
    "MAX_LEAF_SIZE",
    "SALT_SIZE",
    "Appended",
    "DecisionDocument",
    "DecisionLog",
    "EvidenceFilter",
    "EvidenceLedger",
    "EvidenceRef",
    "Import",
    "ImportStanding",
    "Importable",
    "Leaf",
    "ListedEvidence",
    "Problem",
    "Progress",
    "Report",
    "TreeView",
    "approval_entry",
    "commit_private",
    "decision_entry",
    "decode_canonical",
    "decode_decision",
    "decode_evidence",
    "encode_canonical",
    "evidence_entry",
    "import_digest",
    "import_entry",
    "imported_entries",
    "open_decision",
    "open_private",
    "open_view",
    "read_leaf",
    "record_ids",
    "request_digest",
    "request_key",
    "verify",
]
