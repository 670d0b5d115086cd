"""A folder is taken when it is whole, and never while somebody writes it."""

import os
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from gate.config import read_folder
from gate.errors import ConfigError
from gate.model.policy_digest import MANIFEST
from gate.rollout import Settling
from gate.rollout.settling import PATIENCE
from tests.policy_people import AUTHOR
from tests.rollout.bundles import STRICTER, bundle

SIGNED = bundle(7, by=(AUTHOR,))


def looks(*seen: Mapping[str, bytes] | Exception) -> list[Mapping[str, bytes] | None]:
    """What looking gives, where each look sees one of these."""
    coming = iter(seen)

    def read() -> Mapping[str, bytes]:
        found = next(coming)
        if isinstance(found, Exception):
            raise found
        return found

    settling = Settling(read)
    return [settling.look() for _ in seen]


def test_a_signed_folder_is_taken_at_once() -> None:
    assert looks(SIGNED) == [SIGNED]


def test_an_unsigned_folder_is_taken_when_two_looks_are_equal() -> None:
    one, two = bundle(7), bundle(8)
    assert looks(one, two, two, two) == [None, None, two, two]


@pytest.mark.parametrize("path", [path for path in SIGNED if path != MANIFEST])
def test_a_file_that_is_missing_other_or_new_keeps_a_signed_folder_back(path: str) -> None:
    without = {name: content for name, content in SIGNED.items() if name != path}
    other = SIGNED | {path: SIGNED[path] + b"#"}
    new = SIGNED | {f"{path}.new": b""}
    assert looks(without, other, new, without, SIGNED) == [None] * 4 + [SIGNED]


@pytest.mark.parametrize("length", [0, 1, 100, len(SIGNED[MANIFEST]) - 2])
def test_half_a_manifest_keeps_the_folder_back(length: int) -> None:
    half = SIGNED | {MANIFEST: SIGNED[MANIFEST][:length]}
    assert looks(half, SIGNED) == [None, SIGNED]


def test_a_folder_that_is_away_for_a_moment_is_waited_for() -> None:
    assert looks(SIGNED, ConfigError("no folder"), OSError("gone"), SIGNED)[-1] == SIGNED


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (bundle(8) | {MANIFEST: SIGNED[MANIFEST]}, "signed over other files .* `policy.yaml`"),
        (SIGNED | {MANIFEST: b"{"}, "manifest.json:2:1:"),
        (ConfigError("p: there is no such folder"), "there is no such folder"),
        (PermissionError(13, "no", "p/policy.yaml"), "policy.yaml"),
    ],
)
def test_what_is_not_whole_for_long_is_a_fault(
    seen: Mapping[str, bytes] | Exception, said: str
) -> None:
    assert looks(*[seen] * (PATIENCE - 1)) == [None] * (PATIENCE - 1)
    with pytest.raises(ConfigError, match=said):
        looks(*[seen] * PATIENCE)


def test_a_folder_that_is_too_large_is_not_read_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "policy.yaml").open("wb") as file:
        file.truncate(1 << 40)
    settling = Settling(lambda: read_folder(tmp_path))
    for _ in range(PATIENCE - 1):
        assert settling.look() is None
    with pytest.raises(ConfigError, match="holds more than the 16 MiB"):
        settling.look()


def test_files_that_change_for_ever_are_a_fault() -> None:
    with pytest.raises(ConfigError, match="change all the time"):
        looks(*[bundle(7 + at) for at in range(PATIENCE)])


def test_after_a_fault_a_whole_folder_is_taken() -> None:
    coming = [*[SIGNED | {"new": b""}] * PATIENCE, SIGNED]
    settling = Settling(lambda: coming.pop(0))
    for _ in range(PATIENCE - 1):
        assert settling.look() is None
    with pytest.raises(ConfigError):
        settling.look()
    assert settling.look() == SIGNED


@pytest.mark.parametrize("seed", range(20))
def test_a_writer_in_any_order_is_never_caught_between_two_policies(
    tmp_path: Path, seed: int
) -> None:
    """Between any two writes of a byte-wise, unordered copy the folder is looked at."""
    chance = random.Random(seed)
    old, new = SIGNED, bundle(8, STRICTER, by=(AUTHOR,))
    for path, content in old.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    settling = Settling(lambda: read_folder(tmp_path))
    taken = [settling.look()]
    paths = list(new)
    chance.shuffle(paths)
    for path in paths:
        with (tmp_path / path).open("wb") as file:
            half = chance.randrange(len(new[path]))
            for part in (new[path][:half], new[path][half:]):
                file.write(part)
                file.flush()
                os.fsync(file.fileno())
                settling._looks = 0
                taken.append(settling.look())
    assert [each for each in taken if each is not None and each not in (old, new)] == []
    assert taken[-1] == new
