"""What the pool and its workers say to each other, as bytes.

Requests are a line of JSON followed by the certificate, answers are JSON. Nothing is
pickled: a worker taken over by a hostile certificate can lie about that certificate, but
its answer is data within bounds and never code.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gate.errors import Malformed
from gate.linters.library import MAX_CODE, MAX_FINDINGS, MAX_LOCATION, MAX_MESSAGE, readable
from gate.model import CertificateType, Finding, LinterReport, LinterStatus, Severity, Stage

MAX_CERTIFICATE = 4 << 20
MAX_REQUEST = MAX_CERTIFICATE + (1 << 16)
# Every character of a finding may take the six bytes of a JSON escape.
MAX_ANSWER = 8 * MAX_FINDINGS * (MAX_CODE + MAX_LOCATION + MAX_MESSAGE)
MAX_NAME = 100

START_LIMIT = 60.0
"""Seconds within which a worker has to be warm."""

_STATUSES = (LinterStatus.COMPLETED, LinterStatus.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a worker is told first.

    `linters` are importable factories, written `package.module:Name`; `memory_limit` is in
    bytes of address space, `time_limit` in seconds per job.
    """

    linters: tuple[str, ...]
    memory_limit: int
    time_limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinterName:
    """A linter as a worker announces it when it is ready."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One certificate for one linter, which is given by its place in the setup.

    The answer repeats `number`, so that no answer is taken for that to another job.
    """

    number: int
    linter: int
    certificate_type: CertificateType
    stage: Stage
    certificate: bytes


def encode_setup(setup: Setup) -> bytes:
    """Write the first message to a worker."""
    return _encode([setup.linters, setup.memory_limit, setup.time_limit])


def decode_setup(message: bytes) -> Setup:
    """Read the first message in the worker; the pool is trusted."""
    linters, memory_limit, time_limit = json.loads(message)
    return Setup(linters=tuple(linters), memory_limit=memory_limit, time_limit=time_limit)


def encode_ready(names: tuple[LinterName, ...]) -> bytes:
    """Write a worker's first answer, when it is warm."""
    return _encode({"ready": [[name.name, name.version] for name in names]})


def encode_unready(why: str) -> bytes:
    """Write a worker's first and last answer, when it cannot work."""
    return _encode({"failed": readable(why, MAX_MESSAGE)})


def decode_ready(message: bytes, *, count: int) -> tuple[LinterName, ...]:
    """Read the names and versions of a worker's `count` linters, in the setup's order.

    Raises Malformed with the worker's reason where it cannot work, and where the answer
    is not one.
    """
    answer = _object(message)
    if "failed" in answer:
        raise Malformed(readable(str(answer["failed"]), MAX_MESSAGE))
    names = tuple(
        LinterName(name=_text(name, MAX_NAME), version=_text(version, MAX_NAME))
        for name, version in _rows(answer.get("ready"), width=2)
    )
    if len(names) != count:
        raise Malformed(f"a worker announces {len(names)} linters where it has {count}")
    return names


def encode_job(job: Job) -> bytes:
    """Write a job for a worker."""
    return (
        _encode([job.number, job.linter, job.certificate_type, job.stage]) + b"\n" + job.certificate
    )


def decode_job(message: bytes) -> Job:
    """Read a job in the worker; the pool is trusted."""
    head, _, certificate = message.partition(b"\n")
    number, linter, certificate_type, stage = json.loads(head)
    return Job(
        number=number,
        linter=linter,
        certificate_type=CertificateType(certificate_type),
        stage=Stage(stage),
        certificate=certificate,
    )


def encode_report(report: LinterReport, number: int) -> bytes:
    """Write a worker's answer to the job of this number.

    Name and version are known from its first answer.
    """
    rows = [[each.code, each.severity, each.message, each.location] for each in report.findings]
    return _encode({"job": number, "status": report.status, "findings": rows})


def decode_report(message: bytes, number: int, linter: LinterName) -> LinterReport:
    """Read a worker's answer to a job; raises Malformed where it is none, or another's."""
    answer = _object(message)
    if answer.get("job") != number:
        raise Malformed("an answer to a question that was not asked")
    status = next((each for each in _STATUSES if each == answer.get("status")), None)
    if status is None:
        raise Malformed("an answer without a status")
    source = f"{linter.name}@{linter.version}"
    findings = tuple(
        Finding(
            code=_text(code, MAX_CODE),
            severity=_severity(severity),
            message=_text(message, MAX_MESSAGE),
            location=_text(location, MAX_LOCATION),
            source=source,
        )
        for code, severity, message, location in _rows(answer.get("findings"), width=4)
    )
    if status is LinterStatus.FAILED and not findings:
        raise Malformed("a failure without a reason")
    return LinterReport(name=linter.name, version=linter.version, status=status, findings=findings)


def _encode(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _object(message: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        raise Malformed("an answer that is not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("an answer that is not a JSON object")
    return value


def _rows(value: object, *, width: int) -> list[list[object]]:
    if not isinstance(value, list) or len(value) > MAX_FINDINGS:
        raise Malformed(f"an answer without a list of at most {MAX_FINDINGS} rows")
    for row in value:
        if not isinstance(row, list) or len(row) != width:
            raise Malformed(f"a row that has not {width} fields")
    return value


def _text(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit or not value.isprintable():
        raise Malformed(f"a field that is not plain text of at most {limit} characters")
    return value


def _severity(value: object) -> Severity:
    # A bool is an int to Python, and would pass for INFO.
    if type(value) is not int or value not in list(Severity):
        raise Malformed("a field that is not a severity")
    return Severity(value)
