"""The demo: every order gets the verdict it must, and a gate that errs is found out."""

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from gate.cli.main import main
from gate.demo.orders import ORDERS


def test_the_demo_gives_every_order_what_it_must_get(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert [order["key"] for order in told["orders"]] == [order.key for order in ORDERS]
    assert all(order["as_expected"] for order in told["orders"])
    assert told["log_problems"] == []
    clean = {order["key"] for order in told["orders"] if order["linters_clean"]}
    context_only = {f"fina-f{n}" for n in (1, 2, 3, 4)} | {f"fina-g{n}" for n in (1, 2, 3)}
    assert context_only <= clean


@pytest.mark.slow
def test_the_demo_runs_from_an_installed_wheel_in_an_empty_folder(tmp_path: Path) -> None:
    root, source = Path(__file__).resolve().parents[2], tmp_path / "source"
    leave = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__")
    shutil.copytree(root, source, symlinks=True, ignore=leave)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "."]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = source.glob("*.whl")
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = str(home / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", str(wheel)], check=True)
    # The dependencies are those of this environment; the gate is the wheel's.
    (site,) = (home / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    empty = tmp_path / "empty"
    empty.mkdir()

    ran = subprocess.run(
        [str(home / "bin" / "gate"), "demo"],
        cwd=empty,
        env={"PATH": "/usr/bin:/bin", "HOME": str(empty)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "none not as expected" in ran.stdout
