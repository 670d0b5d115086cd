"""What a linter that is a library has to be, and how its answer is kept within bounds."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from gate.model import CertificateType, Finding, LinterReport, LinterStatus, Severity, Stage

MAX_FINDINGS = 200
MAX_CODE = 200
MAX_LOCATION = 300
MAX_MESSAGE = 500

_CODES = {
    LinterStatus.FAILED: "gate.linter_failed",
    LinterStatus.TIMED_OUT: "gate.linter_timed_out",
}


class LibraryLinter(ABC):
    """A linter that runs inside the process that calls it.

    What a hostile certificate can do to a library (hang, crash, eat memory) it does to
    this process, so the gate runs these in the workers of a `LinterPool`. They are made
    without arguments, and making one does all that need be done only once.
    """

    name: str
    version: str

    @abstractmethod
    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> Iterable[Finding]:
        """Ask the library about a DER certificate; `source` is filled in by `lint`.

        May raise anything, SystemExit included: the linter has then failed.
        """

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> LinterReport:
        """Report on one certificate; never raises."""
        try:
            found = tuple(self.findings(certificate, certificate_type, stage))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the linter failed
            why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return unanswered(self.name, self.version, LinterStatus.FAILED, why)
        return LinterReport(
            name=self.name,
            version=self.version,
            status=LinterStatus.COMPLETED,
            findings=bounded(found, self.name, self.version),
        )


def unanswered(name: str, version: str, status: LinterStatus, why: str) -> LinterReport:
    """Make the report of a linter that gave no answer; its one finding says why."""
    finding = Finding(
        code=_CODES[status],
        severity=Severity.ERROR,
        message=readable(f"{name} gave no answer: {why}", MAX_MESSAGE),
        source=f"{name}@{version}",
    )
    return LinterReport(name=name, version=version, status=status, findings=(finding,))


def bounded(findings: tuple[Finding, ...], name: str, version: str) -> tuple[Finding, ...]:
    """Give findings their source, and cut them to MAX_FINDINGS pieces of bounded text.

    Where there are more, the worst are kept and one further finding says how many were cut.
    It is as severe as the worst of those, so that no flood of findings that a policy
    accepts can push out one that it does not.
    """
    source = f"{name}@{version}"
    if len(findings) <= MAX_FINDINGS:
        return tuple(_short(finding, source) for finding in findings)
    worst_first = sorted(findings, key=lambda finding: -finding.severity)
    kept, cut = worst_first[: MAX_FINDINGS - 1], worst_first[MAX_FINDINGS - 1 :]
    note = Finding(
        code=f"{name}.findings_cut",
        severity=cut[0].severity,
        message=f"{len(cut)} of {len(findings)} findings were cut; the worst of them is "
        f"`{cut[0].code}`",
    )
    return tuple(_short(finding, source) for finding in (*kept, note))


def readable(text: str, limit: int) -> str:
    """Write a text without control characters, in at most `limit` characters.

    Linters quote the certificate, and what it holds may be escapes for a terminal or
    half a surrogate pair that no other system could encode.
    """
    plain = text[: limit + 1]
    if not plain.isprintable():
        plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in plain)
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def _short(finding: Finding, source: str) -> Finding:
    return Finding(
        code=readable(finding.code, MAX_CODE),
        severity=finding.severity,
        message=readable(finding.message, MAX_MESSAGE),
        location=readable(finding.location, MAX_LOCATION),
        source=source,
    )
