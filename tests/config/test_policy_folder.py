"""A policy's folder is read whole, or not at all."""

from pathlib import Path

import pytest

from gate.config import read_folder
from gate.errors import ConfigError


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "policy"
    (folder / "tests").mkdir(parents=True)
    (folder / "policy.yaml").write_text("one")
    (folder / "tests" / "a.test.yaml").write_text("two")
    return folder


def test_hidden_files_are_passed_over_and_links_to_files_are_read(folder: Path) -> None:
    # So a container's volume looks: each file is a link into a hidden folder.
    (folder / "..data").mkdir()
    (folder / "..data" / "grants.yaml").write_text("three")
    (folder / "grants.yaml").symlink_to("..data/grants.yaml")
    (folder / ".git").symlink_to(folder.parent)
    assert read_folder(folder) == {
        "grants.yaml": b"three",
        "policy.yaml": b"one",
        "tests/a.test.yaml": b"two",
    }


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_to_a_folder_or_to_nothing_is_never_passed_over(folder: Path, target: str) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "names.txt").write_text("four")
    (folder / "lists").symlink_to(folder.parent / target)
    with pytest.raises(ConfigError, match="lists: a link, and not to a file"):
        read_folder(folder)
