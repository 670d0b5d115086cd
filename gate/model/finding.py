"""A finding: what a linter, floor or rule says of one thing."""

from dataclasses import dataclass

from gate.model.words import LinterStatus, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement about the certificate or its context.

    `code` is dotted and starts with its source (`gate.issuer_unknown`,
    `pkix.…`); `location` says where in the certificate or request
    (`subject_alt_name[2]`); `source` is the rule id or `linter@version`.
    """

    code: str
    severity: Severity
    message: str
    location: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinterReport:
    """What one linter said of one certificate, or that it said nothing.

    Where `status` is not COMPLETED, the findings say why and judge nothing.
    """

    name: str
    version: str
    status: LinterStatus
    findings: tuple[Finding, ...] = ()
