"""How long policies take to load and to decide: the shipped one, and one of 500 rules."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gate.config import read_folder
from gate.config.policies import gate_site
from gate.decide import decide
from gate.policy import load
from tests import pki
from tests.cases import case

SHIPPED = Path(__file__).resolve().parents[1] / "policies/webpki-production"
ISSUERS = (pki.issuer(), pki.issuer(pki.TEST))
RULES = 500
ROUNDS = 200
MILLISECONDS = 1e3

# Of every five rules that are added, one is a condition, as in no policy that anyone would write.
ADDED = (
    "kind: text_absent, fields: [subject.o, subject.ou], words: [word {number}, bench]",
    "kind: dns_not_in, lists: [high-risk-names], match: name-and-below",
    "kind: ip_not_in, lists: [famous-addresses]",
    "kind: validity_at_most, max: {{schedule: longest-validity}}",
    "kind: cel, require: cert.validity_seconds <= {number} + 34560000, message: too long",
)


def main(rounds: int) -> None:
    """Print what loading and deciding take, in milliseconds."""
    site = gate_site(ISSUERS)
    shipped = dict(read_folder(SHIPPED))
    large = {**shipped, "policy.yaml": with_rules(shipped["policy.yaml"].decode(), RULES)}
    tell("load the shipped policy, ms", rounds, lambda: load(shipped, site=site))
    tell(f"load {RULES} rules, ms", rounds // 10, lambda: load(large, site=site))
    policy, largest = load(shipped, site=site), load(large, site=site)
    few = case(*names(3))
    many = case(*names(100))
    tell("decide by the shipped policy, 3 names, ms", rounds, lambda: decide(few, policy))
    tell("decide by the shipped policy, 100 names, ms", rounds, lambda: decide(many, policy))
    tell(f"decide by {RULES} rules, 3 names, ms", rounds // 4, lambda: decide(few, largest))


def with_rules(text: str, number: int) -> bytes:
    """The policy with as many rules as that."""
    more = range(text.count("\n  - id: "), number)
    rules = "".join(
        f"\n  - {{id: bench-{at}, title: One of many, mode: enforce, "
        f"{ADDED[at % len(ADDED)].format(number=at)}}}"
        for at in more
    )
    return (text + rules).encode()


def names(number: int) -> list[str]:
    """Names that are on no list."""
    return [f"www{at}.plovidba.hr" for at in range(number)]


def tell(what: str, rounds: int, work: Callable[[], object]) -> None:
    """Print the median and the best of so many rounds as one line of JSON."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * MILLISECONDS)
    figure = {"what": what, "median": round(statistics.median(times), 3)}
    print(json.dumps({**figure, "best": round(min(times), 3), "rounds": rounds}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
