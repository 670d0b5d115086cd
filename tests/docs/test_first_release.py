"""docs/first-release.md does what it says, block by block."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
ADDRESS = "127.0.0.1:43127"


def test_the_walk_from_an_order_to_a_verified_release_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (DOCS / "first-release.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 4
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "gate", "serve", "--dev", "--folder", "dev-gate"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as gate:
        try:
            assert gate.stdout is not None
            found = re.search(r"127\.0\.0\.1:\d+", gate.stdout.readline())
            assert found is not None
            code = "\n".join(blocks).replace(ADDRESS, found[0])
            exec(compile(code, "first-release.md", "exec"), {})
        finally:
            gate.terminate()
            gate.communicate()

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "RELEASE"
    assert re.fullmatch(r"[0-9a-f-]{36}", told[-1])
