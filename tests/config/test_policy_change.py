"""A policy changes under a gate that answers: what is good judges, all else changes nothing."""

import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import grpc
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from gate.cli.main import main
from gate.model import PolicyRef
from gate.model.policy_digest import MANIFEST
from gate.policy import load
from tests.config.live_policy import (
    AUDITOR,
    REQUESTER,
    LiveGate,
    live_gate,
    policy_of,
    small_site,
    write,
)
from tests.policy_people import AUTHOR, KEYS, REVIEWER, signed_by
from tests.rollout.bundles import SITE, STRICTER, bundle

pytestmark = pytest.mark.slow

BOTH = (AUTHOR, REVIEWER)
SERVE = [sys.executable, "-m", "gate", "serve", "--config"]
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module", name="gate")
def _gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveGate]:
    port = free_port()
    site = small_site(tmp_path_factory.mktemp("site"), bundle(7, STRICTER, by=BOTH), port)
    with live_gate(site, port, [*SERVE, str(site.file)]) as gate:
        yield gate


def put(gate: LiveGate, files: dict[str, bytes]) -> PolicyRef | None:
    write(files, policy_of(gate.site))
    return load(files, site=SITE).ref


def mended(gate: LiveGate, *, stricter: bool = True) -> int:
    """Have a good version judge, whatever was before; returns its number."""
    version = gate.decided_by().version + 1
    put(gate, bundle(version, *([STRICTER] if stricter else []), by=BOTH))
    gate.until(lambda: gate.decided_by().version == version)
    gate.until(lambda: gate.health() == "serving\n")
    return version


def refused(gate: LiveGate, files: dict[str, bytes], said: str) -> None:
    """These files are told to be refused, and the policy that judged goes on."""
    before, entries = gate.decided_by(), gate.policies()
    refusals = gate.figure("gate_policy_refusals_total")
    write(files, policy_of(gate.site))
    gate.until(lambda: said in gate.health())
    stays = f"degraded: policy: the folder is refused, version {before.version} stays active: "
    assert stays in gate.health()
    assert gate.decided_by() == before
    assert gate.policies() == entries
    assert gate.figure("gate_policy_degraded") == 1
    assert gate.figure("gate_policy_refusals_total") > refusals


def following(gate: LiveGate) -> int:
    """The number of the next version."""
    return gate.decided_by().version + 1


def test_a_new_version_judges_and_every_decision_names_it(gate: LiveGate) -> None:
    version = following(gate)
    activated = gate.figure("gate_policy_activated_timestamp_seconds")

    ref = put(gate, bundle(version, STRICTER, by=(AUTHOR,)))
    gate.until(lambda: gate.decided_by() == ref)

    assert ref is not None
    assert gate.policies()[-1]["digest"] == ref.digest.hex()
    assert gate.policies()[-1]["signers"] == 1
    assert gate.figure("gate_policy_activated_timestamp_seconds") > activated
    assert f'version="{version}"' in gate.page("/metrics")[1]


def test_a_mistake_leaves_the_old_version_and_tells_its_place(gate: LiveGate) -> None:
    version = following(gate)
    text = bundle(version)["policy.yaml"].replace(b"mode: dry-run", b"mode: dry-rum")
    refused(gate, {**bundle(version), "policy.yaml": text}, "policy.yaml:51:11: ")
    with grpc.secure_channel(gate.address, gate.site.authority.issue(AUDITOR).channel) as channel:
        found = HealthStub(channel).Check(HealthCheckRequest())
    assert found.status == HealthCheckResponse.SERVING
    assert mended(gate) == version
    assert gate.figure("gate_policy_degraded") == 0


def test_a_lower_version_is_refused(gate: LiveGate) -> None:
    active = gate.decided_by().version
    refused(gate, bundle(active - 1, by=BOTH), f"{active - 1} is not greater than {active}")


def test_a_policy_without_signature_is_refused(gate: LiveGate) -> None:
    refused(gate, bundle(following(gate), STRICTER), "nobody signed this policy")


def test_a_forged_signature_is_refused(gate: LiveGate) -> None:
    version = following(gate)
    files = bundle(version, STRICTER, by=(AUTHOR,))
    other = bundle(version, by=(AUTHOR,))[MANIFEST].split(b'"signature": "')[1].split(b'"')[0]
    own = files[MANIFEST].split(b'"signature": "')[1].split(b'"')[0]
    forged = files[MANIFEST].replace(own, other)
    refused(gate, {**files, MANIFEST: forged}, f"`{AUTHOR}` did not sign this")


def test_a_looser_version_needs_two_people_and_a_stricter_one_is_enough(gate: LiveGate) -> None:
    version = following(gate)
    refused(gate, bundle(version, by=(REVIEWER,)), f"only `{REVIEWER}` signed")
    put(gate, bundle(version, by=BOTH))
    gate.until(lambda: gate.decided_by().version == version)
    put(gate, bundle(version + 1, STRICTER, by=(REVIEWER,)))
    gate.until(lambda: gate.decided_by().version == version + 1)
    assert [each["change"] for each in gate.policies()[-2:]] == ["looser", "stricter"]


def test_a_failed_test_of_the_operators_is_refused(gate: LiveGate) -> None:
    version = following(gate)
    strictest = bundle(version, (STRICTER[0], "max_age: {days: 2}"))
    del strictest["tests/small.test.yaml"]
    files = signed_by(strictest, *BOTH, ref=("small", version))
    refused(gate, files, "operators/known.test.yaml:")


def test_a_folder_is_never_taken_half_written(gate: LiveGate) -> None:
    """The writer goes file by file, each in two halves, over several looks."""
    old = put(gate, bundle(mended(gate), STRICTER, by=BOTH))
    chance, files = random.Random(7), bundle(following(gate), by=BOTH)
    new, done, pause = load(files, site=SITE).ref, Event(), Event()

    def write_slowly() -> None:
        paths = list(files)
        chance.shuffle(paths)
        for path in paths:
            with (policy_of(gate.site) / path).open("wb") as file:
                file.write(files[path][: len(files[path]) // 2])
                file.flush()
                pause.wait(0.6)
                file.write(files[path][len(files[path]) // 2 :])
        done.set()

    writer = Thread(target=write_slowly)
    writer.start()
    seen = set()
    with gate.client(REQUESTER) as client:
        while not done.is_set() or new not in seen:
            seen.add(gate.ask(client))
    writer.join()
    assert seen == {old, new}


def test_an_earlier_version_comes_back_under_a_new_number(
    gate: LiveGate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = mended(gate, stricter=False)
    newest = mended(gate)
    folder, database = tmp_path / "next", str(gate.site.folder / "data/gate.db")

    assert main(["policy", "rollback", "--log", database, "--to", str(old), str(folder)]) == 0
    told = capsys.readouterr().out
    assert "it is looser" in told
    assert "two people" in told
    for name, key in KEYS.items():
        file = tmp_path / f"{name}.key"
        file.touch(mode=0o600)
        pem = key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(pem)
        sign = ["policy", "sign", str(folder), "--by", name, "--key", str(file)]
        assert main(sign) == 0
    place = policy_of(gate.site)
    place.rename(tmp_path / "before")
    folder.rename(place)

    gate.until(lambda: gate.decided_by().version == newest + 1)
    expected = bundle(newest + 1)
    written = {path: (place / path).read_bytes() for path in expected}
    assert written == expected


def test_a_gate_that_is_killed_between_entry_and_swap_goes_on_with_the_entry(
    tmp_path: Path,
) -> None:
    site, port = small_site(tmp_path, bundle(7, STRICTER, by=BOTH)), 0
    dying = [sys.executable, "-m", "tests.config.dying_gate", str(site.file)]
    with live_gate(site, port, dying) as gate:
        write(bundle(8, by=BOTH), policy_of(site))
        assert gate.process.wait(timeout=90) == -signal.SIGKILL
    with live_gate(site, port, [*SERVE, str(site.file)]) as gate:
        assert gate.decided_by() == load(bundle(8), site=SITE).ref
        assert [each["version"] for each in gate.policies()] == [7, 8]
        gate.process.send_signal(signal.SIGTERM)
        assert gate.process.wait(timeout=60) == 0
    # What may not judge keeps the gate from starting, and all of it is told.
    write(bundle(7, by=(AUTHOR,)), policy_of(site))
    ended = subprocess.run(
        [*SERVE, str(site.file)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ended.returncode == 2
    assert "policy.yaml:3:10: version: 7 is not greater than 8" in ended.stderr
