"""`gate exception`, `gate holder`, `gate policy sign`: what they write, and what they leave."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.cli.plain import rfc3339
from gate.config import make_signing_key, now, read_folder
from gate.errors import GateError
from gate.model.policy_digest import MANIFEST
from gate.policy import Person, Policy, load
from gate.policy.manifest import valid_signers
from gate.signers import read_public_key
from tests.policy.approving import ALICE, BOB, EXCEPTION, HOLDER, SITE, exceptions, files, holders

Run = Callable[..., int]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A policy with an exception and a holder that wait for approvals, and two people's keys."""
    dates = {"2026-11-20": now() - timedelta(days=1), "2026-12-20": now() + timedelta(days=20)}
    entry = EXCEPTION
    for old, moment in dates.items():
        entry = entry.replace(old, rfc3339(moment.replace(microsecond=0)))
    held = HOLDER.replace("2027-05-01", "2999-01-01")
    folder = tmp_path / "policy"
    for path, content in files(exceptions(entry), holders(held)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    for name in ("alice", "bob"):
        make_signing_key(tmp_path / f"{name}.key")
    return folder


@pytest.fixture(name="approve")
def _approve(folder: Path) -> Run:
    def run(what: str, entry: str, by: str, *more: str, key: str = "") -> int:
        file = folder.parent / f"{key or by.partition('@')[0]}.key"
        return main([what, "approve", entry, "--by", by, "--key", str(file), str(folder), *more])

    return run


def people(folder: Path) -> tuple[Person, ...]:
    return tuple(
        Person(
            name=f"{name}@ca.example",
            public_key=read_public_key(folder.parent / f"{name}.key.pub"),
        )
        for name in ("alice", "bob")
    )


def served(folder: Path) -> Policy:
    """The policy as a gate loads it that knows both people."""
    site = {each: getattr(SITE, each) for each in ("issuers", "longest_exception")}
    return load(read_folder(folder), site=type(SITE)(people=people(folder), **site))


def test_what_two_people_approved_a_gate_takes(folder: Path, approve: Run) -> None:
    with pytest.raises(GateError):
        served(folder)
    for what, entry in (("exception", "EXC-1"), ("holder", "HOLD-1")):
        assert approve(what, entry, ALICE) == approve(what, entry, BOB) == 0
    policy = served(folder)
    assert policy.exceptions[0].approved
    assert policy.holders[0].approved


def test_with_a_wrong_key_a_gate_tells_so(folder: Path, approve: Run) -> None:
    for what, entry in (("exception", "EXC-1"), ("holder", "HOLD-1")):
        approve(what, entry, ALICE)
        approve(what, entry, BOB, key="alice")
    with pytest.raises(GateError, match=f"`{BOB}` did not sign this"):
        served(folder)


def test_what_is_refused_leaves_the_file_as_it_was(
    folder: Path, approve: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "exceptions.yaml").read_bytes()
    (folder / "policy.yaml").chmod(0o644)
    assert approve("exception", "EXC-1", "dana@ca.example", key="alice") == 2
    assert approve("exception", "EXC-2", ALICE) == 2
    assert approve("exception", "EXC-1", ALICE, key="nobody") == 2
    (folder.parent / "bob.key").chmod(0o644)
    assert approve("exception", "EXC-1", BOB) == 2
    assert "others can read this key" in capsys.readouterr().err
    assert (folder / "exceptions.yaml").read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_policy_with_a_mistake_is_told_and_not_signed(
    folder: Path, approve: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "exceptions.yaml"
    file.write_text(file.read_text().replace("rule: names", "rule: nothing"))
    assert approve("exception", "EXC-1", ALICE) == 2
    assert f"{folder}/exceptions.yaml:4:11: exceptions > EXC-1 > rule: no rule has the id" in (
        capsys.readouterr().err
    )
    sign = ["policy", "sign", str(folder), "--by", ALICE, "--key", str(folder.parent / "alice.key")]
    assert main(sign) == 2
    assert not (folder / MANIFEST).exists()


def test_the_file_keeps_its_mode_and_a_link_stays_one(folder: Path, approve: Run) -> None:
    real = folder.parent / "real.yaml"
    (folder / "exceptions.yaml").rename(real)
    real.chmod(0o640)
    (folder / "exceptions.yaml").symlink_to(real)
    assert approve("exception", "EXC-1", ALICE) == 0
    assert (folder / "exceptions.yaml").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert ALICE in real.read_text()


def test_the_list_tells_how_each_entry_stands(
    folder: Path, approve: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def states() -> list[str]:
        capsys.readouterr()
        assert main(["exception", "list", str(folder), "--format", "json"]) == 0
        return [each["state"] for each in json.loads(capsys.readouterr().out)]

    assert states() == ["waits for 2 approvals"]
    approve("exception", "EXC-1", ALICE)
    assert states() == ["waits for 1 approval"]
    approve("exception", "EXC-1", BOB)
    assert states()[0].startswith("in force until ")


def test_signing_a_policy_twice_and_after_a_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("exceptions.yaml", "holders.yaml"):
        (folder / name).unlink()

    def sign(name: str) -> list[str]:
        key = str(folder.parent / f"{name}.key")
        by = f"{name}@ca.example"
        capsys.readouterr()
        assert (
            main(["policy", "sign", str(folder), "--by", by, "--key", key, "--format", "json"]) == 0
        )
        dropped: list[str] = json.loads(capsys.readouterr().out)["dropped"]
        return dropped

    def signers() -> tuple[str, ...]:
        return valid_signers(read_folder(folder), "small", 7, people(folder))

    assert sign("alice") == []
    assert sign("bob") == []
    assert signers() == (ALICE, BOB)
    (folder / "README.md").write_text("new")
    assert sign("bob") == [ALICE]
    assert signers() == (BOB,)


def test_a_malformed_manifest_is_told_and_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("exceptions.yaml", "holders.yaml"):
        (folder / name).unlink()
    (folder / MANIFEST).write_text("{}")
    key = str(folder.parent / "alice.key")
    assert main(["policy", "sign", str(folder), "--by", ALICE, "--key", key]) == 2
    assert f"{folder}/manifest.json:1:1: the key `format` is missing" in capsys.readouterr().err
    assert (folder / MANIFEST).read_text() == "{}"


def test_a_key_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.key.pub").touch()
    (tmp_path / "b.key").touch()
    for name in ("a.key", "b.key"):
        assert main(["policy", "key", str(tmp_path / name)]) == 2
        assert "file exists" in capsys.readouterr().err
    assert not (tmp_path / "a.key").exists()
    assert not (tmp_path / "b.key.pub").exists()


def test_a_new_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert main(["policy", "key", str(tmp_path / "a.key")]) == 0
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    assert len(read_public_key(tmp_path / "a.key.pub")) == 32


def test_what_was_checked_is_what_is_signed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Somebody writes into the folder between one look at it and the next.
    (folder / "exceptions.yaml").unlink()
    (folder / "holders.yaml").unlink()
    good, policy = read_folder(folder), folder / "policy.yaml"

    def read_then_spoilt(at: Path) -> Mapping[str, bytes]:
        found = read_folder(at)
        policy.write_bytes(good["policy.yaml"].replace(b"version: 7", b"version: 8"))
        return found

    for module in ("gate.cli.policy_sign", "gate.config.policies"):
        monkeypatch.setattr(f"{module}.read_folder", read_then_spoilt)
    key = str(folder.parent / "alice.key")
    assert main(["policy", "sign", str(folder), "--by", ALICE, "--key", key]) == 0
    signed = {**good, MANIFEST: (folder / MANIFEST).read_bytes()}
    assert valid_signers(signed, "small", 7, people(folder)) == (ALICE,)
