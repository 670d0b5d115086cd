"""`gate policy replay`: what it tells, how it ends, and that workers share the work alike."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gate.cli.main import main
from gate.config import read_folder, replaying
from gate.config.replaying import ReplayJob, replay_log
from gate.demo.orders import ORDERS
from gate.storage import SQLiteStorage
from tests.workbench.past import FILES, Past, edited, weakened, whole_past


@pytest.fixture(name="database", scope="module")
def _database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("past") / "gate.db"
    storage = SQLiteStorage(path)
    whole_past(storage).log.close()
    storage.close()
    return path


@pytest.fixture(name="looser")
def _looser(tmp_path: Path) -> Path:
    return folder(tmp_path / "looser", weakened("no-placeholder-text"))


def folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def replay(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = main(["policy", "replay", *map(str, arguments), "--workers", "1"])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_mistake_is_told_with_the_folder_it_lies_in(
    database: Path, looser: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (looser / "grants.yaml").unlink()

    code, told = replay(capsys, looser, "--log", database)
    assert (code, told) == (2, f"{looser}/grants.yaml: the file is missing\n")


def test_a_folder_is_not_said_to_be_missing(
    tmp_path: Path, looser: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = replay(capsys, looser, "--log", tmp_path)
    assert (code, told) == (2, f"`{tmp_path}` is a folder: name the log's file\n")


def test_a_time_that_is_none_is_told_with_every_way_to_write_one(
    looser: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        replay(capsys, looser, "--log", "gate.db", "--since", "yesterday")
    assert ended.value.code == 2
    assert "or how long ago: 30d, 12h, 90m" in capsys.readouterr().err


def test_what_is_newly_released_is_told_and_blocks(
    database: Path, looser: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = replay(capsys, looser, "--log", database)

    assert code == 1
    assert "made again as recorded: 58 of 58 decisions" in told
    assert "newly released: 2, 0 of them accepted" in told
    assert "      2  no-placeholder-text  id-52, id-56" in told
    assert "not accepted: id-52, id-56" in told
    assert "     10  no longer no-placeholder-text  id-12, id-16, id-20, …" in told


def test_a_release_is_accepted_by_its_rule_or_its_id(
    database: Path, looser: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_rule = ["--accept-released", "no-placeholder-text"]
    by_id = ["--accept-released", "id-52", "--accept-released", "id-56"]

    for accepted in (by_rule, by_id):
        code, told = replay(capsys, looser, "--log", database, *accepted)
        assert (code, "newly released: 2, 2 of them accepted" in told) == (0, True)
    assert replay(capsys, looser, "--log", database, *by_id[:2])[0] == 1


def test_json_tells_all_of_it(
    database: Path, looser: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--log", database, "--format", "json", "--examples", 1, "--as-of", "2027-03-15")
    code, told = replay(capsys, looser, *arguments)
    found: dict[str, Any] = json.loads(told)

    assert code == 0
    assert found["as_of"] == "2027-03-15T00:00:00Z"
    assert (found["decisions"], found["reproduced"], found["judged"]) == (58, 58, 58)
    assert found["newly_blocked"]["by_rule"]["validation-not-too-old"]["count"] == 2
    assert len(found["newly_blocked"]["by_rule"]["validity-limit"]["examples"]) == 1
    assert found["linters"] is None


def test_a_stricter_policy_is_no_reason_to_stop(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = edited(("from: 2026-03-15, days: 199", "from: 2026-03-15, days: 80"))
    code, told = replay(capsys, folder(tmp_path / "stricter", files), "--log", database)

    assert code == 0
    assert "newly blocked: 30\n     30  validity-limit  id-" in told


def test_what_cannot_be_made_again_is_told_and_blocks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = SQLiteStorage(tmp_path / "gate.db")
    Past(storage=storage).record_evidence().send(ORDERS[:1]).log.close()
    storage.close()
    code, told = replay(capsys, folder(tmp_path / "same", FILES), "--log", tmp_path / "gate.db")

    assert code == 1
    assert "made again as recorded: 0 of 1 decisions" in told
    assert "not reproducible: 1: the log does not hold the policy that made it: id-" in told


def test_a_changed_database_is_told_and_blocks(
    database: Path, looser: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = SQLiteStorage(database)
    entry = storage.by_id("id-52")
    storage.close()
    assert entry is not None
    whole = database.read_bytes()
    at = whole.index(entry.salt)
    changed = tmp_path / "changed.db"
    changed.write_bytes(whole[:at] + bytes(32) + whole[at + 32 :])

    code, told = replay(capsys, looser, "--log", changed)
    assert (code, "is not what was recorded" in told) == (1, True)


def test_mistakes_in_the_new_policy_are_told_with_their_place(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = folder(tmp_path / "wrong", edited(("kind: order_matches", "kind: order_matche")))
    code, told = replay(capsys, wrong, "--log", database)

    assert code == 2
    assert "policy.yaml:" in told
    assert "did you mean" in told


def test_nothing_replayed_is_a_failure(
    database: Path, looser: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = replay(capsys, looser, "--log", database, "--until", "2020-01-01")
    assert (code, "nothing was replayed" in told) == (2, True)
    SQLiteStorage(tmp_path / "empty.db").close()
    code, told = replay(capsys, looser, "--log", tmp_path / "empty.db")
    assert (code, "holds an empty log" in told) == (2, True)


@pytest.mark.parametrize("flag", [["--workers", "0"], ["--examples", "x"], ["--since", "1y"]])
def test_flags_are_read_strictly(flag: list[str], database: Path, looser: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["policy", "replay", str(looser), "--log", str(database), *flag])


def test_many_workers_find_what_one_finds(
    database: Path, looser: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "ENTRIES_AT_ONCE", 40)
    job = ReplayJob(database=database, files=read_folder(looser))
    told: list[tuple[int, int]] = []
    _, alone = replay_log(job, workers=1, progress=lambda *_: None)
    _, shared = replay_log(job, workers=2, progress=lambda *seen: told.append(seen))

    assert alone == shared
    assert alone.newly_released.count == 2
    assert told[-1] == (told[-1][1], told[-1][1])
    assert len(told) > 2
