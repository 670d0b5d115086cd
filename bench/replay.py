"""How many decisions a second `gate policy replay` makes again and judges anew."""

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.recorded_log import FILES, POLICY, write_log
from gate.config import reading
from gate.config.replaying import ReplayJob, replay_log
from gate.decide import decide
from gate.ports import LogStorage
from gate.record import open_decision
from gate.signers import write_key
from gate.workbench.past_decisions import past_decisions
from gate.workbench.recorded_case import case_of
from gate.workbench.recorded_policies import RecordedPolicies

DECISIONS = 20_000
MILLION = 1_000_000


def main(decisions: int) -> None:
    """Write a log of that many decisions, replay it, and print the figures."""
    with TemporaryDirectory() as name:
        database, key = Path(name) / "gate.db", Path(name) / "log.key"
        write_key(key)
        tell("write the log", decisions, lambda: write_log(database, key, decisions))
        print(json.dumps({"what": "bytes per decision", "value": size(database) // decisions}))
        with reading(database) as storage:
            tell("read and build the case", decisions, lambda: rebuild(storage, again=False))
            tell("make the decision again", decisions, lambda: rebuild(storage, again=True))
        job = ReplayJob(database=database, files=FILES)
        for workers in sorted({1, os.cpu_count() or 1}):
            tell(
                f"replay: make again, and judge by another policy, workers: {workers}",
                decisions,
                partial(replay, job, workers, decisions),
            )


def rebuild(storage: LogStorage, *, again: bool) -> None:
    """Build every case again, and perhaps make every decision again."""
    state, policies = storage.state(), RecordedPolicies(storage)
    assert state is not None  # noqa: S101 - it was written a moment ago
    for entry in past_decisions(storage, 0, state.size):
        document = open_decision(entry)
        issuers = policies.of(document.decision.policy.digest, entry.index).issuers
        case = case_of(document, issuers)
        if again and decide(case, POLICY) != document.decision:
            raise SystemExit(f"{entry.entry_id} comes out otherwise")


def replay(job: ReplayJob, workers: int, decisions: int) -> None:
    """Replay all of the log; every decision must come out as it is."""
    _, report = replay_log(job, workers=workers, progress=lambda *_: None)
    if report.reproduced != decisions or not report.fine:
        raise SystemExit("not all decisions came out as they were recorded")


def tell(what: str, decisions: int, run: Callable[[], None]) -> None:
    """Run it, and print how fast it was: by the clock, and by what the processors did."""
    begun, before = time.perf_counter(), spent()
    run()
    seconds, busy = time.perf_counter() - begun, spent() - before
    figure = {
        "what": what,
        "decisions": decisions,
        "seconds": round(seconds, 2),
        "per_second": round(decisions / seconds),
        "per_second_of_one_core": round(decisions / busy),
        "core_minutes_for_a_million": round(busy / decisions * MILLION / 60, 1),
    }
    print(json.dumps(figure), flush=True)


def spent() -> float:
    """The seconds of processors that this process and those it waited for have taken."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def size(database: Path) -> int:
    """How large the log is on the disk."""
    return sum(each.stat().st_size for each in database.parent.glob("gate.db*"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DECISIONS)
