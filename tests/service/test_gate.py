"""The order of the steps: nothing is released that was not recorded, and repeats agree."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from gate.errors import Malformed, Refused, Tampered, Unavailable
from gate.model import (
    BlockCause,
    Environment,
    EvidenceRevocation,
    Purpose,
    Verdict,
)
from gate.record import decode_decision, open_decision, verify
from gate.release import TokenType, key_id, verify_entry, verify_token
from gate.service import Answer
from gate.storage import Fault
from tests import cases, pki
from tests.cases import identifier
from tests.log import recorded
from tests.service.building import (
    LOG_KEY,
    NAME,
    ORIGIN,
    RELEASE_KEY,
    DeafLedger,
    ForgedLedger,
    Workbench,
)

KEYS = {key_id(RELEASE_KEY.public_key): RELEASE_KEY.public_key}


def size(bench: Workbench) -> int:
    return bench.log.size


def holds(answer: Answer, bench: Workbench, now: datetime) -> None:
    """Verify the release of an answer as a strict signer does."""
    release = answer.release
    assert release is not None
    claims = verify_token(
        release.token,
        tbs_certificate=bench.request.tbs_certificate,
        issuer_spki_sha256=pki.issuer().spki_sha256,
        environment="production",
        keys=KEYS,
        now=now,
    )
    verify_entry(
        claims,
        log_entry=release.log_entry,
        log_proof=release.log_proof,
        origin=ORIGIN,
        log_key=LOG_KEY.public_key,
    )
    assert claims.decision_id == answer.decision.decision_id


def test_a_release_holds_for_a_strict_signer() -> None:
    bench = Workbench().record()

    answer = bench.gate.evaluate(bench.request)

    assert answer.decision.decision.verdict is Verdict.RELEASE
    holds(answer, bench, bench.now)


def test_a_block_is_recorded_and_has_no_release() -> None:
    bench = Workbench()

    answer = bench.gate.evaluate(bench.request)

    stored = bench.storage.by_id(answer.decision.decision_id)
    assert stored is not None
    assert decode_decision(stored) == answer.decision
    assert (answer.decision.decision.verdict, answer.release) == (Verdict.BLOCK, None)


def test_the_record_names_the_evidence_that_was_looked_at() -> None:
    bench = Workbench().record()

    answer = bench.gate.evaluate(bench.request)

    stored = bench.storage.by_id(answer.decision.decision_id)
    assert stored is not None
    document = open_decision(stored)
    assert document.request == bench.request
    assert len(document.evidence) == 3


@pytest.mark.parametrize("fault", Fault)
def test_what_cannot_be_recorded_is_no_decision(fault: Fault) -> None:
    bench = Workbench().record()
    bench.storage.fault = fault

    with pytest.raises(Unavailable):
        bench.gate.evaluate(bench.request)

    assert "log" in bench.gate.troubles()


def test_a_repeat_within_the_releases_life_gets_the_same_release() -> None:
    bench = Workbench().record()
    first = bench.gate.evaluate(bench.request)
    bench.later(seconds=59)

    again = bench.gate.evaluate(bench.request)

    assert again == first
    holds(again, bench, bench.now)


def test_a_later_repeat_gets_the_decision_without_a_release() -> None:
    bench = Workbench().record()
    first = bench.gate.evaluate(bench.request)
    bench.later(seconds=60)

    again = bench.gate.evaluate(bench.request)

    assert (again.decision, again.release) == (first.decision, None)


def test_a_repeat_is_not_judged_anew() -> None:
    bench = Workbench()
    blocked = bench.gate.evaluate(bench.request)
    bench.record()

    assert bench.gate.evaluate(bench.request) == blocked
    assert bench.gate.evaluate(bench.ask(request_id="request-2")).release is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"tbs_certificate": pki.precertificate(NAME, days=30)},
        {"tbs_certificate": b""},
    ],
)
def test_the_same_request_id_for_other_bytes_is_refused(changes: dict[str, bytes]) -> None:
    bench = Workbench().record()
    bench.gate.evaluate(bench.request)
    before = size(bench)

    with pytest.raises(Refused, match="used for another request"):
        bench.gate.evaluate(bench.ask(**changes))

    assert size(bench) == before


def test_the_same_request_id_in_another_context_is_refused() -> None:
    bench = Workbench().record()
    bench.gate.evaluate(bench.request)
    other = replace(bench.request.context, purpose=Purpose.INTERNAL_TEST)

    with pytest.raises(Refused):
        bench.gate.evaluate(bench.ask(context=other))


def test_a_request_without_an_id_is_malformed() -> None:
    bench = Workbench()

    with pytest.raises(Malformed, match="request_id"):
        bench.gate.evaluate(bench.ask(request_id=""))


def test_a_batch_answers_in_order_with_one_flush() -> None:
    bench = Workbench().record()
    requests = [bench.ask(request_id=f"r-{number}") for number in range(20)]
    requests[7] = bench.ask(request_id="r-7", tbs_certificate=b"nonsense")

    answers = bench.gate.evaluate_batch(requests)

    verdicts = [answer.decision.decision.verdict for answer in answers]
    assert [verdict is Verdict.BLOCK for verdict in verdicts] == [at == 7 for at in range(20)]
    indexes = [answer.decision.log_index for answer in answers]
    assert indexes == list(range(indexes[0], indexes[0] + 20))


def test_a_batch_with_a_used_request_id_is_refused_before_anything_is_recorded() -> None:
    bench = Workbench().record()
    bench.gate.evaluate(bench.request)
    before = size(bench)
    used = bench.ask(tbs_certificate=pki.precertificate(NAME, days=30))

    with pytest.raises(Refused):
        bench.gate.evaluate_batch([bench.ask(request_id="request-2"), used])

    assert size(bench) == before


def test_a_repeat_is_answered_without_linters() -> None:
    bench = Workbench().record()
    first = bench.gate.evaluate(bench.request)
    bench.linters.reports = ()

    assert bench.gate.evaluate(bench.request) == first


def test_one_request_twice_in_a_batch_is_one_entry() -> None:
    bench = Workbench().record()
    before = size(bench)

    first, second = bench.gate.evaluate_batch([bench.request, bench.request])

    assert first == second
    assert size(bench) == before + 1


def test_evidence_that_cannot_be_read_is_a_recorded_failure() -> None:
    bench = Workbench(ledger=DeafLedger)

    decision = bench.gate.evaluate(bench.request).decision.decision

    assert (decision.verdict, decision.cause) == (Verdict.BLOCK, BlockCause.GATE_FAILURE)
    assert decision.retryable


def test_evidence_that_was_changed_is_no_answer_at_all() -> None:
    bench = Workbench(ledger=ForgedLedger)

    with pytest.raises(Tampered):
        bench.gate.evaluate(bench.request)


def test_a_dry_run_in_production_gives_no_token() -> None:
    bench = Workbench(dry_run=True).record()

    answer = bench.gate.evaluate(bench.request)

    decision = answer.decision.decision
    assert (decision.verdict, decision.policy_verdict) == (Verdict.DRY_RUN, Verdict.RELEASE)
    assert answer.release is None


def test_a_dry_run_in_staging_gives_a_token_that_no_signer_takes() -> None:
    bench = Workbench(environment=Environment.STAGING, dry_run=True).record()

    answer = bench.gate.evaluate(bench.request)

    assert answer.decision.decision.verdict is Verdict.DRY_RUN
    assert answer.release is not None
    expected = {
        "tbs_certificate": bench.request.tbs_certificate,
        "issuer_spki_sha256": pki.issuer(pki.TEST).spki_sha256,
        "environment": "staging",
        "keys": KEYS,
        "now": bench.now,
    }
    with pytest.raises(Refused, match="type"):
        verify_token(answer.release.token, **expected)  # type: ignore[arg-type]  # a table
    assert (
        verify_token(
            answer.release.token,
            **expected,  # type: ignore[arg-type]  # a table
            token_type=TokenType.DRY_RUN,
        ).environment
        == "staging"
    )


def test_the_log_of_all_this_verifies() -> None:
    bench = Workbench().record()
    for number in range(5):
        bench.gate.evaluate(bench.ask(request_id=f"r-{number}"))
        bench.later(seconds=1)

    report = verify(
        bench.storage,
        origin=ORIGIN,
        public_key=LOG_KEY.public_key,
        progress=lambda _done, _total: None,
    )

    assert report.sound
    assert report.size == size(bench)


def test_a_revoked_validation_releases_nothing_more() -> None:
    bench = Workbench().record()
    assert bench.gate.evaluate(bench.request).release is not None
    (validation,) = (
        listed.recorded
        for listed in bench.registry.listing(applicant="applicant-1")
        if hasattr(listed.recorded.evidence, "method")
    )

    bench.registry.revoke(validation.record_id, "the account was taken over", "validator")

    decision = bench.gate.evaluate(bench.ask(request_id="r-2")).decision.decision
    assert (decision.verdict, decision.cause) == (Verdict.BLOCK, BlockCause.EVIDENCE_MISSING)


def test_the_decision_lives_by_the_gates_clock() -> None:
    bench = Workbench().record()
    bench.later(days=1)

    decided_at = bench.gate.evaluate(bench.request).decision.decision.decided_at

    assert decided_at == pki.NOW + timedelta(days=1)


@pytest.mark.parametrize("error", [MemoryError, RuntimeError])
def test_a_revocation_that_could_not_be_decoded_is_never_passed_over(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(_: object) -> None:
        raise error("no room")

    bench = Workbench().record()
    (validation,) = bench.registry.listing(identifier=identifier(NAME))
    revocation = EvidenceRevocation(record_id=validation.recorded.record_id, reason="x")
    bench.log.append([recorded("revocation-1", revocation)])

    with monkeypatch.context() as patched:
        patched.setattr("gate.record.evidence_index.decode_evidence", fail)
        first = bench.gate.evaluate(bench.request)
    assert (first.decision.decision.verdict, first.release) == (Verdict.BLOCK, None)
    for number in range(3):
        later = bench.gate.evaluate(bench.ask(request_id=f"later-{number}"))
        assert (later.decision.decision.verdict, later.release) == (Verdict.BLOCK, None)
        assert later.decision.decision.cause is BlockCause.GATE_FAILURE
    # The gate that follows knows the revocation.
    again = bench.restart().gate.evaluate(bench.ask(request_id="restarted"))
    assert again.decision.decision.verdict is Verdict.BLOCK


@dataclass(slots=True)
class _Race:
    """Revokes one of the records that a decision rests on, just before it is recorded."""

    record_id: str
    bench: Workbench
    armed: bool = True

    def __call__(self) -> datetime:
        """The time; the gate asks for it when it has gathered the evidence."""
        if self.armed:
            self.armed = False
            self.bench.registry.revoke(self.record_id, "gone", "validator")
        return self.bench.now


@pytest.mark.parametrize("which", range(3))
@pytest.mark.parametrize("environment", [Environment.STAGING, Environment.PRODUCTION])
def test_what_a_revocation_overtook_is_not_released(which: int, environment: Environment) -> None:
    bench = Workbench(environment=environment, dry_run=environment is Environment.STAGING).record()
    listing = bench.registry.listing
    records = (*listing(account=bench.account), *listing(identifier=identifier(NAME)))
    bench.gate._clock = _Race(records[which].recorded.record_id, bench)

    for restarted in (False, False, True):
        asked = bench.restart() if restarted else bench
        with pytest.raises(Unavailable, match="ask again under a new `request_id`"):
            asked.gate.evaluate(bench.request)
        entries = list(asked.storage.entries(0, asked.log.size))
        decisions = [decode_decision(one) for one in entries if b'"kind":"decision"' in one.leaf]
        assert [one.decision.policy_verdict for one in decisions] == [Verdict.RELEASE]

    new = bench.restart().gate.evaluate(bench.ask(request_id="request-2"))
    assert (new.decision.decision.policy_verdict, new.release) == (Verdict.BLOCK, None)


def test_a_decision_names_what_it_relied_on_and_a_hundred_candidates() -> None:
    bench = Workbench().record()
    good = bench.registry.listing(identifier=identifier(NAME))[0].recorded
    parent = cases.validation(NAME, method="3.2.2.4.1", domain="plovidba.hr")
    for name, piece in (("same", cases.validation(NAME, method="3.2.2.4.1")), ("parent", parent)):
        for number in range(99):
            bench.log.append([recorded(f"{name}-{number}", piece)])

    answer = bench.gate.evaluate(bench.request)

    assert answer.decision.decision.verdict is Verdict.RELEASE
    stored = bench.storage.by_id(answer.decision.decision_id)
    assert stored is not None
    named = [each.record_id for each in open_decision(stored).evidence]
    # The applicant, the order, what was relied on, and the newest others.
    assert len(named) == len(set(named)) == 103
    assert named[2] == good.record_id
    assert named[3] == "parent-98"


def test_a_decision_from_the_future_gets_no_token() -> None:
    bench = Workbench().record()
    bench.gate.evaluate(bench.request)
    bench.later(days=-1)

    again = bench.gate.evaluate(bench.request)

    assert (again.decision.decision.verdict, again.release) == (Verdict.RELEASE, None)
