"""To which cases a floor applies, and how a floor says what is wrong."""

from gate.errors import Malformed
from gate.model import Case, Finding, Severity, Trust


def always(_: Case) -> bool:
    """Every case, whatever its bytes and issuer are."""
    return True


def readable(case: Case) -> bool:
    """Cases whose bytes are a TBSCertificate."""
    return not isinstance(case.certificate, Malformed)


def public(case: Case) -> bool:
    """Cases for an issuer that relying parties at large trust; an unknown one counts as such."""
    return case.issuer is None or case.issuer.trust is Trust.PUBLIC


def readable_and_public(case: Case) -> bool:
    """Cases in which the Baseline Requirements bind the content."""
    return readable(case) and public(case)


def wrong(code: str, message: str, location: str = "") -> Finding:
    """A finding of a floor."""
    return Finding(code=code, severity=Severity.ERROR, message=message, location=location)
