"""The listener of a whole gate: what Prometheus and a probe find there."""

from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

from gate.config import HostPort, now, run
from gate.demo.dev import dev_gate


def test_a_gate_with_metrics_answers_both_pages(tmp_path: Path) -> None:
    made = dev_gate(tmp_path / "gate", now()).configuration
    told = replace(made, linter_workers=1, metrics=HostPort(host="127.0.0.1", port=0))
    with run(told) as running:
        assert running.console is not None
        connection = HTTPConnection("127.0.0.1", running.console.port, timeout=10)
        connection.request("GET", "/metrics")
        figures = connection.getresponse().read().decode()
        connection.close()
        connection.request("GET", "/health")
        assert connection.getresponse().read() == b"serving\n"
        connection.close()
    assert 'gate_policy_info{digest="' in figures
    assert "gate_serving 1.0" in figures


def test_a_gate_listens_for_nothing_that_it_was_not_told_to(tmp_path: Path) -> None:
    made = dev_gate(tmp_path / "gate", now()).configuration
    with run(replace(made, linter_workers=1)) as running:
        assert running.console is None
