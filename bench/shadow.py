"""What a candidate beside the policy costs those who ask, and how fast it judges."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count

from gate.model import RecordedDecision
from tests import pki
from tests.rollout.shadowing import TIGHTER, Shadowed, shadowed, until, version_of
from tests.service.building import NAME

DECISIONS = 500
CANDIDATE = version_of(900, TIGHTER)
TBS = pki.precertificate(NAME)


def main(decisions: int) -> None:
    """Print the cost of handing a decision over, and of answering with and without a candidate."""
    with shadowed(CANDIDATE) as beside:
        beside.ready()
        hand_over(beside, decisions)
        numbers = count()
        for what in ("without a candidate", "with a candidate", "without, again"):
            listener = beside.shadow.take if what == "with a candidate" else None
            beside.bench.gate._listener = listener  # noqa: SLF001 - the very thing that is compared
            answer(beside, what, decisions, numbers.__next__)


def hand_over(beside: Shadowed, decisions: int) -> None:
    """Time what the answering thread does, and how long the candidate takes for all of it."""
    decision_id, decision = beside.ask()
    stored = beside.bench.storage.by_id(decision_id)
    assert stored is not None  # noqa: S101 - it was recorded a moment ago
    recorded = RecordedDecision(decision_id=decision_id, log_index=0, decision=decision)
    begun = time.perf_counter()
    times = [timed(lambda: beside.shadow.take(recorded, stored.private)) for _ in range(decisions)]
    until(lambda: beside.shadow.counted.judged > decisions)
    tell("hand a decision over, µs", statistics.median(times) * 1e6)
    tell("judged a second, nothing else to do", decisions / (time.perf_counter() - begun))


def answer(beside: Shadowed, what: str, decisions: int, number: Callable[[], int]) -> None:
    """Time answers that are asked for one after the other."""
    requests = [
        beside.bench.ask(request_id=f"bench-{number()}", tbs_certificate=TBS)
        for _ in range(decisions)
    ]
    times = sorted(
        timed(lambda: beside.bench.gate.evaluate(request))  # noqa: B023 - called at once
        for request in requests
    )
    tell(f"answer, {what}, µs", statistics.median(times) * 1e6)
    tell(f"answer, {what}, slowest of a hundred, µs", times[len(times) * 99 // 100] * 1e6)


def timed(work: Callable[[], object]) -> float:
    """How many seconds it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def tell(what: str, value: float) -> None:
    """Print one figure."""
    print(json.dumps({"what": what, "value": round(value, 1)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DECISIONS)
