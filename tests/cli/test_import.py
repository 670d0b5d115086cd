"""Importing evidence from the command line: who approves sees what is approved."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.config import now, run
from gate.demo.dev import DevGate, dev_gate
from tests.policy_people import copy_shipped

REASON = ["--reason", "from the old RA system"]
Gate = Callable[..., int]


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> DevGate:
    folder = tmp_path_factory.mktemp("gate")
    return dev_gate(folder / "dev", now(), policy=copy_shipped(folder / "policy"))


@pytest.fixture(name="gate", scope="module")
def _gate(made: DevGate) -> Iterator[Gate]:
    with run(made.configuration) as running:

        def gate(who: str, *arguments: str) -> int:
            identity = made.identities.roles[who].key.with_suffix("")
            server = f"127.0.0.1:{running.server.port}"
            return main(["evidence", *arguments, "--server", server, "--identity", str(identity)])

        yield gate


def test_an_import_counts_with_the_second_approval(
    made: DevGate, gate: Gate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(
        '{"type": "applicant", "account": "a", "applicant": "p"}\n'
        '{"type": "order", "order_id": "O-1", "account": "a", "identifiers": ["192.0.2.1"],'
        ' "profile": "tls-dv", "purpose": "SUBSCRIBER"}\n'
    )

    assert gate("registrar", "import", str(records), *REASON, "--format", "json") == 0
    pending = json.loads(capsys.readouterr().out)
    assert pending["count"] == 2

    # What the approvers can look at is the entry itself.
    show = ["log", "show", str(made.database), "--id", pending["import_id"]]
    assert main(show) == 0
    assert "order O-1 of a: tls-dv for 192.0.2.1" in capsys.readouterr().out
    assert main([*show, "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["private"]
    assert (shown["digest"], len(shown["records"])) == (pending["digest"], 2)

    approve = ["approve", pending["import_id"]]
    assert gate("approver", *approve, str(records), *REASON) == 0
    assert "another approver is needed" in capsys.readouterr().out
    assert gate("auditor", "list", "--account", "a") == 0
    assert capsys.readouterr().out == ""

    assert gate("approver-2", *approve, "--digest", pending["digest"]) == 0
    assert "in effect, with these records" in capsys.readouterr().out
    assert gate("auditor", "list", "--account", "a", "--format", "json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["evidence"]["type"] for each in listed] == ["applicant", "order"]
    assert {each["import_id"] for each in listed} == {pending["import_id"]}


@pytest.mark.parametrize(
    "arguments",
    [[], ["x.jsonl"], REASON, ["x.jsonl", *REASON, "--digest", "00" * 32]],
    ids=["nothing", "a file alone", "a reason alone", "both"],
)
def test_what_is_approved_must_be_said_in_one_way(
    arguments: list[str], gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate("approver", "approve", "i", *arguments) == 2
    assert "say what is approved" in capsys.readouterr().err
