"""CI refuses skips that nobody listed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[2] / ".ci/check-skips"
LONG = "no " + "very " * 100 + "long reason"

SKIPPING = f"""
import pytest

@pytest.mark.parametrize("case", ["one: with a colon", "[2]"])
@pytest.mark.skipif(True, reason="{LONG}")
def test_marked(case): ...

def test_inside():
    pytest.skip("over\\n two lines")

@pytest.mark.xfail(reason="known")
def test_expected_to_fail():
    assert False

def test_passes(): ...
"""

WHOLE_FILE = """
import pytest
pytest.skip("it isn't here", allow_module_level=True)
"""

SKIPS = [
    f"test_skipping.py: {LONG}",
    "test_skipping.py: over two lines",
    "test_whole.py: it isn't here",
]


@pytest.fixture(scope="module", name="report")
def _report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pytest reports of two files that skip in every way."""
    folder = tmp_path_factory.mktemp("skips")
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_skipping.py").write_text(SKIPPING)
    (folder / "test_whole.py").write_text(WHOLE_FILE)
    command = [sys.executable, "-m", "pytest", "--junit-xml=report.xml", "-ojunit_family=xunit1"]
    # The report of the run that this is part of stays as it is.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return folder / "report.xml"


def check(report: Path, listed: list[str]) -> tuple[int, list[str]]:
    expected = report.with_name("expected-skips")
    expected.write_text("# a comment\n" + "".join(f"{line}\n" for line in listed))
    command = [sys.executable, str(CHECK), str(report), str(expected)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()[1:]


def test_skips_that_are_listed_are_fine(report: Path) -> None:
    assert check(report, SKIPS) == (0, [])


@pytest.mark.parametrize("missing", SKIPS)
def test_a_skip_that_is_not_listed_is_told_with_its_whole_reason(
    report: Path, missing: str
) -> None:
    assert check(report, [line for line in SKIPS if line != missing]) == (1, [missing])


def test_the_file_counts_and_not_only_the_reason(report: Path) -> None:
    elsewhere = [line.replace("test_whole.py", "test_elsewhere.py") for line in SKIPS]

    assert check(report, elsewhere) == (1, ["test_whole.py: it isn't here"])
