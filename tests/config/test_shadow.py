"""A gate that serves, with a candidate in its own process: asked as auditors ask."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.client import GateClient
from gate.config import reading
from gate.policy import load
from gate.record import verify
from gate.signers import FileKey
from tests import pki
from tests.config.live_policy import (
    AUDITOR,
    CONTEXT,
    REQUESTER,
    LiveGate,
    live_gate,
    policy_of,
    small_site,
    write,
)
from tests.config.test_policy_change import free_port
from tests.policy_people import AUTHOR, REVIEWER
from tests.rollout.bundles import SITE, bundle

pytestmark = pytest.mark.slow

BOTH = (AUTHOR, REVIEWER)
ACTIVE = bundle(7, by=BOTH)
CANDIDATE = bundle(8, ("from: 2026-03-15, days: 199", "from: 2026-03-15, days: 30"))
SERVE = [sys.executable, "-m", "gate", "serve", "--config"]


def ask(gate: LiveGate, client: GateClient, days: int) -> str:
    """Ask for a certificate of so many days; gives the decision's id."""
    answer = client.evaluate(
        request_id=f"{gate.process.pid}-{next(gate.numbers)}",
        tbs_certificate=pki.precertificate("www.plovidba.hr", days=days),
        context=CONTEXT,
    )
    return answer.decision.decision_id


def judged(gate: LiveGate, count: int) -> None:
    """Wait until the candidate has judged so many beside the active policy."""
    with gate.client(AUDITOR) as client:
        gate.until(lambda: client.shadow_report()[1].counts.judged == count)


@pytest.fixture(name="asking")
def _asking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for the auditor's files, which the environment names."""
    for name, file in (("CERT", "a.pem"), ("KEY", "a.key"), ("CA", "ca.pem")):
        monkeypatch.setenv(f"GATE_{name}", str(tmp_path / file))
    return tmp_path


def told(
    gate: LiveGate, asking: Path, capsys: pytest.CaptureFixture[str], *flags: str
) -> tuple[int, str, str]:
    """What `gate policy shadow` says, and how it exits."""
    shown = gate.site.authority.issue(AUDITOR)
    for name, data in (("a.pem", shown.chain), ("a.key", shown.key), ("ca.pem", shown.ca)):
        (asking / name).write_bytes(data)
    capsys.readouterr()
    code = main(["policy", "shadow", "--server", gate.address, *flags])
    return (code, *capsys.readouterr())


def child_of(gate: LiveGate) -> int:
    """The process that holds the candidate."""
    children = Path(f"/proc/{gate.process.pid}/task").glob("*/children")
    found = [int(pid) for file in children for pid in file.read_text().split()]
    (held,) = (
        pid for pid in found if b"gate.rollout.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return held


def loaded(gate: LiveGate) -> None:
    """Wait until the candidate's process holds it."""
    gate.until(lambda: "gate_shadow_info{" in gate.page("/metrics")[1])


def end(gate: LiveGate) -> None:
    gate.process.send_signal(signal.SIGTERM)
    assert gate.process.wait(timeout=60) == 0


def differing(gate: LiveGate) -> None:
    """Three decisions that the active policy blocks; two of them the candidate blocks for more."""
    with gate.client(REQUESTER) as client:
        for days in (20, 90, 60):
            ask(gate, client, days)
    judged(gate, 3)


@pytest.fixture(name="gate")
def _gate(tmp_path: Path) -> Iterator[LiveGate]:
    port = free_port()
    (tmp_path / "site").mkdir()
    site = small_site(tmp_path / "site", ACTIVE, port)
    write(CANDIDATE, site.folder / "policies/candidate")
    with live_gate(site, port, [*SERVE, str(site.file)]) as gate:
        loaded(gate)
        yield gate


def test_the_difference_is_told_by_rule_and_outlives_the_candidates_process(
    gate: LiveGate, asking: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, why = told(gate, asking, capsys)
    assert (code, why) == (2, "gate: the candidate has judged nothing beside this policy yet\n")
    differing(gate)
    code, text, _ = told(gate, asking, capsys)
    assert code == 1
    assert "2 with another outcome" in text
    assert text.splitlines()[-1].startswith("validity  enforce  enforce    newly fails: 2  ")
    assert gate.figure('gate_shadow_differs_total{rule="validity"}') == 2

    # Its process dies: nobody who asks notices.
    os.kill(child_of(gate), signal.SIGKILL)
    with gate.client(REQUESTER) as client:
        ask(gate, client, 20)
        gate.until(lambda: gate.figure('gate_shadow_errors_total{cause="failure"}') == 1)
        assert gate.health() == "serving\n"
        ask(gate, client, 20)
    judged(gate, 4)


def test_a_bad_version_of_the_candidate_is_told_and_not_judged_by(
    gate: LiveGate, asking: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    differing(gate)
    folder = gate.site.folder / "policies/candidate"
    bad = CANDIDATE["policy.yaml"].replace(b"mode: dry-run", b"mode: dry")
    write(CANDIDATE | {"policy.yaml": bad}, folder)
    gate.until(lambda: gate.figure("gate_shadow_degraded") == 1)
    code, text, why = told(gate, asking, capsys)
    assert (code, "judged     3 " in text) == (2, True)
    assert "a new candidate is refused: policy.yaml:51:11: " in why
    assert gate.health() == "serving\n"
    write(CANDIDATE, folder)
    gate.until(lambda: gate.figure("gate_shadow_degraded") == 0)


def test_the_report_outlives_a_restart_and_belongs_to_one_active_policy(
    gate: LiveGate, asking: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site, port = gate.site, gate.metrics_port
    differing(gate)
    before = told(gate, asking, capsys, "--format", "json")
    end(gate)
    with live_gate(site, port, [*SERVE, str(site.file)]) as again:
        loaded(again)
        assert told(again, asking, capsys, "--format", "json") == before
        assert json.loads(before[1])["judged"] == 3
        write(bundle(9, by=BOTH), policy_of(site))
        again.until(lambda: again.decided_by() == load(bundle(9), site=SITE).ref)
        judged(again, 1)
        end(again)
    with reading(site.folder / "data/gate.db") as storage:
        report = verify(
            storage,
            origin="gate.example/decisions",
            public_key=FileKey(site.folder / "keys/log.key").public_key,
            progress=lambda _, __: None,
        )
        state = storage.state()
        assert state is not None
        leaves = [json.loads(entry.leaf) for entry in storage.entries(0, state.size)]
    assert report.sound, report.problems
    shadows = [leaf for leaf in leaves if leaf["kind"] == "shadow"]
    policies = [leaf["digest"] for leaf in leaves if leaf["kind"] == "policy"]
    assert list(dict.fromkeys(leaf["active"] for leaf in shadows)) == policies
    assert [leaf["judged"] for leaf in shadows][-1] == 1
