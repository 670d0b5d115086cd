"""Retries, case by case: what a requester gets who asks again under the same request id."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from gate.errors import Refused, Unavailable
from gate.model import (
    BlockCause,
    Finding,
    IssuanceRequest,
    LinterReport,
    LinterStatus,
    Purpose,
    Severity,
    Verdict,
)
from gate.service import Answer
from gate.service.recent_proofs import MOST_KEPT, RecentProofs
from gate.storage import Fault
from tests import pki
from tests.cases import LINTERS
from tests.service.building import NAME, DeafLedger, Workbench


def ask(bench: Workbench, **changes: Any) -> Answer:
    return bench.gate.evaluate(bench.ask(**changes))


def same(bench: Workbench, first: Answer) -> None:
    """The identical answer: decision, token, entry and proof, byte for byte."""
    again = ask(bench)
    assert again == first
    assert again.release == first.release


def same_but_newly_proven(bench: Workbench, first: Answer) -> None:
    """After a restart the proof may lead to a newer checkpoint; all else is identical."""
    again = ask(bench)
    assert again.release is not None
    assert first.release is not None
    assert replace(again.release, log_proof=first.release.log_proof) == first.release
    assert again.decision == first.decision


def decision_alone(bench: Workbench, first: Answer) -> None:
    """The decision that was recorded, and no release any more."""
    assert ask(bench) == replace(first, release=None)


def already_exists(**changes: Any) -> Callable[[Workbench, Answer], None]:
    """The request id was used for something else."""

    def refused(bench: Workbench, _: Answer) -> None:
        with pytest.raises(Refused, match="was used for another request"):
            ask(bench, **changes)

    return refused


def fresh(**changes: Any) -> Callable[[Workbench, Answer], None]:
    """A request of its own: another entry and another decision."""

    def judged(bench: Workbench, first: Answer) -> None:
        before = bench.log.size
        other = ask(bench, **changes)
        assert other.decision.decision_id != first.decision.decision_id
        assert bench.log.size == before + 1

    return judged


def stay(bench: Workbench) -> Workbench:
    return bench


def others_come(bench: Workbench) -> Workbench:
    for number in range(300):
        ask(bench, request_id=f"other-{number}")
    return bench


def seconds(count: float) -> Callable[[Workbench], Workbench]:
    def wait(bench: Workbench) -> Workbench:
        bench.later(seconds=count)
        return bench

    return wait


def restart(bench: Workbench) -> Workbench:
    return bench.restart()


def restart_late(bench: Workbench) -> Workbench:
    bench.later(seconds=60)
    return bench.restart()


def revoke(bench: Workbench) -> Workbench:
    for each in bench.registry.listing(applicant="applicant-1"):
        bench.registry.revoke(each.recorded.record_id, "gone", "validator")
    return bench


@dataclass(frozen=True)
class Case:
    """What happens between the first request and the second, and what the second gets."""

    name: str
    meanwhile: Callable[[Workbench], Workbench]
    then: Callable[[Workbench, Answer], None]


OTHER_BYTES = {"tbs_certificate": pki.precertificate(NAME, days=30)}
CONTEXT = Workbench().request.context
OTHER_CONTEXTS = {
    "order": replace(CONTEXT, order_id="order-2"),
    "account": replace(CONTEXT, account="enterprise-9"),
    "issuer": replace(CONTEXT, issuer="test-r1"),
    "profile": replace(CONTEXT, profile="tls-ov"),
    "environment": replace(CONTEXT, environment="staging"),
    "purpose": replace(CONTEXT, purpose=Purpose.INTERNAL_TEST),
    "channel": replace(CONTEXT, channel="other"),
    "person": replace(CONTEXT, requested_by="someone else"),
    "precertificate": replace(CONTEXT, precertificate=b"other"),
}

TABLE = [
    Case("at once", stay, same),
    Case("after others were answered and the log has grown", others_come, same),
    Case("in the last second of the release's life", seconds(59.999), same),
    Case("when the release has just ended", seconds(60), decision_alone),
    Case("a year later", seconds(31_536_000), decision_alone),
    # Within its life a release stands: what changed since would stop a new request.
    Case("after the evidence was revoked", revoke, same),
    Case("after a restart", restart, same_but_newly_proven),
    Case("after a restart, when the release has ended", restart_late, decision_alone),
    Case("for other bytes", stay, already_exists(**OTHER_BYTES)),
    Case("for no bytes", stay, already_exists(tbs_certificate=b"")),
    Case("for other bytes, a year later", seconds(31_536_000), already_exists(**OTHER_BYTES)),
    Case("for other bytes, after a restart", restart, already_exists(**OTHER_BYTES)),
    *(
        Case(f"in another context: {what}", stay, already_exists(context=context))
        for what, context in OTHER_CONTEXTS.items()
    ),
    Case("under another id", stay, fresh(request_id="request-2")),
    Case("under the same id by another caller", stay, fresh(caller="other-requester")),
    Case("by another caller with other bytes", stay, fresh(caller="other", **OTHER_BYTES)),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_a_released_request_is_sent_again(case: Case) -> None:
    bench = Workbench().record()
    first = ask(bench)
    assert first.release is not None
    case.then(case.meanwhile(bench), first)


@pytest.mark.parametrize(
    "case",
    [
        Case("at once", stay, same),
        Case("when what was missing has been recorded", lambda bench: bench.record(), same),
        Case("a year later", seconds(31_536_000), same),
        Case("after a restart", restart, same),
        Case("for other bytes", stay, already_exists(**OTHER_BYTES)),
        Case("under another id", stay, fresh(request_id="request-2")),
    ],
    ids=lambda case: case.name,
)
def test_a_blocked_request_is_sent_again(case: Case) -> None:
    bench = Workbench()
    first = ask(bench)
    assert first.release is None
    case.then(case.meanwhile(bench), first)


@pytest.mark.parametrize("fault", Fault)
def test_nothing_that_could_not_be_recorded_is_answered(fault: Fault) -> None:
    bench = Workbench().record()
    bench.storage.fault = fault

    for _ in range(2):
        with pytest.raises(Unavailable):
            ask(bench)


def test_an_answer_that_was_lost_is_given_by_the_gate_that_follows() -> None:
    bench = Workbench().record()
    bench.storage.fault = Fault.AFTER
    with pytest.raises(Unavailable):
        ask(bench)

    again = bench.restart()
    before = again.log.size
    answer = ask(again)
    assert answer.release is not None
    assert answer.repeated
    assert again.log.size == before
    same(again, answer)


def test_an_answer_that_was_lost_too_long_ago_has_no_release() -> None:
    bench = Workbench().record()
    bench.storage.fault = Fault.AFTER
    with pytest.raises(Unavailable):
        ask(bench)
    bench.later(seconds=60)

    answer = ask(bench.restart())
    assert (answer.decision.decision.verdict, answer.release) == (Verdict.RELEASE, None)


def test_a_request_that_was_never_recorded_is_judged_by_the_gate_that_follows() -> None:
    bench = Workbench().record()
    bench.storage.fault = Fault.BEFORE
    with pytest.raises(Unavailable):
        ask(bench)

    again = bench.restart()
    before = again.log.size
    assert ask(again).release is not None
    assert again.log.size == before + 1


def test_equal_requests_at_the_same_time_are_one_entry_and_one_answer() -> None:
    bench = Workbench().record()
    before = bench.log.size
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(bench), range(40)))

    assert all(answer == answers[0] for answer in answers)
    assert answers[0].release is not None
    assert bench.log.size == before + 1


def test_unequal_requests_at_the_same_time_are_one_entry_and_refusals() -> None:
    bench = Workbench().record()
    before = bench.log.size
    asked = [
        bench.ask(tbs_certificate=pki.precertificate(NAME, days=days)) for days in range(10, 18)
    ]

    def outcome(request: IssuanceRequest) -> str:
        try:
            return bench.gate.evaluate(request).decision.decision_id
        except Refused:
            return "refused"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(outcome, asked))

    assert outcomes.count("refused") == 7
    assert bench.log.size == before + 1


def test_a_batch_answers_repeats_and_new_requests_alike() -> None:
    bench = Workbench().record()
    first = ask(bench)
    new = bench.ask(request_id="request-2")
    others_come(bench)
    before = bench.log.size

    answers = bench.gate.evaluate_batch([new, bench.request, new, bench.request])

    assert answers[1] == answers[3] == first
    assert answers[0] == answers[2]
    assert answers[0] == bench.gate.evaluate(new)
    assert bench.log.size == before + 1


def test_a_batch_that_repeats_an_id_for_other_bytes_is_refused_whole() -> None:
    bench = Workbench().record()
    ask(bench)
    before = bench.log.size
    with pytest.raises(Refused):
        bench.gate.evaluate_batch([bench.ask(request_id="request-2"), bench.ask(**OTHER_BYTES)])

    assert bench.log.size == before


MISSING_LINTER = LINTERS[:1]
TIMED_OUT = (LINTERS[0], replace(LINTERS[1], status=LinterStatus.TIMED_OUT))
COMPLAINING = (
    replace(
        LINTERS[0],
        findings=(Finding(code="pkilint.x", severity=Severity.ERROR, message="wrong"),),
    ),
    LINTERS[1],
)
TOO_LONG = {"tbs_certificate": pki.precertificate(NAME, days=300)}


@pytest.mark.parametrize(
    ("recorded", "linters", "changes", "cause", "retryable"),
    [
        (False, LINTERS, {}, BlockCause.EVIDENCE_MISSING, False),
        (True, LINTERS, TOO_LONG, BlockCause.POLICY, False),
        (True, LINTERS, {"tbs_certificate": b"nonsense"}, BlockCause.MALFORMED, False),
        (True, COMPLAINING, {}, BlockCause.LINTER, False),
        (True, MISSING_LINTER, {}, BlockCause.GATE_FAILURE, True),
        (True, TIMED_OUT, {}, BlockCause.GATE_FAILURE, True),
        # A retry helps only where nothing but the gate stood in the way.
        (True, MISSING_LINTER, TOO_LONG, BlockCause.POLICY, False),
        (True, TIMED_OUT, {"tbs_certificate": b""}, BlockCause.MALFORMED, False),
        (False, MISSING_LINTER, {}, BlockCause.EVIDENCE_MISSING, False),
    ],
)
def test_a_block_says_why_and_whether_to_try_again(
    *,
    recorded: bool,
    linters: tuple[LinterReport, ...],
    changes: dict[str, Any],
    cause: BlockCause,
    retryable: bool,
) -> None:
    bench = Workbench().record() if recorded else Workbench()
    bench.linters.reports = linters

    decision = ask(bench, **changes).decision.decision

    assert decision.verdict is Verdict.BLOCK
    assert (decision.cause, decision.retryable) == (cause, retryable)


def test_evidence_that_could_not_be_read_is_worth_a_retry() -> None:
    decision = ask(Workbench(ledger=DeafLedger)).decision.decision

    assert (decision.cause, decision.retryable) == (BlockCause.GATE_FAILURE, True)


def test_a_retryable_block_is_retried_under_a_new_id() -> None:
    bench = Workbench().record()
    bench.linters.reports = MISSING_LINTER
    first = ask(bench)
    bench.linters.reports = LINTERS

    same(bench, first)
    assert ask(bench, request_id="request-2").release is not None


def test_no_more_proofs_are_kept_than_releases_live() -> None:
    proofs, end = RecentProofs(), pki.NOW + timedelta(seconds=60)
    assert proofs.settle("a", "first", until=end, now=pki.NOW) == "first"
    assert proofs.settle("a", "second", until=end, now=pki.NOW) == "first"
    proofs.settle("b", "b", until=end + timedelta(seconds=1), now=end)
    assert proofs.settle("a", "third", until=end + timedelta(seconds=9), now=end) == "third"

    for number in range(MOST_KEPT):
        proofs.settle(f"{number}", "", until=end + timedelta(seconds=9), now=end)
    assert len(proofs._kept) == MOST_KEPT
