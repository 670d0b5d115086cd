"""The pool as a gate has it, over certificates of every kind."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gate.linters import LinterPool
from gate.model import CertificateType, Finding, LinterReport, LinterStatus, Severity, Stage
from gate.ports import CertificateLinters
from tests.linters.certificates import EVERY_TYPE_AND_STAGE, clean, roca_modulus, with_rsa
from tests.shared import SHARED, needs_shared


@pytest.fixture(scope="module")
def pool() -> Iterator[LinterPool]:
    with LinterPool() as made:
        yield made


def errors(reports: tuple[LinterReport, ...]) -> tuple[Finding, ...]:
    assert all(report.status is LinterStatus.COMPLETED for report in reports), reports
    return tuple(
        finding
        for report in reports
        for finding in report.findings
        if finding.severity >= Severity.ERROR
    )


def pids(pool: LinterPool) -> set[int]:
    return {worker._process.pid for worker in pool._workers}


def read(path: Path) -> bytes:
    pem = path.read_text()
    return ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN") :])


def test_pkilint_and_badkeys_are_the_linters_of_every_gate(pool: LinterPool) -> None:
    part: CertificateLinters = pool
    assert part.healthy
    assert pool.linters == ("pkilint", "badkeys")


@pytest.mark.parametrize(("certificate_type", "stage"), EVERY_TYPE_AND_STAGE)
def test_a_clean_certificate_has_no_error(
    pool: LinterPool, certificate_type: CertificateType, stage: Stage
) -> None:
    reports = pool.lint(clean(certificate_type, stage), certificate_type, stage)
    assert [report.name for report in reports] == ["pkilint", "badkeys"]
    assert errors(reports) == ()


def test_a_weak_key_is_found_beside_the_profiles_errors(pool: LinterPool) -> None:
    certificate = with_rsa(roca_modulus())
    found = errors(pool.lint(certificate, CertificateType.OV, Stage.PRECERTIFICATE))
    assert {finding.source.partition("@")[0] for finding in found} == {"pkilint", "badkeys"}


def test_many_threads_lint_at_once(pool: LinterPool) -> None:
    def has_own_answer(at: int) -> bool:
        certificate_type, stage = EVERY_TYPE_AND_STAGE[at % 8]
        name = f"host{at}" if at % 2 else "www.example.com"
        certificate = clean(certificate_type, stage, names=(name,))
        found = errors(pool.lint(certificate, certificate_type, stage))
        return all(name in finding.message for finding in found) and bool(found) == bool(at % 2)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(has_own_answer, range(80)))


FINA = sorted((SHARED / "incidents/fina").glob("[fg]*.pem"))


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize("path", FINA, ids=[path.stem for path in FINA])
def test_the_linters_see_nothing_wrong_in_the_fina_certificates(
    pool: LinterPool, path: Path
) -> None:
    found = errors(pool.lint(read(path), CertificateType.OV, Stage.PRECERTIFICATE))
    assert bool(found) == (path.name[:2] in {"f5", "f6", "f7", "f8", "f9"})


@pytest.mark.shared
@needs_shared
def test_no_certificate_of_zlints_tests_costs_a_worker(pool: LinterPool) -> None:
    paths = sorted((SHARED / "corpus/zlint/certs").glob("*.pem"))
    assert len(paths) > 400
    before = pids(pool)

    def lint(path: Path) -> tuple[LinterReport, ...]:
        return pool.lint(read(path), CertificateType.DV, Stage.CERTIFICATE)

    with ThreadPoolExecutor(2) as threads:
        for path, reports in zip(paths, threads.map(lint, paths), strict=True):
            statuses = [report.status for report in reports]
            assert statuses == [LinterStatus.COMPLETED] * 2, (path.name, reports)
    assert pids(pool) == before
