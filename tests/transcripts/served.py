"""A gate served by `gate serve --dev` itself, in a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The folder of a gate that runs, and where it answers."""

    folder: Path
    address: str


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve from this new folder; at the end SIGTERM must be a good end."""
    command = [sys.executable, "-m", "gate", "serve", "--dev", "--folder", str(folder)]
    with (
        folder.with_suffix(".stderr").open("w") as errors,
        subprocess.Popen(
            [*command, "--format", "json"], stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if line == "}\n":
                break
        try:
            yield Served(folder=folder, address=json.loads(told)["address"])
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
