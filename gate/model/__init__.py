"""The words of the gate as frozen values; this file is the glossary."""

from gate.model.case import Case, IdentifierFacts
from gate.model.decision import Decision, PolicyRef, RecordedDecision, Release, RuleOutcome
from gate.model.evidence import (
    ADNDerivation,
    Applicant,
    Evidence,
    EvidenceRevocation,
    Order,
    Recorded,
    Validation,
)
from gate.model.finding import Finding, LinterReport
from gate.model.identifier import Identifier, IdentifierType, ancestors
from gate.model.issuer import Issuer, refuse_doubles
from gate.model.request import IssuanceContext, IssuanceRequest
from gate.model.words import (
    TEST_PURPOSES,
    BlockCause,
    CertificateType,
    Environment,
    LinterStatus,
    Mode,
    Outcome,
    Purpose,
    Severity,
    Stage,
    Trust,
    Verdict,
)

__all__ = [
    "TEST_PURPOSES",
    "ADNDerivation",
    "Applicant",
    "BlockCause",
    "Case",
    "CertificateType",
    "Decision",
    "Environment",
    "Evidence",
    "EvidenceRevocation",
    "Finding",
    "Identifier",
    "IdentifierFacts",
    "IdentifierType",
    "IssuanceContext",
    "IssuanceRequest",
    "Issuer",
    "LinterReport",
    "LinterStatus",
    "Mode",
    "Order",
    "Outcome",
    "PolicyRef",
    "Purpose",
    "Recorded",
    "RecordedDecision",
    "Release",
    "RuleOutcome",
    "Severity",
    "Stage",
    "Trust",
    "Validation",
    "Verdict",
    "ancestors",
    "refuse_doubles",
]
