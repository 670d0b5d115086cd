"""Policies in the log: what the leaf says, what the document holds, and what verify checks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gate.errors import Malformed, Refused, Tampered
from gate.model import PolicyRef, Trust
from gate.model.policy_digest import digest_of
from gate.ports import NewEntry, StoredEntry
from gate.record import (
    DecisionLog,
    EvidenceLedger,
    decode_decision,
    find_policy,
    latest_policy,
    open_policy,
    policy_entries,
    policy_entry,
    read_leaf,
)
from gate.storage import MemoryStorage
from tests import pki
from tests.log import AT, SALT, check, decided, decision, open_log, request, stored

ISSUERS = (pki.issuer(pki.PUBLIC), pki.issuer(pki.TEST))
FILES = {"policy.yaml": b"name: p\n", "tests/certificates/a.der": bytes(range(256))}


def policy(version: int = 1, **changes: Any) -> NewEntry:
    files = {**FILES, "grants.yaml": b"# %d\n" % version}
    issuers = changes.get("issuers", ISSUERS)
    ref = PolicyRef(name="webpki", version=version, digest=digest_of(files, issuers))
    fields: dict[str, Any] = {
        "entry_id": f"policy-{version}",
        "at": AT,
        "files": files,
        "ref": ref,
        "issuers": issuers,
        "change": "first",
        "signers": ("Ana", "Ivo"),
        "replaces": b"",
        "versions": {"pkilint": "0.13.3", "conditions": "CEL 1"},
        "salt": SALT,
    }
    return policy_entry(**{**fields, **changes})


def digest(entry: NewEntry) -> bytes:
    return bytes.fromhex(str(read_leaf(entry.leaf).fields["digest"]))


def decided_by(entry: NewEntry, name: str) -> NewEntry:
    """A decision by this policy."""
    asked = request(name)
    ref = PolicyRef(name="webpki", version=1, digest=digest(entry))
    return decided(name, asked=asked, judged=replace(decision(asked), policy=ref))


def log_of(*entries: NewEntry) -> tuple[MemoryStorage, DecisionLog]:
    storage = MemoryStorage()
    log = open_log(storage)
    log.append(entries)
    return storage, log


def problems(storage: MemoryStorage) -> list[str]:
    return [str(problem) for problem in check(storage).problems]


def test_a_policy_is_read_back_with_files_and_issuers() -> None:
    document = open_policy(stored(policy()))

    assert document.files == {**FILES, "grants.yaml": b"# 1\n"}
    assert document.issuers == ISSUERS
    assert document.ref == PolicyRef(name="webpki", version=1, digest=digest(policy()))
    assert (document.signers, document.change) == (("Ana", "Ivo"), "first")
    assert document.versions == {"pkilint": "0.13.3", "conditions": "CEL 1"}


def test_the_leaf_names_the_policy_and_nobody() -> None:
    entry = policy(change="looser", replaces=bytes(32))
    fields = read_leaf(entry.leaf).fields

    assert {key: fields[key] for key in ("name", "version", "change", "signers")} == {
        "name": "webpki",
        "version": 1,
        "change": "looser",
        "signers": 2,
    }
    assert fields["replaces"] == "00" * 32
    assert b"Ana" not in entry.leaf
    assert entry.lookups == ("policies", f"policy:{digest(entry).hex()}")


def test_a_digest_of_other_files_is_not_recorded() -> None:
    ref = PolicyRef(name="webpki", version=1, digest=bytes(32))
    with pytest.raises(ValueError, match="not that of these files"):
        policy(ref=ref)


def test_a_path_that_is_no_text_is_not_recorded() -> None:
    files = {"tests/\udc80": b""}
    ref = PolicyRef(name="webpki", version=1, digest=digest_of(files, ISSUERS))
    with pytest.raises(Malformed, match="cannot be written"):
        policy(files=files, ref=ref)


def test_a_policy_of_a_hundred_lists_can_be_recorded() -> None:
    files = {f"lists/{at}.txt": b"10.0.0.0/8 %d\n" % at * 1000 for at in range(100)}
    ref = PolicyRef(name="webpki", version=1, digest=digest_of(files, ISSUERS))
    storage, _ = log_of(policy(files=files, ref=ref))

    assert open_policy(next(storage.entries(1, 2))).files == files
    assert problems(storage) == []


def test_the_newest_entry_is_found() -> None:
    one, two = policy(), policy(2, replaces=digest(policy()))
    again = policy(entry_id="policy-3", replaces=digest(two))
    storage, log = log_of(one, two, *(decided_by(two, str(at)) for at in range(40)), again)

    latest, found = latest_policy(storage), find_policy(storage, digest(two))
    assert (latest and latest.entry_id, found and found.entry_id) == ("policy-3", "policy-2")
    assert [each.index for each in policy_entries(storage, digest(one))] == [1, 43]
    assert EvidenceLedger(storage, log).newest_policy() == latest
    assert find_policy(storage, bytes(32)) is None


def test_many_entries_are_paged_through() -> None:
    entries = [policy(entry_id=f"p-{at}", replaces=digest(policy())) for at in range(50)]
    storage, _ = log_of(*entries)

    assert len(policy_entries(storage, digest(policy()))) == 50
    latest = latest_policy(storage)
    assert latest is not None
    assert latest.entry_id == "p-49"


def test_a_log_without_policies_has_no_newest_one() -> None:
    storage, log = log_of(decided())

    assert latest_policy(storage) is None
    assert EvidenceLedger(storage, log).newest_policy() is None


def test_a_policy_that_is_not_its_leafs_is_tampering() -> None:
    entry, other = policy(), policy(2)
    for bad in (
        replace(stored(entry), private=other.private),
        replace(stored(entry), leaf=other.leaf),
        replace(stored(entry), entry_id="another"),
        stored(decided()),
    ):
        with pytest.raises(Tampered):
            open_policy(bad)
    with pytest.raises(Tampered, match="of kind `policy`"):
        decode_decision(stored(entry))
    with pytest.raises(Refused, match="erased"):
        open_policy(replace(stored(entry), private=b"", salt=b""))


def test_an_issuer_that_is_not_what_its_certificate_says_is_tampering() -> None:
    false = replace(ISSUERS[0], subject=b"another")
    with pytest.raises(Tampered, match="not what its certificate says"):
        open_policy(stored(policy(issuers=(false,))))


def test_a_log_with_its_policies_holds() -> None:
    one = policy()
    two = policy(2, replaces=digest(one), change="stricter")
    storage, _ = log_of(one, decided_by(one, "a"), two, decided_by(two, "b"), decided_by(one, "c"))

    assert problems(storage) == []


def test_logs_from_before_policies_were_recorded_hold() -> None:
    one = policy()
    storage, _ = log_of(decided("old"), one, decided_by(one, "new"))

    assert problems(storage) == []


def test_a_decision_by_a_policy_that_was_not_recorded_is_found() -> None:
    one, two = policy(), policy(2)
    storage, _ = log_of(one, decided_by(two, "a"), policy(3, replaces=digest(two)))

    assert problems(storage) == [
        f"entry 2: it is by a policy that no entry before 2 records: {digest(two).hex()}",
        f"entry 3: it replaces a policy that no entry before 3 records: {digest(two).hex()}",
    ]


class Unfindable(MemoryStorage):
    """A log whose lookup words somebody took away."""

    def by_lookup(self, words: Any, **limits: Any) -> tuple[StoredEntry, ...]:
        return ()


def test_a_policy_that_is_not_found_by_its_digest_is_found() -> None:
    storage = Unfindable()
    log = open_log(storage)
    log.append([policy()])

    assert problems(storage) == ["entry 1: the policy is not found by its digest"]
    # The gate itself does not ask for it by words.
    newest = EvidenceLedger(storage, log).newest_policy()
    assert newest is not None
    assert newest.entry_id == "policy-1"


class Swapped(MemoryStorage):
    """A log whose policy commits to a document of other files."""

    def entries(self, start: int, stop: int) -> Iterator[StoredEntry]:
        for entry in super().entries(start, stop):
            yield replace(entry, private=b"") if entry.index == 1 else entry


def test_a_document_that_was_changed_is_found() -> None:
    storage = Swapped()
    open_log(storage).append([policy()])

    assert problems(storage) == ["entry 1: the private document is not what was recorded"]


def test_the_trust_of_an_issuer_is_part_of_the_record() -> None:
    other = tuple(replace(issuer, trust=Trust.PRIVATE) for issuer in ISSUERS)
    entry = policy(issuers=other, at=AT + timedelta(days=1))

    assert digest(entry) == digest(policy())
    assert [issuer.trust for issuer in open_policy(stored(entry)).issuers] == [Trust.PRIVATE] * 2
