"""What evidence there is, the gate knows by heart, from leaves that its key has signed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gate.errors import Tampered, Unavailable
from gate.model import EvidenceRevocation
from gate.record import DecisionLog, EvidenceLedger, approval_entry, imported_entries
from gate.record.evidence_index import EvidenceIndex
from gate.storage import MemoryStorage
from tests.log import AT, SALT, anonymous, open_log, recorded
from tests.record.test_evidence import ORDER
from tests.record.vector_inputs import IMPORT, entries

REVOCATION = EvidenceRevocation(record_id="record-1", reason="x")


class _Flaky(MemoryStorage):
    """A storage that cannot be read for a while, from some entry on."""

    away_from = 1 << 40

    def leaves(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        if stop > self.away_from:
            raise Unavailable("the disk is busy")
        return super().leaves(start, stop)


@pytest.fixture
def storage() -> _Flaky:
    return _Flaky()


@pytest.fixture
def log(storage: _Flaky) -> Iterator[DecisionLog]:
    opened = open_log(storage)
    yield opened
    opened.close()


def index(storage: MemoryStorage, log: DecisionLog) -> EvidenceIndex:
    made = EvidenceIndex(storage)
    made.follow(log.view())
    return made


def fill(log: DecisionLog) -> None:
    """An order, many decisions, its revocation, and some more."""
    log.append([recorded("record-1", ORDER)])
    log.append([anonymous(f"{number}") for number in range(700)])
    log.append([recorded("record-2", REVOCATION)])
    log.append([anonymous(f"after-{number}") for number in range(100)])


def test_what_is_read_at_once_and_bit_by_bit_is_the_same(storage: _Flaky, log: DecisionLog) -> None:
    early = index(storage, log)
    assert early.places("order:order-1") == ()
    fill(log)
    early.follow(log.view())

    for each in (early, index(storage, log)):
        assert each.places("order:order-1") == (1,)
        assert each.revoked("record-1")
        assert not each.revoked("record-2")


def test_a_view_that_is_older_takes_nothing_back(storage: _Flaky, log: DecisionLog) -> None:
    before = log.view()
    fill(log)
    made = index(storage, log)
    made.follow(before)

    assert made.revoked("record-1")


def test_a_revocation_by_another_gate_counts_at_once(storage: _Flaky, log: DecisionLog) -> None:
    fill(log)
    log.append([recorded("record-3", replace(ORDER, order_id="order-2"))])
    ledger = EvidenceLedger(storage, log)
    assert ledger.order("order-2") is not None
    other = open_log(storage)
    other.append([recorded("record-4", EvidenceRevocation(record_id="record-3", reason="x"))])

    assert ledger.order("order-2") is None
    other.close()


def test_what_could_not_be_read_is_read_later(storage: _Flaky, log: DecisionLog) -> None:
    fill(log)
    made = EvidenceIndex(storage)
    for away_from in (0, 300, 600):
        storage.away_from = away_from
        with pytest.raises(Unavailable):
            made.follow(log.view())
    storage.away_from = 1 << 40
    made.follow(log.view())

    assert made.revoked("record-1")
    assert made.places("order:order-1") == (1,)


@pytest.mark.parametrize("error", [MemoryError, RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("part", ["decode_evidence", "lookup_words", "leaf_hash"])
def test_an_index_that_failed_once_never_answers_again(
    storage: _Flaky,
    log: DecisionLog,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    part: str,
) -> None:
    def fail(_: object) -> None:
        raise error("no room")

    made = index(storage, log)
    fill(log)
    with monkeypatch.context() as patched:
        patched.setattr(f"gate.record.evidence_index.{part}", fail)
        with pytest.raises(error):
            made.follow(log.view())

    for _ in range(2):
        with pytest.raises(Unavailable, match=f"restart the gate: {error.__name__}: no room"):
            made.follow(log.view())
    log.append([anonymous("later")])
    with pytest.raises(Unavailable):
        made.follow(log.view())


def test_a_revocation_that_lost_its_document_stops_everything(
    storage: _Flaky, log: DecisionLog
) -> None:
    fill(log)
    place = 702
    storage._held.entries[place] = replace(storage._held.entries[place], private=b"", salt=b"")

    with pytest.raises(Tampered, match="entry 702 revokes a record and has lost its document"):
        EvidenceLedger(storage, log)


@pytest.mark.parametrize("place", [0, 1, 300, 702, 802])
def test_an_entry_that_is_missing_or_changed_stops_everything(
    storage: _Flaky, log: DecisionLog, place: int
) -> None:
    fill(log)
    held = storage._held.entries
    true = held[place]
    other = 300 if place != 300 else 301
    for forged in (replace(true, leaf=held[other].leaf), replace(true, index=9_999)):
        held[place] = forged
        with pytest.raises(Tampered):
            EvidenceLedger(storage, log)
        held[place] = true
    EvidenceLedger(storage, log)


def test_text_in_evidence_cannot_make_it_pass_for_a_decision(
    storage: _Flaky, log: DecisionLog
) -> None:
    sly = 'x","kind":"decision","y":"'
    log.append([recorded("record-1", ORDER, by=sly)])
    log.append([recorded("record-2", REVOCATION, by='"kind":"start"')])

    made = index(storage, log)
    assert made.places("order:order-1") == (1,)
    assert made.revoked("record-1")


def test_an_import_counts_after_two_approvals(storage: _Flaky, log: DecisionLog) -> None:
    brought, made = entries()["import"], EvidenceIndex(storage)
    log.append([brought])
    for number, approver in enumerate(("ann", "ben")):
        approval = approval_entry(
            approval_id=f"approval-{number}", brought=IMPORT, approver=approver, at=AT, salt=SALT
        )
        log.append([approval])
        made.follow(log.view())
        standing = made.standing("import-1")
        assert standing is not None
        assert not standing.in_effect
    log.append(imported_entries(IMPORT, at=AT, salts=[SALT]))
    made.follow(log.view())

    standing = made.standing("import-1")
    assert standing is not None
    assert (standing.approved_by, standing.in_effect) == (["ann", "ben"], True)
    assert made.places("account:account-2") == (4,)


@pytest.mark.parametrize("approvers", [("ann", "ann"), ("registrar", "ann")])
def test_an_approval_that_says_nothing_new_stops_everything(
    storage: _Flaky, log: DecisionLog, approvers: tuple[str, str]
) -> None:
    log.append([entries()["import"]])
    for number, approver in enumerate(approvers):
        approval = approval_entry(
            approval_id=f"approval-{number}", brought=IMPORT, approver=approver, at=AT, salt=SALT
        )
        log.append([approval])

    with pytest.raises(Tampered, match="approves an import that its approver may not approve"):
        EvidenceLedger(storage, log)
