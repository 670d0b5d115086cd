"""Reports on candidates in the log: what the leaf says, how they add up, what verify checks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed, Refused, Tampered
from gate.model import Mode
from gate.ports import NewEntry
from gate.record import (
    RuleDifference,
    ShadowCounts,
    Tally,
    decode_decision,
    open_shadow,
    read_leaf,
    shadow_entries,
    shadow_entry,
)
from gate.record.shadow_counts import MOST_EXAMPLES
from gate.record.shadows import counts_told, digests_told
from gate.storage import MemoryStorage
from tests.log import SALT, check, decided, open_log, stored
from tests.record.test_policies import decided_by, digest, policy
from tests.record.vector_inputs import SHADOW

IDS = st.text("abc", min_size=1, max_size=3)
TALLIES = st.lists(IDS, max_size=30).map(
    lambda ids: sum((Tally.of(each) for each in ids), start=Tally())
)
RULES = st.builds(
    RuleDifference, rule_id=IDS, newly_fails=TALLIES, no_longer_fails=TALLIES, active=st.none()
)
COUNTS = st.builds(
    ShadowCounts,
    judged=st.integers(0, 9),
    differing=TALLIES,
    newly_blocked=TALLIES,
    dropped=st.integers(0, 9),
    rules=st.lists(RULES, max_size=3, unique_by=lambda rule: rule.rule_id).map(
        lambda rules: tuple(sorted(rules, key=lambda rule: rule.rule_id))
    ),
)


def report(number: int = 1, active: NewEntry | None = None) -> NewEntry:
    """The report of the vectors, beside this policy."""
    document = SHADOW
    if active is not None:
        document = replace(SHADOW, active=replace(SHADOW.active, digest=digest(active)))
    return shadow_entry(entry_id=f"shadow-{number}", document=document, salt=SALT)


@given(COUNTS, COUNTS, COUNTS)
def test_counts_add_up_in_any_grouping(
    one: ShadowCounts, two: ShadowCounts, three: ShadowCounts
) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + ShadowCounts() == one == ShadowCounts() + one
    total = one + two
    assert total.judged == one.judged + two.judged
    assert total.differing.count == one.differing.count + two.differing.count
    assert len(total.differing.examples) == min(total.differing.count, MOST_EXAMPLES)


def test_the_modes_are_those_of_the_later() -> None:
    one = RuleDifference(rule_id="a", active=Mode.ENFORCE, candidate=None)
    two = RuleDifference(rule_id="a", active=Mode.ENFORCE, candidate=Mode.WARN)
    (rule,) = (ShadowCounts(rules=(one,)) + ShadowCounts(rules=(two,))).rules
    assert rule == two
    assert not rule.differs


@pytest.mark.parametrize("name", ["differing", "errors", "timeouts"])
def test_what_differs_or_was_not_judged_is_not_fine(name: str) -> None:
    tally = {name: Tally.of("decision-1")}
    assert not ShadowCounts(judged=2, **tally).fine  # type: ignore[arg-type]  # a tally by its name
    assert ShadowCounts(judged=2, dropped=1).fine


def test_a_report_is_read_back_and_found_by_its_candidate() -> None:
    storage = MemoryStorage()
    log = open_log(storage)
    log.append([report(1), decided("a"), report(2)])
    found = list(shadow_entries(storage, SHADOW.candidate.digest))
    assert [open_shadow(each) for each in found] == [SHADOW, SHADOW]
    later = list(shadow_entries(storage, SHADOW.candidate.digest, after=found[0].index))
    assert [each.entry_id for each in later] == ["shadow-2"]
    assert list(shadow_entries(storage, SHADOW.active.digest)) == []


def test_the_leaf_alone_tells_the_counts() -> None:
    since, counts = counts_told(read_leaf(report().leaf))
    assert since == SHADOW.since
    assert (counts.judged, counts.dropped) == (5, 6)
    assert counts.differing == Tally(3)
    assert counts.rules == ()
    digests = SHADOW.active.digest, SHADOW.candidate.digest
    assert digests_told(read_leaf(report().leaf)) == digests


def test_another_leaf_tells_no_counts() -> None:
    leaf = read_leaf(decided().leaf)
    with pytest.raises(Malformed):
        counts_told(leaf)
    with pytest.raises(Malformed):
        digests_told(leaf)


def test_a_report_that_is_not_its_leafs_is_tampering() -> None:
    entry = report()
    other = shadow_entry(
        entry_id="shadow-1",
        document=replace(SHADOW, until=SHADOW.until + timedelta(seconds=1)),
        salt=SALT,
    )
    for bad in (
        replace(stored(entry), private=other.private),
        replace(stored(entry), leaf=other.leaf),
        replace(stored(entry), entry_id="another"),
        stored(decided()),
    ):
        with pytest.raises(Tampered):
            open_shadow(bad)
    with pytest.raises(Tampered, match="of kind `shadow`"):
        decode_decision(stored(entry))
    with pytest.raises(Refused, match="erased"):
        open_shadow(replace(stored(entry), private=b"", salt=b""))


def test_a_log_with_reports_holds() -> None:
    storage, one = MemoryStorage(), policy()
    open_log(storage).append([one, decided_by(one, "a"), report(active=one)])
    assert check(storage).sound


def test_a_report_beside_a_policy_that_nobody_recorded_is_found() -> None:
    storage, one = MemoryStorage(), policy()
    open_log(storage).append([one, report()])
    (problem,) = check(storage).problems
    assert "is about a policy that no entry before 2 records" in problem.what


def test_a_report_that_says_something_else_than_its_leaf_is_found() -> None:
    storage = MemoryStorage()
    counts = replace(SHADOW.counts, judged=1000)
    false = shadow_entry(entry_id="shadow-1", document=replace(SHADOW, counts=counts), salt=SALT)
    # The commitment holds, because whoever wrote the leaf made it so.
    leaf = false.leaf.replace(b'"judged":1000', b'"judged":5')
    open_log(storage).append([replace(false, leaf=leaf)])
    (problem,) = check(storage).problems
    assert "is not the one that its leaf sums up" in problem.what


def test_a_report_that_is_not_found_by_its_candidate_is_found_by_verify() -> None:
    storage = MemoryStorage()
    open_log(storage).append([replace(report(), lookups=())])
    (problem,) = check(storage).problems
    assert "not found by its candidate" in problem.what
