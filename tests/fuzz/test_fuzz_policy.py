"""Whatever bytes a policy consists of, it loads or is refused with reasons: nothing else happens.

Runs for seconds; FUZZ_SECONDS says how long instead, shared among the targets.
"""

import os
from collections.abc import Mapping
from random import Random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import ConfigError
from gate.policy import Policy, Site, load
from gate.policy.document import read
from gate.policy.kinds import KINDS
from gate.policy.problems import Problems
from tests.policy.bundles import ISSUERS, bundle, shipped_files
from tests.policy.judging import case

SECONDS = float(os.environ.get("FUZZ_SECONDS") or 0)
STARTS = (bundle(), shipped_files("webpki-production"))
CASE = case("www.plovidba.hr", "1.1.1.1", "*.bank.example")
SCRAPS = (
    *(f"kind: {kind}" for kind in KINDS),
    *"[]{}:,#&*!|>'\"%@`-?\n \t\\\x00\x85\u202e\ufeff",
    *("mode: off", "mode: [{from: 2027-01-01, mode: warn}]", "days: 400", "- ", "<<: ", "---\n"),
    *("null", "true", "0", "-1", "99999999999", "2027-13-01", "0000-01-01", "9999-12-31", "::/0"),
    *("*a", "&a", "!!x ", "(?:a+)+", "[[]]", "{whole: '(a|b)*'}", "a" * 300, "\u0130", "ﬁ"),
)


def loaded_or_told(files: Mapping[str, bytes]) -> Policy | tuple[str, ...]:
    """The policy, or what is wrong with its files."""
    try:
        return load(files, site=Site(issuers=ISSUERS))
    except ConfigError as error:
        return error.problems


def check(files: Mapping[str, bytes]) -> None:
    """A Policy that can judge, or lines that print."""
    policy = loaded_or_told(files)
    if not isinstance(policy, Policy):
        assert policy
        assert all(problem.isprintable() for problem in policy)
        return
    assert load(files, site=Site(issuers=ISSUERS)) == policy
    for rule in policy.rules:
        rule.mode(CASE)
        rule.in_force(CASE)
        rule.applies(CASE)
        try:
            rule.judge(CASE)
        except ConfigError:
            continue  # The case lies before the first step of a schedule.


def mutated(files: Mapping[str, bytes], chance: Random) -> dict[str, bytes]:
    """The files with a few places cut, doubled, overwritten or filled with scraps."""
    changed = dict(files)
    for _ in range(chance.randint(1, 4)):
        path = chance.choice(sorted(changed))
        data = changed[path]
        at, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        end = chance.choice([at, at + 1, min(end, at + 40), end])
        piece = chance.choice(
            [
                b"",
                data[at:end] * 2,
                chance.choice(SCRAPS).encode(),
                chance.randbytes(chance.randint(1, 4)),
                _line(data, chance),
            ]
        )
        changed[path] = data[:at] + piece + data[end:]
    if chance.random() < 0.05:
        changed.pop(chance.choice(sorted(changed)))
    return changed


def _line(data: bytes, chance: Random) -> bytes:
    return chance.choice(data.split(b"\n") or [b""]) + b"\n"


def run(seconds: float, seed: int) -> int:
    """Mutate for so long; gives how many policies were tried."""
    chance = Random(seed)
    ends = monotonic() + seconds
    tried = 0
    while monotonic() < ends:
        check(mutated(chance.choice(STARTS), chance))
        tried += 1
    return tried


@pytest.mark.timeout(max(120, 2 * SECONDS))
def test_spoilt_policies_load_or_are_refused() -> None:
    assert run(max(SECONDS * 0.7, 2), seed=20261123) > 20


@settings(max_examples=100 if not SECONDS else int(100 + SECONDS * 30), deadline=None)
@given(
    st.sampled_from(sorted(bundle())), st.binary(max_size=60) | st.text(max_size=60).map(str.encode)
)
def test_any_bytes_as_a_file_load_or_are_refused(path: str, data: bytes) -> None:
    check({**bundle(), path: data})


@settings(max_examples=200 if not SECONDS else int(200 + SECONDS * 100), deadline=None)
@given(st.text(st.sampled_from("ab:-,[]{}#&*!|>'\"%?\n \\"), max_size=40))
def test_any_yaml_is_read_or_refused(text: str) -> None:
    problems = Problems()
    read("a.yaml", text.encode(), problems)
    for problem in problems.error().problems:
        assert problem.isprintable()


def test_the_policies_that_are_spoilt_are_good_ones() -> None:
    for files in STARTS:
        load(files, site=Site(issuers=ISSUERS))
