"""What a hostile certificate can do to a worker, and that it stays there."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pytest

from gate.errors import ConfigError
from gate.linters import LinterPool
from gate.linters.library import MAX_FINDINGS, MAX_MESSAGE
from gate.model import CertificateType, LinterReport, LinterStatus, Severity, Stage

FAULTY = "tests.linters.faults:FaultyLinter"
OTHER = "tests.linters.faults:OtherLinter"
LIMIT = timedelta(seconds=0.5)


def make_pool(
    *linters: str, workers: int = 1, time_limit: timedelta = timedelta(seconds=30)
) -> LinterPool:
    return LinterPool(
        workers=workers,
        time_limit=time_limit,
        memory_limit=256 << 20,
        linters=linters or (FAULTY,),
    )


def lint(pool: LinterPool, certificate: bytes) -> LinterReport:
    return pool.lint(certificate, CertificateType.DV, Stage.PRECERTIFICATE)[0]


def read(pool: LinterPool, certificate: bytes) -> str:
    report = lint(pool, certificate)
    assert report.status is LinterStatus.COMPLETED, report
    return report.findings[0].message


def wait_for_end(pid: int, *, seconds: float = 20) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([descriptor], [], [], seconds)
    finally:
        os.close(descriptor)
    assert ended, f"process {pid} still runs"


@pytest.fixture(scope="module")
def pool() -> Iterator[LinterPool]:
    with make_pool(FAULTY, OTHER) as made:
        yield made


@pytest.fixture(scope="module")
def hasty() -> Iterator[LinterPool]:
    with make_pool(FAULTY, OTHER, workers=2, time_limit=LIMIT) as made:
        yield made


def test_reports_come_in_the_order_of_the_linters(pool: LinterPool) -> None:
    reports = pool.lint(b"\x01", CertificateType.EV, Stage.CERTIFICATE)
    assert pool.linters == ("faulty", "other")
    assert [(each.name, each.version) for each in reports] == [("faulty", "1"), ("other", "2")]
    assert reports[0].findings[0].message == "01"
    assert reports[0].findings[0].source == "faulty@1"
    assert reports[1].findings[0].message == "ev CERTIFICATE"


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (b"kill", "its process was ended by SIGKILL"),
        (b"segfault", "its process was ended by SIGSEGV"),
        (b"quit", "its process ended with exit code 3"),
        (b"exit", "SystemExit: 1"),
        (b"raise", "LookupError: not in any table"),
        (b"memory", "MemoryError"),
        (b"recurse", "RecursionError"),
        (b"garbage", "a message of 4294967295 bytes"),
        (b"noise", "not JSON"),
        (b"deep", "not JSON"),
        (b"twice", "a question that was not asked"),
    ],
)
def test_a_linter_that_gives_no_answer_has_failed(
    pool: LinterPool, certificate: bytes, why: str
) -> None:
    faulty, other = pool.lint(certificate, CertificateType.OV, Stage.PRECERTIFICATE)
    assert faulty.status is LinterStatus.FAILED
    (finding,) = faulty.findings
    assert (finding.code, finding.severity) == ("gate.linter_failed", Severity.ERROR)
    assert why in finding.message
    assert other.status is LinterStatus.COMPLETED
    assert read(pool, b"\x02") == "02"


@pytest.mark.parametrize("certificate", [b"hang", b"half"])
def test_a_linter_that_hangs_has_timed_out(hasty: LinterPool, certificate: bytes) -> None:
    faulty, other = hasty.lint(certificate, CertificateType.OV, Stage.PRECERTIFICATE)
    assert faulty.status is LinterStatus.TIMED_OUT
    assert faulty.findings[0].code == "gate.linter_timed_out"
    assert "not within 0.5 s" in faulty.findings[0].message
    assert other.status is LinterStatus.COMPLETED
    assert read(hasty, b"\x03") == "03"


def test_a_linter_that_hangs_in_c_code_has_timed_out() -> None:
    with make_pool("tests.linters.faults:DeafLinter", time_limit=LIMIT) as pool:
        assert lint(pool, b"hang").status is LinterStatus.TIMED_OUT


def test_a_hang_ends_the_worker(hasty: LinterPool) -> None:
    pids = {read(hasty, b"pid") for _ in range(8)}
    for _ in range(2):
        lint(hasty, b"hang")
    for pid in pids:
        wait_for_end(int(pid))


def test_a_failed_linter_gets_a_new_process(pool: LinterPool) -> None:
    before = read(pool, b"pid")
    assert read(pool, b"pid") == before
    lint(pool, b"raise")
    assert read(pool, b"pid") != before


def test_nobody_notices_that_an_idle_worker_was_killed(pool: LinterPool) -> None:
    pid = int(read(pool, b"pid"))
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)
    assert int(read(pool, b"pid")) != pid


def test_signals_to_the_whole_group_leave_the_workers_alone(pool: LinterPool) -> None:
    pid = int(read(pool, b"pid"))
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(pid, number)
    assert int(read(pool, b"pid")) == pid
    assert os.getpgid(pid) == pid


@pytest.mark.parametrize("certificate", [b"long", b"escape", b"missing"])
def test_a_report_out_of_bounds_is_refused(certificate: bytes) -> None:
    with make_pool("tests.linters.faults:LyingLinter") as pool:
        assert lint(pool, certificate).status is LinterStatus.FAILED
        assert read(pool, b"\x04") == "04"


def test_a_flood_of_findings_is_cut_and_the_worst_are_kept(pool: LinterPool) -> None:
    findings = lint(pool, b"flood").findings
    assert len(findings) == MAX_FINDINGS
    assert findings[0].code == "faulty.worst"
    assert all(len(finding.message) <= MAX_MESSAGE for finding in findings)
    assert findings[-1].code == "faulty.findings_cut"
    assert findings[-1].severity is Severity.ERROR
    assert findings[-1].message.startswith(f"{5001 - 199} of 5001 findings were cut")


def test_control_characters_are_spelt_out(pool: LinterPool) -> None:
    assert read(pool, b"terminal") == r"\x1b[2J\n\x00\ud800 ok"


def test_a_worker_does_not_write_where_the_gate_does(
    capfd: pytest.CaptureFixture[str], pool: LinterPool
) -> None:
    assert lint(pool, b"chatter").status is LinterStatus.COMPLETED
    assert tuple(capfd.readouterr()) == ("", "")


def test_a_worker_sees_nothing_of_the_gates_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    with make_pool() as pool:
        names = set(read(pool, b"environment").split())
    assert "PGPASSWORD" not in names
    assert "PATH" in names


def test_a_worker_has_one_thread(pool: LinterPool) -> None:
    assert read(pool, b"threads") == "1"


def test_a_caller_waits_for_a_free_worker_no_longer_than_the_limit() -> None:
    with make_pool(time_limit=timedelta(milliseconds=300)) as pool:
        only = pool._idle.get()
        report = lint(pool, b"\x05")
        assert report.status is LinterStatus.TIMED_OUT
        assert "no worker was free within 0.3 s" in report.findings[0].message
        pool._idle.put(only)
        assert read(pool, b"\x05") == "05"


def test_each_of_many_threads_gets_its_own_answer() -> None:
    def is_right(pool: LinterPool, number: int) -> bool:
        certificate = number.to_bytes(4)
        if number % 25 == 0:
            return lint(pool, b"kill").status is LinterStatus.FAILED
        return read(pool, certificate) == certificate.hex()

    with make_pool(workers=3) as pool, ThreadPoolExecutor(16) as threads:
        assert all(threads.map(is_right, repeat(pool), range(200)))


def test_a_request_without_a_stage_has_failed_and_costs_no_worker(pool: LinterPool) -> None:
    pid = read(pool, b"pid")
    reports = pool.lint(b"\x06", CertificateType.DV, Stage.UNSPECIFIED)
    assert {report.status for report in reports} == {LinterStatus.FAILED}
    assert read(pool, b"pid") == pid


def test_a_certificate_beyond_all_measure_has_failed(pool: LinterPool) -> None:
    report = lint(pool, bytes((4 << 20) + 1))
    assert report.status is LinterStatus.FAILED
    assert "4194304" in report.findings[0].message


def test_a_pool_whose_worker_cannot_be_replaced_is_not_healthy_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "passing_linter.py"
    module.write_text("from tests.linters.faults import FaultyLinter\n")
    with make_pool("passing_linter:FaultyLinter") as pool:
        pid = int(read(pool, b"pid"))
        module.unlink()
        os.kill(pid, signal.SIGKILL)
        while pool.healthy:
            time.sleep(0.01)
        module.write_text("from tests.linters.faults import FaultyLinter\n")
        assert read(pool, b"\x08") == "08"
        assert pool.healthy


def test_an_end_by_a_signal_without_a_name_is_told(pool: LinterPool) -> None:
    message = lint(pool, b"realtime").findings[0].message
    assert message.endswith("was ended by signal 35")


def test_closing_ends_the_workers_and_the_health() -> None:
    pool = make_pool(workers=2)
    pids = {int(read(pool, b"pid")) for _ in range(4)}
    assert pool.healthy
    pool.close()
    assert not pool.healthy
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert "shut down" in lint(pool, b"\x07").findings[0].message
    pool.close()


def test_closing_ends_a_job_under_way() -> None:
    pool = make_pool()
    with ThreadPoolExecutor(1) as threads:
        only = pool._idle.get()
        pool._idle.put(only)
        job = threads.submit(lint, pool, b"hang")
        while not pool._idle.empty():
            pass
        pool.close()
        assert job.result().status is LinterStatus.FAILED


@pytest.mark.parametrize(
    ("linter", "why"),
    [
        ("tests.linters.faults:StillbornLinter", "FileNotFoundError: no table of primes"),
        ("tests.linters.faults:QuittingLinter", "exit code 7"),
        ("tests.linters.faults:not_a_linter", "makes no linter"),
        ("tests.linters.faults:Nothing", "AttributeError"),
        ("tests.linters.nothing:Nothing", "ModuleNotFoundError"),
        ("nonsense", "ModuleNotFoundError"),
    ],
)
def test_a_pool_whose_linters_do_not_start_is_none(linter: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        make_pool(linter)


def test_too_little_memory_to_start_is_said_at_the_start() -> None:
    with pytest.raises(ConfigError, match="worker"):
        LinterPool(workers=1, memory_limit=20 << 20, linters=(FAULTY,))


@pytest.mark.parametrize("workers", [0, -1])
def test_a_pool_has_workers(workers: int) -> None:
    with pytest.raises(ConfigError, match="needs a worker"):
        make_pool(workers=workers)


@pytest.mark.parametrize("certificate", ["idle", "orphan"])
def test_a_worker_ends_with_the_gate_even_when_it_hangs(certificate: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _GATE, certificate],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as gate:
        assert gate.stdout is not None
        pid = int(gate.stdout.readline())
        if certificate == "idle":
            gate.kill()
        gate.wait()
    assert gate.returncode == -signal.SIGKILL
    wait_for_end(pid)


_GATE = """
import sys
import time
from datetime import timedelta
from gate.linters import LinterPool
from gate.model import CertificateType, Stage

pool = LinterPool(
    workers=1, time_limit=timedelta(seconds=1), linters=("tests.linters.faults:FaultyLinter",)
)
(report,) = pool.lint(b"pid", CertificateType.DV, Stage.CERTIFICATE)
print(report.findings[0].message, flush=True)
pool.lint(sys.argv[1].encode(), CertificateType.DV, Stage.CERTIFICATE)
sys.stdin.read()
"""
