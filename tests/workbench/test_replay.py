"""Recorded decisions are made again, and judged by another policy; what is not known is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate import __version__
from gate.decide import decide
from gate.demo.orders import ORDERS
from gate.errors import ConfigError, Tampered
from gate.model import (
    Case,
    CertificateType,
    Decision,
    LinterReport,
    LinterStatus,
    Mode,
    Outcome,
    Stage,
    Trust,
    Verdict,
)
from gate.policy import Policy
from gate.ports import NewEntry, StoredEntry
from gate.record import PolicyDocument, decision_entry, open_decision, open_policy
from gate.workbench.recorded_case import facts_of
from gate.workbench.replay import Replay
from gate.workbench.replay_report import MOST_TOLD, ReplayReport, Unreproduced
from gate.workbench.tally import MOST_EXAMPLES
from tests import cases, pki
from tests.log import SALT
from tests.workbench.past import (
    ISSUERS,
    OBJECTING,
    Past,
    counts,
    edited,
    keys,
    policy_of,
    replayer,
    weakened,
    whole_past,
)

NEXT_STEP = datetime(2027, 3, 15, tzinfo=UTC)
"""When certificates and validations may be only half as long or old (BR 6.3.2, 4.2.1)."""

BY_KEY = {order.key: order for order in ORDERS}

PLACEHOLDERS = policy_of(weakened("no-placeholder-text"))


@pytest.fixture(name="past", scope="module")
def _past() -> Past:
    return whole_past()


class Erased:
    """A log in which the documents of some entries were erased."""

    def __init__(self, storage: Any, *indexes: int) -> None:
        self._storage = storage
        self._indexes = indexes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def entries(self, start: int, stop: int) -> Iterator[StoredEntry]:
        yield from map(self._seen, self._storage.entries(start, stop))

    def by_lookup(self, words: Any, **limits: Any) -> tuple[StoredEntry, ...]:
        return tuple(map(self._seen, self._storage.by_lookup(words, **limits)))

    def _seen(self, entry: StoredEntry) -> StoredEntry:
        erased = entry.index in self._indexes
        return replace(entry, private=b"", salt=b"") if erased else entry


def test_the_same_policy_changes_nothing(past: Past) -> None:
    report = past.replay()

    assert (report.decisions, report.reproduced, report.judged) == (58, 58, 58)
    assert report.fine
    assert (report.newly_blocked.count, report.newly_released.count) == (0, 0)
    assert report.other_reasons.count == 0


def test_what_a_looser_policy_releases_is_told_by_the_rule_that_blocked_it(past: Past) -> None:
    report = past.replay(PLACEHOLDERS)

    assert keys(past, report.newly_released.examples) == ["fina-g2", "fina-g3"]
    assert counts(report, "releasing") == {"no-placeholder-text": 2}
    assert counts(report, "blocking_no_more") == {"no-placeholder-text": 10}
    assert report.other_reasons.count == 10
    assert report.reproduced == 58
    assert not report.fine


def test_a_release_may_be_accepted_by_rule_or_by_decision(past: Past) -> None:
    one, other = past.replay(PLACEHOLDERS).newly_released.examples

    assert past.replay(PLACEHOLDERS, accepted={"no-placeholder-text"}).fine
    assert past.replay(PLACEHOLDERS, accepted={one, other}).fine
    assert past.replay(PLACEHOLDERS, accepted={one}).unaccepted.examples == [other]
    assert past.replay(PLACEHOLDERS, accepted={"order-matches"}).unaccepted.count == 2


def test_every_rule_that_blocked_must_be_accepted() -> None:
    back_dated = replace(BY_KEY["fina-g2"], key="both", age=timedelta(days=3))
    past = Past().record_policy().record_evidence([back_dated]).send([back_dated])
    rules = {"no-placeholder-text", "not-before-window"}
    policy = policy_of(weakened(*rules))

    assert past.replay(policy, accepted={"no-placeholder-text"}).unaccepted.count == 1
    assert past.replay(policy, accepted=rules).fine
    assert counts(past.replay(policy), "releasing") == dict.fromkeys(rules, 1)


def test_what_a_stricter_policy_blocks_is_told_by_rule(past: Past) -> None:
    shorter = policy_of(edited(("from: 2026-03-15, days: 199", "from: 2026-03-15, days: 80")))
    report = past.replay(shorter)
    released = sum(
        open_decision(entry).decision.verdict is Verdict.RELEASE
        for entry in past.storage.entries(0, past.log.size)
        if b'"kind":"decision"' in entry.leaf
    )

    assert 0 < report.newly_blocked.count == released
    assert counts(report, "blocking") == {"validity-limit": released}
    assert report.newly_released.count == 0
    assert report.fine


def test_a_rule_that_is_only_tried_out_is_counted_where_it_would_fail() -> None:
    old = Past(files=weakened("no-placeholder-text", mode="off"))
    old.record_policy().record_evidence().send()
    tried = old.replay(policy_of(weakened("no-placeholder-text", mode="dry-run")))

    assert counts(tried, "failing") == {"no-placeholder-text": 12}
    assert (tried.fine, tried.newly_blocked.count) == (True, 0)


def test_only_what_was_made_in_the_time_asked_for_is_replayed() -> None:
    past = Past().record_policy().record_evidence()
    for order in ORDERS[:6]:
        past.now += timedelta(hours=1)
        past.send([order])
    since, until = pki.NOW + timedelta(hours=2), pki.NOW + timedelta(hours=5)

    assert past.replay(since=since).decisions == 5
    assert past.replay(until=until).decisions == 4
    assert past.replay(since=since, until=until).decisions == 3
    assert past.replay(since=pki.NOW + timedelta(days=1)).decisions == 0


def test_linters_of_today_are_asked_again(past: Past) -> None:
    def objecting(*_: object) -> tuple[LinterReport, ...]:
        return (OBJECTING, replace(cases.LINTERS[1], status=LinterStatus.TIMED_OUT))

    report = past.replay(lint=objecting)
    blocked = keys(past, report.newly_blocked.examples)
    same = past.replay(lint=as_then)

    assert counts(report, "linting") == {
        "badkeys: COMPLETED then, TIMED_OUT now": 57,
        "pkilint: pkix.wrong (error) found now": 51,
    }
    assert len(blocked) == 30
    assert counts(report, "blocking") == {"floor.linters": 30, "linters-clean": 30}
    assert counts(same, "linting") == {"pkilint: pkix.wrong (error) found no more": 6}


def as_then(der: bytes, type_: CertificateType, stage: Stage) -> tuple[LinterReport, ...]:
    return cases.LINTERS


def test_a_decision_without_its_facts_is_not_reproducible() -> None:
    past = Past().record_policy()
    case = cases.case("www.plovidba.hr")
    past.log.append([decided(past, case, facts=None)])
    (missed,) = past.replay().unreproduced

    assert missed.why == "what it was judged on was not recorded yet"
    assert (missed.decision_id, missed.log_index) == ("decision-1", 2)


def decided(past: Past, case: Case, decision: Decision | None = None, **changes: Any) -> NewEntry:
    """The entry of a decision on this case, by the policy of the past."""
    made = decision or decide(case, policy_of(past.files))
    fields: dict[str, Any] = {
        "decision_id": "decision-1",
        "request": case.request,
        "decision": made,
        "certificate": case.certificate,
        "issuer": case.issuer,
        "profile_known": True,
        "evidence": (),
        "salt": SALT,
        "facts": facts_of(case),
    }
    return decision_entry(**{**fields, **changes})


def test_a_decision_that_comes_out_otherwise_is_told_with_its_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    past = Past().record_policy()
    case = cases.case("www.plovidba.hr")
    right = decide(case, policy_of())
    wrong = tuple(
        replace(rule, outcome=Outcome.FAIL, mode=Mode.WARN)
        if rule.rule_id == "validity-limit"
        else replace(rule, title="another title")
        if rule.rule_id == "order-matches"
        else rule
        for rule in right.rules
        if rule.rule_id != "linters-clean"
    )
    past.log.append([decided(past, case, replace(right, rules=wrong))])
    (missed,) = past.replay().unreproduced

    assert missed.rules == (
        "order-matches: PASS (enforce) with other findings or words",
        "validity-limit: FAIL (warn) then, PASS (enforce) now",
        "linters-clean: not judged then, PASS (enforce) now",
    )
    assert missed.why == "it comes out otherwise, and nothing that has a version differs"

    monkeypatch.setattr("gate.workbench.replay.__version__", "9.9.9")
    (missed,) = past.replay(versions={"conditions": "CEL 2"}).unreproduced
    assert missed.why == (
        "it comes out otherwise: conditions was not there and is CEL 2; "
        "pkilint was 1 and is not there; "
        f"the gate was {__version__} and is 9.9.9"
    )


def test_without_its_policy_no_decision_is_reproducible() -> None:
    past = Past().record_evidence().send(ORDERS[:2])
    past.record_policy()
    report = past.replay()

    assert (report.decisions, report.reproduced, report.judged) == (2, 0, 0)
    assert [one.why for one in report.unreproduced] == [
        "the log does not hold the policy that made it"
    ] * 2
    assert not report.fine


def test_a_policy_that_does_not_load_any_more_is_told(past: Past) -> None:
    def refusing(_: PolicyDocument) -> Policy:
        raise ConfigError("policy.yaml:1:1: wrong", "and more")

    report = replayer(past.storage, Replay(policy=policy_of()), load=refusing).run(0, past.log.size)

    assert counts(report, "reasons") == {
        "the policy that made it does not load here: policy.yaml:1:1: wrong": 58
    }
    assert report.judged == 58


def test_erased_documents_are_told(past: Past) -> None:
    first = next(
        entry.index
        for entry in past.storage.entries(0, past.log.size)
        if b'"kind":"decision"' in entry.leaf
    )
    replay = Replay(policy=policy_of())
    erased = replayer(Erased(past.storage, first), replay).run(0, past.log.size)
    without = replayer(Erased(past.storage, 1), replay).run(0, past.log.size)

    assert counts(erased, "reasons") == {
        f"the private document of entry {first} has been erased": 1
    }
    assert erased.reproduced == 57
    assert counts(without, "reasons") == {"the policy that made it has been erased": 58}


def test_each_decision_is_made_again_among_the_issuers_of_its_time() -> None:
    past = Past().record_policy().record_evidence().send(ORDERS[:1])
    trusted = tuple(replace(issuer, trust=Trust.TEST) for issuer in ISSUERS)
    past.record_policy("policy-2", issuers=trusted, change="same", replaces=policy_of().digest)
    report = past.replay()

    assert report.reproduced == 1
    last = open_policy(past.storage.entry(past.log.size - 1))
    assert [issuer.trust for issuer in last.issuers] == [Trust.TEST, Trust.TEST]


def test_a_document_that_was_changed_stops_the_replay(past: Past) -> None:
    class Changed(Erased):
        def _seen(self, entry: StoredEntry) -> StoredEntry:
            return replace(entry, private=entry.private + b"\x00")

    with pytest.raises(Tampered, match="not what was recorded"):
        replayer(Changed(past.storage), Replay(policy=policy_of())).run(0, past.log.size)


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_the_parts_of_a_log_add_up_to_the_whole(past: Past, data: st.DataObject) -> None:
    size = past.log.size
    cut = data.draw(st.integers(0, size))
    found = replayer(past.storage, Replay(policy=PLACEHOLDERS, as_of=NEXT_STEP))
    parts = found.run(0, cut)
    parts.merge(found.run(cut, size))

    assert parts == found.run(0, size)


def test_a_report_does_not_grow_without_end() -> None:
    report = ReplayReport()
    for at in range(MOST_TOLD + 5):
        report.miss(Unreproduced(decision_id=str(at), log_index=at, why="why"))
    twice = ReplayReport()
    twice.merge(report)
    twice.merge(report)

    assert (twice.unreproduced_count, len(twice.unreproduced)) == (2 * MOST_TOLD + 10, MOST_TOLD)
    assert len(twice.reasons.by_name["why"].examples) == MOST_EXAMPLES
