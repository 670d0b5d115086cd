"""Linters that hang, crash or eat memory, behind the whole server: a block, and the gate lives."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep

import pytest

from gate.linters import LinterPool
from gate.linters.library import LibraryLinter
from gate.model import (
    BlockCause,
    CertificateType,
    Finding,
    LinterStatus,
    Severity,
    Stage,
    Verdict,
)
from gate.service import Answer
from gate.x509 import read_certificate
from tests import pki
from tests.linters.faults import FaultyLinter
from tests.rpc.served import CONTEXT, NAME, TBS, Served, serving


class Moody(LibraryLinter):
    """Does to its worker what the certificate's serial number says."""

    version = "1"

    def findings(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[Finding, ...]:
        act = ACTS.get(read_certificate(certificate).tbs.serial_number)
        if act is None:
            return ()
        return FaultyLinter().findings(act, certificate_type, stage)


class MoodyPkilint(Moody):
    name = "pkilint"


class MoodyBadkeys(Moody):
    name = "badkeys"


ACTS = dict(
    enumerate(
        (b"hang", b"kill", b"segfault", b"quit", b"exit", b"raise", b"memory", b"garbage"), 1000
    )
)
LINTERS = (
    "tests.faults.test_bad_linters:MoodyPkilint",
    "tests.faults.test_bad_linters:MoodyBadkeys",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with (
        LinterPool(
            workers=2,
            linters=LINTERS,
            time_limit=timedelta(seconds=1.5),
            memory_limit=512 << 20,
        ) as linters,
        serving(tmp_path_factory.mktemp("linters")) as found,
    ):
        found.gate._linters = linters
        found.record_evidence()
        yield found


def released_at_last(served: Served, request_id: str) -> Answer:
    """The answer to a good request, asked anew as long as the gate says to try again."""
    end = monotonic() + 60
    with served.client() as client:
        for number in range(1000):
            answer = client.evaluate(f"{request_id}-{number}", TBS, CONTEXT)
            if answer.release is not None:
                return answer
            assert answer.decision.decision.retryable
            assert monotonic() < end, "the linters did not come back"
            sleep(0.05)
    raise AssertionError


@pytest.mark.parametrize("serial", ACTS, ids=lambda serial: ACTS[serial].decode())
def test_a_worker_that_is_lost_is_a_recorded_block_to_be_tried_again(
    served: Served, serial: int
) -> None:
    # The linters are known to be well before, and are again after.
    released_at_last(served, f"before-{serial}")
    with served.client() as client:
        answer = client.evaluate(f"bad-{serial}", pki.precertificate(NAME, serial=serial), CONTEXT)
    decision = answer.decision.decision
    assert (decision.verdict, decision.cause) == (Verdict.BLOCK, BlockCause.GATE_FAILURE)
    assert decision.retryable
    assert answer.release is None
    assert {report.status for report in decision.linters} <= {
        LinterStatus.FAILED,
        LinterStatus.TIMED_OUT,
    }
    assert all(
        finding.severity is Severity.ERROR
        for report in decision.linters
        for finding in report.findings
    )
    assert served.storage.by_id(answer.decision.decision_id) is not None
    for status in ("FAILED", "TIMED_OUT"):
        told = sum(report.status.value == status for report in decision.linters)
        counted = sum(
            served.count("gate_linter_reports_total", linter=name, status=status)
            for name in ("pkilint", "badkeys")
        )
        assert counted >= told
    released_at_last(served, f"after-{serial}")
