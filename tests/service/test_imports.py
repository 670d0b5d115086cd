"""Evidence from before the gate's time counts when two approvers, and not the importer, say so."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from gate.errors import Malformed, Refused, Tampered, Unavailable
from gate.model import Applicant, Evidence
from gate.ports import NewEntry
from gate.record import Importable, evidence_entry, import_digest
from gate.service import EvidenceRegistry, PendingImport
from gate.storage import Fault
from tests import pki
from tests.cases import identifier, validation
from tests.service.building import NAME, Workbench
from tests.service.test_registry import APPLICANT, ORDER

OLD = validation(NAME, age=timedelta(days=100))
TWO_DAYS = timedelta(days=2)


def bring(registry: EvidenceRegistry, *records: Importable) -> PendingImport:
    return registry.import_evidence(records or (OLD,), "from the old system", "importer")


def listed(registry: EvidenceRegistry) -> list[Evidence]:
    return [each.recorded.evidence for each in registry.listing()]


def test_the_second_approval_makes_the_records_evidence() -> None:
    bench = Workbench()
    registry = bench.registry
    pending = bring(registry, OLD, ORDER, APPLICANT)
    assert (pending.count, listed(registry)) == (3, [])

    first = registry.approve_import(pending.import_id, pending.digest, "ann")
    assert first is not None
    assert (first.approved_by, first.in_effect, first.record_ids) == (("ann",), False, ())
    assert listed(registry) == []

    bench.later(days=2)
    second = registry.approve_import(pending.import_id, pending.digest, "ben")
    assert second is not None
    assert (second.approved_by, second.in_effect) == (("ann", "ben"), True)
    records = [each.recorded for each in registry.listing()]
    assert [each.evidence for each in records] == [OLD, ORDER, APPLICANT]
    assert tuple(each.record_id for each in records) == second.record_ids
    assert {each.import_id for each in records} == {pending.import_id}
    assert {(each.recorded_by, each.recorded_at) for each in records} == {("importer", bench.now)}


def test_an_imported_validation_leads_to_a_release_and_a_pending_one_does_not() -> None:
    bench = Workbench().record()
    (known,) = bench.registry.ledger.validations([identifier(NAME)])
    bench.registry.revoke(known.record_id, "to be imported", "validator")
    pending = bring(bench.registry)
    bench.registry.approve_import(pending.import_id, pending.digest, "ann")
    assert bench.gate.evaluate(bench.request).release is None

    bench.registry.approve_import(pending.import_id, pending.digest, "ben")

    assert bench.gate.evaluate(bench.ask(request_id="request-2")).release is not None


def test_an_imported_record_can_be_revoked() -> None:
    registry = Workbench().registry
    pending = bring(registry)
    for approver in ("ann", "ben"):
        registry.approve_import(pending.import_id, pending.digest, approver)
    (record,) = registry.listing()
    registry.revoke(record.recorded.record_id, "wrong", "ann")

    assert registry.ledger.validations([identifier(NAME)]) == ()


def test_an_approver_who_comes_again_hears_how_it_stands() -> None:
    bench = Workbench()
    registry = bench.registry
    pending = bring(registry)
    once = registry.approve_import(pending.import_id, pending.digest, "ann")
    assert registry.approve_import(pending.import_id, pending.digest, "ann") == once

    done = registry.approve_import(pending.import_id, pending.digest, "ben")
    before = bench.log.size
    for approver in ("ann", "ben", "cleo"):
        assert registry.approve_import(pending.import_id, pending.digest, approver) == done
    assert bench.log.size == before
    assert len(registry.listing()) == 1


def test_the_importer_approves_nothing() -> None:
    registry = Workbench().registry
    pending = bring(registry)
    with pytest.raises(Refused, match="cannot approve it"):
        registry.approve_import(pending.import_id, pending.digest, "importer")
    registry.approve_import(pending.import_id, pending.digest, "ann")
    with pytest.raises(Refused, match="cannot approve it"):
        registry.approve_import(pending.import_id, pending.digest, "importer")


def test_an_approval_names_what_was_seen() -> None:
    registry = Workbench().registry
    pending = bring(registry)
    other = import_digest((replace(OLD, applicant="someone-else"),), "from the old system")

    assert pending.digest == import_digest((OLD,), "from the old system")
    for digest in (other, b"", import_digest((OLD,), "another reason")):
        with pytest.raises(Refused, match="`digest`"):
            registry.approve_import(pending.import_id, digest, "ann")
    assert registry.approve_import("nothing", pending.digest, "ann") is None


def test_the_digest_is_the_same_in_every_time_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    moved = replace(
        OLD,
        initiated_at=OLD.initiated_at.astimezone(zone),
        oldest_datum_at=OLD.oldest_datum_at.astimezone(zone),
        completed_at=OLD.completed_at.astimezone(zone),
    )
    assert import_digest((moved,), "x") == import_digest((OLD,), "x")


@pytest.mark.parametrize(("days", "late"), [(7, False), (7.001, True)])
def test_an_import_waits_for_seven_days(days: float, late: bool) -> None:  # noqa: FBT001 - a table
    bench = Workbench()
    pending = bring(bench.registry)
    bench.registry.approve_import(pending.import_id, pending.digest, "ann")
    bench.later(days=days)

    if late:
        with pytest.raises(Refused, match="seven days"):
            bench.registry.approve_import(pending.import_id, pending.digest, "ben")
        assert listed(bench.registry) == []
    else:
        bench.registry.approve_import(pending.import_id, pending.digest, "ben")
        assert listed(bench.registry) == [OLD]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (replace(OLD, completed_at=pki.NOW + timedelta(seconds=6)), "in the future"),
        (replace(OLD, initiated_at=pki.NOW + TWO_DAYS), "after `completed_at`"),
        (replace(OLD, method="3.2.2.4.99"), "no method"),
        (replace(ORDER, identifiers=()), "`identifiers` is empty"),
        (replace(APPLICANT, applicant=""), "`applicant` is missing"),
    ],
)
def test_only_the_age_is_forgiven(record: Importable, why: str) -> None:
    registry = Workbench().registry
    with pytest.raises(Malformed, match=rf"`records\[1\]`: .*{why}"):
        bring(registry, OLD, record)


def test_an_import_has_a_reason_and_a_size() -> None:
    registry = Workbench().registry
    with pytest.raises(Malformed, match="`reason` is missing"):
        registry.import_evidence((OLD,), "", "importer")
    with pytest.raises(Malformed, match="1 to 1000 records, not 0"):
        registry.import_evidence((), "x", "importer")
    with pytest.raises(Malformed, match="not 1001"):
        registry.import_evidence((OLD,) * 1001, "x", "importer")


def test_what_is_recorded_already_is_not_imported() -> None:
    registry = Workbench().registry
    registry.record_order(ORDER, "r")
    with pytest.raises(Refused, match=r"`records\[1\]`: `o-1` is recorded already"):
        bring(registry, OLD, ORDER)
    with pytest.raises(Refused, match="recorded already"):
        bring(registry, APPLICANT, replace(APPLICANT, applicant="p-2"))


def test_what_was_recorded_meanwhile_keeps_the_whole_import_out() -> None:
    bench = Workbench()
    pending = bring(bench.registry, OLD, APPLICANT)
    bench.registry.approve_import(pending.import_id, pending.digest, "ann")
    newer = Applicant(account="a-1", applicant="p-9", name="newer")
    bench.registry.record_applicant(newer, "r")

    with pytest.raises(Refused, match="recorded already"):
        bench.registry.approve_import(pending.import_id, pending.digest, "ben")
    assert listed(bench.registry) == [newer]


def test_the_largest_import_takes_effect_at_once() -> None:
    bench = Workbench()
    records = tuple(validation(f"n{number}.example.com", age=TWO_DAYS) for number in range(1000))
    pending = bring(bench.registry, *records)
    bench.registry.approve_import(pending.import_id, pending.digest, "ann")
    before = bench.log.size
    bench.registry.approve_import(pending.import_id, pending.digest, "ben")

    assert bench.log.size == before + 1001
    assert len(bench.registry.listing(limit=2000)) == 1000


@pytest.mark.parametrize("fault", Fault)
def test_an_import_takes_effect_whole_or_not_at_all(fault: Fault) -> None:
    bench = Workbench()
    pending = bring(
        bench.registry, *(validation(f"n{n}.example.com", age=TWO_DAYS) for n in range(300))
    )
    bench.registry.approve_import(pending.import_id, pending.digest, "ann")
    bench.storage.fault = fault
    with pytest.raises(Unavailable):
        bench.registry.approve_import(pending.import_id, pending.digest, "ben")

    again = bench.restart()
    assert len(again.registry.listing(limit=500)) == (300 if fault is Fault.AFTER else 0)
    done = again.registry.approve_import(pending.import_id, pending.digest, "ben")
    assert done is not None
    assert done.in_effect
    assert len(again.registry.listing(limit=500)) == 300


def entry_of(bench: Workbench, import_id: str, record_id: str = "forged") -> NewEntry:
    return evidence_entry(
        record_id=record_id,
        recorded_at=bench.now,
        recorded_by="importer",
        evidence=OLD,
        salt=bytes(32),
        import_id=import_id,
    )


def test_a_log_with_an_import_that_two_have_not_approved_is_not_believed() -> None:
    bench = Workbench()
    pending = bring(bench.registry)
    bench.registry.approve_import(pending.import_id, pending.digest, "ann")
    bench.log.append([entry_of(bench, pending.import_id)])
    with pytest.raises(Tampered, match="without two approvals"):
        bench.gate.evaluate(bench.request)
    with pytest.raises(Tampered, match="without two approvals"):
        bench.restart()

    bench = Workbench()
    bench.log.append([entry_of(bench, "nothing")])
    with pytest.raises(Tampered, match="an import that the log does not have"):
        bench.gate.evaluate(bench.request)
