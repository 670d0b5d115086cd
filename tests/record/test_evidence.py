"""Evidence goes into the log and counts until it is revoked, and only as recorded."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gate.errors import Tampered
from gate.model import (
    ADNDerivation,
    Applicant,
    Evidence,
    EvidenceRevocation,
    Identifier,
    IdentifierType,
    Order,
    Purpose,
    Recorded,
    Validation,
)
from gate.ports import StoredEntry
from gate.record import (
    DecisionLog,
    EvidenceFilter,
    EvidenceLedger,
    decode_evidence,
    evidence_entry,
    open_decision,
    read_leaf,
)
from gate.storage import MemoryStorage
from gate.tlog import leaf_hash
from tests.log import AT, SALT, decided, open_log, recorded, stored

ORDER = Order(
    order_id="order-1",
    account="account-1",
    identifiers=(Identifier(IdentifierType.DNS, "example.com"),),
    spki_sha256=b"\x00" * 32,
    profile="tls-dv",
    purpose=Purpose.SUBSCRIBER,
    requested_by="alice",
)
APPLICANT = Applicant(account="account-1", applicant="applicant-1", name="Example, Inc.")


def dns(name: str) -> Identifier:
    return Identifier(IdentifierType.DNS, name)


def ip(address: str) -> Identifier:
    return Identifier(IdentifierType.IP, address)


def validation(identifier: Identifier, domain: str = "", **changes: Any) -> Validation:
    made = Validation(
        applicant="applicant-1",
        identifier=identifier,
        authorization_domain=domain or (identifier.fqdn if "." in domain else domain),
        adn_derivation=ADNDerivation.PRUNED if domain else ADNDerivation.EXACT,
        method="3.2.2.4.7",
        initiated_at=AT,
        oldest_datum_at=AT,
        completed_at=AT,
        performed_by="validator",
        br_version="2.2.6",
    )
    return replace(made, **changes)


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def log(storage: MemoryStorage) -> Iterator[DecisionLog]:
    opened = open_log(storage)
    yield opened
    opened.close()


@pytest.fixture
def ledger(storage: MemoryStorage, log: DecisionLog) -> EvidenceLedger:
    return EvidenceLedger(storage, log)


def record(log: DecisionLog, *evidence: Evidence) -> list[str]:
    ids = [f"record-{log.size + offset}" for offset in range(len(evidence))]
    log.append([recorded(each, piece) for each, piece in zip(ids, evidence, strict=True)])
    return ids


@pytest.mark.parametrize(
    "evidence",
    [
        ORDER,
        APPLICANT,
        validation(dns("*.example.com"), "example.com"),
        validation(ip("2001:db8::1")),
        EvidenceRevocation(record_id="record-1", reason="keyCompromise"),
    ],
)
def test_a_record_is_read_back_with_its_recorder(evidence: Evidence) -> None:
    entry = recorded("record-1", evidence, by="registrar-1")
    found = decode_evidence(stored(entry))

    assert found.evidence == evidence
    assert (found.record_id, found.recorded_by, found.recorded_at) == (
        "record-1",
        "registrar-1",
        AT,
    )
    assert found.log_index == 7


def test_a_leaf_of_evidence_names_type_and_recorder_only() -> None:
    entry = recorded("record-1", APPLICANT, by="registrar-1")
    leaf = read_leaf(entry.leaf)

    assert leaf.fields.keys() == {"v", "kind", "id", "at", "private", "type", "recorder"}
    assert (leaf.kind, leaf.fields["type"]) == ("evidence", "applicant")
    assert "Example" not in entry.leaf.decode()


def test_an_order_and_an_applicant_are_found(log: DecisionLog, ledger: EvidenceLedger) -> None:
    record(log, ORDER, APPLICANT)
    order, applicant = ledger.order("order-1"), ledger.applicant_of("account-1")

    assert order is not None
    assert applicant is not None
    assert (order.evidence, applicant.evidence) == (ORDER, APPLICANT)
    assert ledger.order("order-2") is None
    assert ledger.applicant_of("account-2") is None


def test_the_newest_record_counts_and_its_revocation_revives_nothing(
    log: DecisionLog, ledger: EvidenceLedger
) -> None:
    _, newer = record(log, ORDER, replace(ORDER, purpose=Purpose.INTERNAL_TEST))
    found = ledger.order("order-1")
    assert found is not None
    assert found.evidence.purpose is Purpose.INTERNAL_TEST

    record(log, EvidenceRevocation(record_id=newer, reason=""))
    assert ledger.order("order-1") is None


def test_a_revocation_cannot_be_taken_back(log: DecisionLog, ledger: EvidenceLedger) -> None:
    (order,) = record(log, ORDER)
    (revocation,) = record(log, EvidenceRevocation(record_id=order, reason=""))
    record(log, EvidenceRevocation(record_id=revocation, reason=""))

    assert ledger.order("order-1") is None


def test_validations_of_a_name_and_those_above_are_found(
    log: DecisionLog, ledger: EvidenceLedger
) -> None:
    mine = validation(dns("www.example.com"), "example.com")
    theirs = validation(dns("a.www.example.com"), "www.example.com", applicant="applicant-2")
    record(
        log,
        mine,
        theirs,
        validation(dns("example.net"), "example.net"),
        validation(dns("b.www.example.com"), "b.www.example.com"),
    )

    def found(*identifiers: Identifier) -> list[Validation]:
        return [each.evidence for each in ledger.validations(identifiers)]

    assert found(dns("a.www.example.com")) == [mine, theirs]
    assert found(dns("*.www.example.com")) == [mine, theirs]
    assert found(dns("example.com")) == [mine]
    assert found(dns("com")) == []
    assert found(dns("xexample.com")) == []
    assert len(found(dns("www.example.com"), dns("example.net"))) == 3


def test_a_cname_validation_is_good_for_the_alias_alone(
    log: DecisionLog, ledger: EvidenceLedger
) -> None:
    record(
        log,
        validation(
            dns("alias.example.com"), "target.example.net", adn_derivation=ADNDerivation.CNAME
        ),
    )

    assert len(ledger.validations([dns("alias.example.com")])) == 1
    assert ledger.validations([dns("target.example.net")]) == ()


def test_an_address_is_covered_by_itself_alone(log: DecisionLog, ledger: EvidenceLedger) -> None:
    record(log, validation(ip("192.0.2.1")), validation(ip("2001:db8::1")))

    assert len(ledger.validations([ip("192.0.2.1")])) == 1
    assert len(ledger.validations([ip("2001:db8::1")])) == 1
    assert ledger.validations([ip("2.1")]) == ()
    assert ledger.validations([dns("192.0.2.1")]) == ()


def test_a_revoked_validation_does_not_count(log: DecisionLog, ledger: EvidenceLedger) -> None:
    one, two = record(
        log,
        validation(dns("example.com"), "example.com"),
        validation(dns("example.com"), "example.com", method="3.2.2.4.19"),
    )
    record(log, EvidenceRevocation(record_id=one, reason=""))

    assert [each.record_id for each in ledger.validations([dns("example.com")])] == [two]


def test_an_erased_record_does_not_count_and_revives_nothing(
    storage: MemoryStorage, log: DecisionLog, ledger: EvidenceLedger
) -> None:
    record(log, ORDER, ORDER)
    assert ledger.order("order-1") is not None
    storage._held.entries[2] = replace(storage._held.entries[2], private=b"", salt=b"")

    assert ledger.order("order-1") is None
    assert ledger.find("record-2") is None


def test_a_record_is_found_by_its_id(log: DecisionLog, ledger: EvidenceLedger) -> None:
    (order,) = record(log, ORDER)
    found = ledger.find(order)
    assert found is not None
    assert (found.recorded.evidence, found.revoked) == (ORDER, False)

    record(log, EvidenceRevocation(record_id=order, reason=""))
    found = ledger.find(order)
    assert found is not None
    assert found.revoked
    assert ledger.find("record-99") is None


def test_records_are_listed_by_what_they_are_about(
    log: DecisionLog, ledger: EvidenceLedger
) -> None:
    other = replace(ORDER, order_id="order-2", account="account-2")
    for_name = validation(dns("example.com"), "example.com")
    for_other = validation(dns("example.com"), "example.com", applicant="applicant-2")
    first, *_ = record(log, ORDER, APPLICANT, other, for_name, for_other)
    record(log, EvidenceRevocation(record_id=first, reason=""))

    def listed(**criteria: Any) -> list[int]:
        return [each.recorded.log_index for each in ledger.listing(EvidenceFilter(**criteria))]

    assert listed() == [1, 2, 3, 4, 5, 6]
    assert listed(account="account-1") == [1, 2]
    assert listed(applicant="applicant-1") == [2, 4]
    assert listed(account="account-1", applicant="applicant-1") == [2]
    assert listed(identifier=dns("www.example.com")) == [4, 5]
    assert listed(identifier=dns("example.com"), applicant="applicant-2") == [5]
    assert listed(kind=Order) == [1, 3]
    assert listed(kind=Order, account="account-2") == [3]
    assert listed(kind=Validation, account="account-2") == []
    assert [each.revoked for each in ledger.listing(EvidenceFilter())] == [True] + [False] * 5


def test_a_long_list_comes_in_pages(log: DecisionLog, ledger: EvidenceLedger) -> None:
    for start in range(0, 600, 200):
        record(
            log,
            *(
                replace(ORDER, order_id=f"{each}", account=f"account-{each % 3}")
                for each in range(start, start + 200)
            ),
        )
    pages: list[int] = []
    after = -1
    while page := ledger.listing(
        EvidenceFilter(kind=Order, account="account-1"), after=after, limit=30
    ):
        pages += [each.recorded.log_index for each in page]
        after = pages[-1]

    assert pages == [each + 1 for each in range(600) if each % 3 == 1]
    assert ledger.listing(EvidenceFilter(), limit=0) == ()


def test_the_references_are_the_leaf_hashes_of_the_log(
    storage: MemoryStorage, log: DecisionLog, ledger: EvidenceLedger
) -> None:
    record(log, ORDER)
    found = ledger.order("order-1")
    entry = storage.entry(1)
    assert found is not None
    assert entry is not None

    (reference,) = ledger.references([found])
    assert (reference.record_id, reference.leaf_hash) == ("record-1", leaf_hash(entry.leaf))


def test_a_record_that_is_not_in_the_tree_does_not_exist(
    storage: MemoryStorage, log: DecisionLog, ledger: EvidenceLedger
) -> None:
    record(log, ORDER)
    assert ledger.order("order-1") is not None
    forged = stored(recorded("record-1", replace(ORDER, account="account-9")), index=1)
    storage._held.entries[1] = forged

    with pytest.raises(Tampered, match="not what the log's checkpoint covers"):
        ledger.order("order-1")
    with pytest.raises(Tampered):
        ledger.find("record-1")
    with pytest.raises(Tampered):
        ledger.listing(EvidenceFilter())


def test_a_record_that_was_changed_before_it_was_read_does_not_exist(
    storage: MemoryStorage, log: DecisionLog, ledger: EvidenceLedger
) -> None:
    record(log, ORDER)
    true = storage._held.entries[1]
    storage._held.entries[1] = stored(recorded("record-1", replace(ORDER, account="x")), index=1)

    with pytest.raises(Tampered, match="do not lead to the signed root"):
        ledger.order("order-1")
    # What was once found is not forgotten because it was put right.
    storage._held.entries[1] = true
    with pytest.raises(Tampered, match="do not lead to the signed root"):
        ledger.order("order-2")


def test_words_in_the_database_make_no_evidence(
    storage: MemoryStorage, log: DecisionLog, ledger: EvidenceLedger
) -> None:
    record(log, ORDER, APPLICANT, validation(dns("example.com"), "example.com"))
    storage._held.lookups["order:order-2"] = [1]
    storage._held.lookups["order:order-3"] = [2]
    storage._held.lookups["validation:DNS:victim.example"] = [3]
    storage._held.lookups["list:account:account-2"] = [1]

    assert ledger.order("order-2") is None
    assert ledger.order("order-3") is None
    assert ledger.validations([dns("victim.example")]) == ()
    assert ledger.listing(EvidenceFilter(account="account-2")) == ()


def test_a_record_is_no_decision() -> None:
    with pytest.raises(Tampered, match="no decision"):
        open_decision(stored(recorded("record-1", ORDER)))


def test_a_document_of_another_record_is_not_taken() -> None:
    one = recorded("record-1", ORDER)
    other = evidence_entry(
        record_id="record-1", recorded_at=AT, recorded_by="other", evidence=ORDER, salt=SALT
    )
    with pytest.raises(Tampered):
        decode_evidence(replace(stored(one), private=other.private))
    assert decided().private != one.private


def test_of_many_validations_the_newest_that_stand_are_read(
    storage: MemoryStorage, log: DecisionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = dns("www.example.com")
    record(log, validation(name, "example.com"))
    ids = record(log, *(validation(name) for _ in range(1000)))
    # Whatever others record about the name hides nothing.
    record(log, *(validation(name, applicant="applicant-2") for _ in range(1000)))
    gone = EvidenceRevocation(record_id=ids[-1], reason="x")
    record(log, gone)
    ledger = EvidenceLedger(storage, log)
    decoded: list[int] = []

    def decode(entry: StoredEntry) -> Recorded[Evidence]:
        decoded.append(entry.index)
        return decode_evidence(entry)

    monkeypatch.setattr("gate.record.evidence.decode_evidence", decode)

    found = [each.record_id for each in ledger.validations([name], "applicant-1")]
    assert found == ["record-1", *ids[-101:-1]]
    assert len(decoded) == 101
    # Who has none of its own hears of those of others, and of as few.
    others = ledger.validations([name], "applicant-3")
    assert {each.evidence.applicant for each in others} == {"applicant-1", "applicant-2"}
    assert len(others) == 101
