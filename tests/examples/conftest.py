"""A real `gate serve --dev` for all clients, and a new order for each test."""

import re
import subprocess
import sys
from collections.abc import Iterator
from shutil import copytree, ignore_patterns

import pytest

from tests.examples.page import ROOT
from tests.examples.place import Place


@pytest.fixture(scope="session", name="gate")
def _gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The gate of the page, serving in a copy of what clients need of the checkout."""
    folder = tmp_path_factory.mktemp("clients")
    for name in ("examples", "protos"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("gen", "target", "evaluate"))
    command = [sys.executable, "-m", "gate", "serve", "--dev", "--folder", "dev-gate"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None
            place = Place(folder, found[0])
            place.prepare()
            yield place
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture
def place(gate: Place) -> Place:
    gate.prepare()
    return gate
