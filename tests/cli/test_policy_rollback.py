"""`gate policy rollback`: what it writes, where it refuses to, and what it says comes next."""

import json
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.config import read_folder
from gate.storage import SQLiteStorage
from tests.config.live_policy import write
from tests.policy_people import AUTHOR, REVIEWER
from tests.rollout.building import Bench
from tests.rollout.bundles import STRICTER, bundle

BOTH = (AUTHOR, REVIEWER)


@pytest.fixture(name="database", scope="module")
def _database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log in which versions 7, stricter 8 and 11 were active, one after the other."""
    path = tmp_path_factory.mktemp("log") / "gate.db"
    bench = Bench(storage=SQLiteStorage(path))
    for files in (
        bundle(7, by=BOTH),
        bundle(8, STRICTER, by=BOTH),
        bundle(11, STRICTER, by=BOTH),
    ):
        bench.admit(files)
    bench.log.close()
    bench.storage.close()
    return path


def roll_back(database: Path, version: int, folder: Path, *more: str) -> int:
    log = ["--log", str(database), "--to", str(version)]
    return main(["policy", "rollback", *log, str(folder), *more])


def test_it_writes_the_earlier_version_and_says_what_comes_next(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(database, 7, tmp_path / "new/next") == 0
    assert read_folder(tmp_path / "new/next") == bundle(12)
    told = capsys.readouterr().out
    assert "small version 12, as version 7 was" in told
    assert "Against version 11, the newest in the log, it is looser." in told
    assert "by two people" in told


def test_what_makes_nothing_looser_needs_one_person(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert roll_back(database, 8, tmp_path / "next", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "folder": str(tmp_path / "next"),
        "name": "small",
        "version": 12,
        "as_version": 8,
        "change": "same",
        "needs_two": False,
        "kept": None,
    }


def test_a_folder_with_this_policy_is_kept_beside_the_new_one(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, active = tmp_path / "policy", bundle(11, STRICTER, by=BOTH)
    write(active, folder)
    assert roll_back(database, 7, folder) == 0
    assert read_folder(folder) == bundle(12)
    assert read_folder(tmp_path / "policy.version-11") == active
    assert "policy.version-11: what was there before" in capsys.readouterr().out
    write(active, folder)
    assert roll_back(database, 7, folder) == 2
    assert "is there already" in capsys.readouterr().err
    assert read_folder(folder) == active


def test_an_empty_folder_is_filled(database: Path, tmp_path: Path) -> None:
    assert roll_back(database, 7, tmp_path) == 0
    assert read_folder(tmp_path) == bundle(12)


@pytest.mark.parametrize("there", [{"notes.txt": b""}, {**bundle(3), "policy.yaml": b"{"}])
def test_a_folder_with_anything_else_is_refused(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], there: dict[str, bytes]
) -> None:
    write(there, tmp_path / "mine")
    assert roll_back(database, 7, tmp_path / "mine") == 2
    assert "holds something other than `small`" in capsys.readouterr().err
    assert read_folder(tmp_path / "mine") == there
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("version", "said"),
    [(11, "is the newest in the log"), (9, "it has 7, 8, 11"), (0, "it has 7, 8, 11")],
)
def test_only_an_earlier_version_can_come_back(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], version: int, said: str
) -> None:
    assert roll_back(database, version, tmp_path / "next") == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "next").exists()


def test_a_log_without_policies_has_nothing_to_go_back_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(storage=SQLiteStorage(tmp_path / "gate.db"))
    bench.log.close()
    bench.storage.close()
    assert roll_back(tmp_path / "gate.db", 7, tmp_path / "next") == 2
    assert "the log has no policy" in capsys.readouterr().err
