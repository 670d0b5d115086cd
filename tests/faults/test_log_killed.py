"""kill -9 at any moment: what was acknowledged is there, and the log verifies."""

import subprocess
import sys
from pathlib import Path
from random import Random
from time import sleep

from gate.storage import SQLiteStorage
from gate.tlog import leaf_hash
from tests.log import check, open_log

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 12


def run_and_kill(path: Path, seconds: float) -> dict[int, str]:
    """Let the appender work for a while, kill it, and return what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.appender", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, "the appender did not start"
    # The moment of death is the test; it is measured from the first acknowledgement.
    sleep(seconds)
    process.kill()
    rest = process.stdout.read()
    process.stdout.close()
    process.wait()
    whole = (first + rest).rpartition("\n")[0].split("\n")
    return {int(index): digest for index, digest in (line.split() for line in whole)}


def test_nothing_acknowledged_is_lost_or_changed_by_kill_9(tmp_path: Path) -> None:
    path, random = tmp_path / "log.db", Random(20261123)
    acknowledged: dict[int, str] = {}
    for _ in range(ROUNDS):
        fresh = run_and_kill(path, random.uniform(0.0, 0.25))
        assert not acknowledged.keys() & fresh.keys()
        acknowledged |= fresh
        storage = SQLiteStorage(path)
        log = open_log(storage)
        report = check(storage)
        stored = {each.index: leaf_hash(each.leaf).hex() for each in storage.entries(0, log.size)}
        log.close()
        storage.close()

        assert report.problems == ()
        assert acknowledged.items() <= stored.items()
    assert len(acknowledged) > 10 * ROUNDS
