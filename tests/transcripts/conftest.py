"""One gate for all transcripts, and a new folder for each."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transcripts.served import Served, serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(name="served", scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served") / "dev-gate") as served:
        yield served


@pytest.fixture
def folder(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new folder to be in, with the gate's own and policies, its address in the environment."""
    (tmp_path / "dev-gate").symlink_to(served.folder)
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    for name in ("GATE_IDENTITY", "GATE_CERT", "GATE_KEY", "GATE_CA", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATE_SERVER", served.address)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path
