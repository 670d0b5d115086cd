"""The certificates of zlint's test suite, read where they lie."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from gate.errors import Malformed
from gate.x509 import Certificate, complete, der_from, disagreements, read_certificate
from gate.x509 import read_tbs_certificate as read_tbs
from tests.shared import SHARED, needs_shared
from tests.x509.rewriting import assert_says_its_bytes
from tests.x509.work import count_calls

pytestmark = [needs_shared, pytest.mark.shared]

CORPUS = SHARED / "corpus"


def certificates() -> list[Path]:
    return sorted((CORPUS / "zlint" / "certs").glob("*.pem"))


def read(path: Path) -> Certificate | Malformed:
    try:
        return read_certificate(der_from(path.read_bytes()))
    except Malformed as fault:
        return fault


def only_passing() -> set[str]:
    expected = defaultdict(set)
    for case in json.loads((CORPUS / "zlint" / "cases.json").read_text("utf-8")):
        expected[case["file"]].add(case["expected"])
    return {file for file, statuses in expected.items() if statuses == {"Pass"}}


def test_every_certificate_is_read_to_the_byte_or_refused_with_its_place() -> None:
    answers = [read(path) for path in certificates()]

    for answer in answers:
        if isinstance(answer, Malformed):
            assert answer.offset is not None
        else:
            assert read_tbs(answer.tbs.der) == answer.tbs
            assert complete(answer.tbs.der).startswith(answer.der[:2])
            assert_says_its_bytes(answer.tbs)
    assert sum(isinstance(answer, Certificate) for answer in answers) > len(answers) // 2


def test_no_certificate_costs_more_work_than_its_size_allows() -> None:
    for path in certificates():
        der = der_from(path.read_bytes())

        def run(path: Path = path) -> object:
            return read(path)

        assert count_calls(run) < 2 * len(der) + 500


def test_no_certificate_that_only_passes_is_blocked_by_the_second_reader() -> None:
    read_ones = {path.name: read(path) for path in certificates()}
    blocked = {
        name: found
        for name in only_passing()
        if isinstance(answer := read_ones[name], Certificate)
        and (found := [one for one in disagreements(answer.tbs) if one.blocking])
    }

    assert blocked == {}


def test_a_huge_arc_does_not_make_a_key_usage() -> None:
    tbs = read_certificate(der_from((CORPUS / "extra_oid_wrap_ku.pem").read_bytes())).tbs

    assert tbs.key_usage is None
    assert "2.5.29.17179869199" in [extension.oid for extension in tbs.extensions]
    assert disagreements(tbs) == ()
