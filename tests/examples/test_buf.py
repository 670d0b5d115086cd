"""`buf curl`, which finds out by reflection what the gate can be asked."""

import json
import re
from typing import Any

import pytest

from gate.tlog import VerifierKey, open_checkpoint
from tests.examples.page import ROOT, block
from tests.examples.place import Place

pytestmark = pytest.mark.buf

SECTION = "On the command line: buf curl"


def answer(place: Place, script: str) -> Any:
    done = place.run(script)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_evaluate_gives_the_decision_and_the_release(place: Place) -> None:
    told = answer(place, block(SECTION, "sh", 0))

    assert told["decision"]["verdict"] == "VERDICT_RELEASE"
    assert told["decision"]["caller"] == "urn:gate:dev:requester"
    assert {rule["outcome"] for rule in told["decision"]["rules"]} >= {"OUTCOME_PASS"}
    assert told["release"]["token"].count(".") == 2


def test_get_checkpoint_gives_a_checkpoint_that_the_log_signed(place: Place) -> None:
    told = answer(place, block(SECTION, "sh", 1))

    key = VerifierKey.parse((place.folder / "dev-gate/log-verifier-key.txt").read_text().strip())
    checkpoint = open_checkpoint(told["checkpoint"].encode(), key.origin, key.public_key)
    assert checkpoint.size > 3


def test_reflection_lists_every_rpc_of_the_protos(place: Place) -> None:
    call, _, _ = block(SECTION, "sh", 1).rpartition("/gate.v1.")

    done = place.run(f"{call} --list-methods")

    assert done.returncode == 0, done.stderr
    listed = set(done.stdout.split())
    assert {name for name in listed if name.startswith("gate.")} == declared()


def declared() -> set[str]:
    """Every RPC that stands in protos/, as service/method."""
    files = (ROOT / "protos/gate/v1").glob("*.proto")
    text = "\n".join(path.read_text() for path in files)
    services = re.findall(r"^service (\w+) \{(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    return {
        f"gate.v1.{service}/{rpc}"
        for service, body in services
        for rpc in re.findall(r"^  rpc (\w+)", body, re.MULTILINE)
    }


def test_a_wrong_role_is_an_error(place: Place) -> None:
    done = place.run(block(SECTION, "sh", 0).replace("requester", "auditor"))

    assert done.returncode != 0
    assert json.loads(done.stderr)["code"] == "permission_denied"
