"""What an entry of the log is, in which order entries become durable, and how it is proven."""

from gate.record.canonical import JSON, decode_canonical, encode_canonical
from gate.record.decisions import (
    decision_entry,
    decode_decision,
    open_decision,
    request_digest,
    request_key,
)
from gate.record.document import (
    CaseFacts,
    DecisionDocument,
    EvidenceRef,
    Importable,
    PolicyDocument,
    RecordedIdentifier,
    ShadowDocument,
)
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
from gate.record.policies import (
    find_policy,
    latest_policy,
    open_policy,
    policy_entries,
    policy_entry,
)
from gate.record.report import Problem, Report
from gate.record.sequencer import Appended, DecisionLog
from gate.record.shadow_counts import RuleDifference, ShadowCounts, Tally
from gate.record.shadows import open_shadow, shadow_entries, shadow_entry
from gate.record.tree_view import TreeView, open_view
from gate.record.verify import Progress, verify

__all__ = [
    "APPROVALS_NEEDED",
    "JSON",
    "MAX_LEAF_SIZE",
    "SALT_SIZE",
    "Appended",
    "CaseFacts",
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
    "PolicyDocument",
    "Problem",
    "Progress",
    "RecordedIdentifier",
    "Report",
    "RuleDifference",
    "ShadowCounts",
    "ShadowDocument",
    "Tally",
    "TreeView",
    "approval_entry",
    "commit_private",
    "decision_entry",
    "decode_canonical",
    "decode_decision",
    "decode_evidence",
    "encode_canonical",
    "evidence_entry",
    "find_policy",
    "import_digest",
    "import_entry",
    "imported_entries",
    "latest_policy",
    "open_decision",
    "open_policy",
    "open_private",
    "open_shadow",
    "open_view",
    "policy_entries",
    "policy_entry",
    "read_leaf",
    "record_ids",
    "request_digest",
    "request_key",
    "shadow_entries",
    "shadow_entry",
    "verify",
]
