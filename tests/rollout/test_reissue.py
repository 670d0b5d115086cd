"""An earlier version under a new number: that number, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.model.policy_digest import MANIFEST
from gate.policy import load
from gate.rollout.reissue import reissued
from tests.policy_people import AUTHOR
from tests.rollout.bundles import SITE, bundle


@given(old=st.integers(1, 10**9), new=st.integers(1, 10**9))
def test_only_the_number_changes_and_nobody_signed_it(old: int, new: int) -> None:
    assert reissued(bundle(old, by=(AUTHOR,)), new) == bundle(new)


def test_it_loads_as_the_new_version() -> None:
    assert load(reissued(bundle(7), 12), site=SITE).version == 12


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("version: 7", "version: 12"),
        ("name: a\r\nversion: 7  # seven\r\nversions: 7\r\n", None),
        ("{name: a, version: 7, rules: [7]}", "{name: a, version: 12, rules: [7]}"),
        ("note: |\n  version: 7\nversion: 7\n", "note: |\n  version: 7\nversion: 12\n"),
        ('version: "7"', None),
        ("\ufeffversion: 7\n", "\ufeffversion: 12\n"),
        ("version:\n  7\n", "version:\n  12\n"),
        ("names: [é, version]\nversion: 7\n", "names: [é, version]\nversion: 12\n"),
    ],
)
def test_wherever_it_stands_it_is_found_or_nothing_is_written(
    written: str, wanted: str | None
) -> None:
    files = {"policy.yaml": written.encode()}
    if wanted is None and '"' in written:
        with pytest.raises(Malformed, match="write it as"):
            reissued(files, 12)
        return
    wanted = wanted or written.replace("version: 7", "version: 12", 1)
    assert reissued(files, 12) == {"policy.yaml": wanted.encode()}


@pytest.mark.parametrize("text", [b"", b"name: a\n", b"- version: 7\n", b"version: [7]\n"])
def test_without_a_version_there_is_nothing_to_reissue(text: bytes) -> None:
    with pytest.raises(Malformed, match="has no version"):
        reissued({"policy.yaml": text}, 12)


@pytest.mark.parametrize("path", ["/etc/passwd", "tests/../../x", ".."])
def test_no_path_leads_out_of_the_folder(path: str) -> None:
    with pytest.raises(Malformed, match="is no path"):
        reissued({**bundle(7), path: b""}, 8)
    assert MANIFEST not in reissued(bundle(7, by=(AUTHOR,)), 8)
