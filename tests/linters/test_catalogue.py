"""Catalogues have every code that the linters can give, and are fresh for what is installed."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import pytest

from gate.linters import catalogue
from gate.linters.badkeys import BadkeysLinter
from gate.linters.catalogue import LINTERS, catalogues, known_lints
from gate.linters.library import LibraryLinter
from gate.linters.pkilint import PkilintLinter
from gate.model import CertificateType, LinterStatus, Stage
from gate.x509 import der_from
from tests.linters.certificates import EVERY_TYPE_AND_STAGE, clean
from tests.shared import SHARED, needs_shared

KEPT = Path(catalogue.__file__).parent / "catalogues"


def codes(linter: LibraryLinter, certificates: Iterable[bytes]) -> set[str]:
    return {
        finding.code
        for der in certificates
        for type_, stage in EVERY_TYPE_AND_STAGE
        for finding in linter.findings(der, type_, stage)
    }


@pytest.mark.parametrize("linter", LINTERS)
def test_the_file_that_is_kept_is_what_the_installed_version_says(linter: str) -> None:
    kept = (KEPT / f"{linter}-{version(linter)}.txt").read_text().splitlines()
    assert kept == sorted(known_lints(linter))
    assert catalogues()[linter].lints == frozenset(kept)
    assert catalogues()[linter].version == version(linter)


@pytest.mark.parametrize("linter", LINTERS)
def test_another_version_is_asked_itself(linter: str) -> None:
    asked = catalogue.catalogue(linter, "99.0")
    assert asked.lints == known_lints(linter)
    assert (asked.linter, asked.version) == (linter, "99.0")


def test_every_finding_of_a_certificate_of_another_type_is_in_the_catalogue() -> None:
    linter = PkilintLinter()
    wrong = [clean(type_, stage) for type_, stage in EVERY_TYPE_AND_STAGE]
    found = codes(linter, [*wrong, b"0"])
    assert len(found) > 10
    assert "pkilint.unreadable" in found
    assert found <= catalogues()["pkilint"].lints


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize("linter", [PkilintLinter, BadkeysLinter])
def test_every_finding_of_the_corpus_is_in_the_catalogue(linter: type[LibraryLinter]) -> None:
    made = linter()
    reports = [
        made.lint(der_from(path.read_bytes()), CertificateType.DV, Stage.CERTIFICATE)
        for path in sorted((SHARED / "corpus").rglob("*.pem"))
    ]
    answered = [report for report in reports if report.status is LinterStatus.COMPLETED]
    found = {finding.code for report in answered for finding in report.findings}
    assert found
    assert found <= catalogues()[made.name].lints
