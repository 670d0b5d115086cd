"""Private documents that their commitment opens to, and that still are none."""

from dataclasses import replace
from zlib import compress, decompress

import pytest

from gate.errors import Malformed, Tampered
from gate.model import Applicant, Finding, Severity
from gate.record import commit_private, decode_evidence, encode_canonical, open_decision, read_leaf
from gate.record.document import DECISIONS, EVIDENCE, EvidenceDocument
from tests.log import AT, SALT, decided, decision, recorded, request, stored

APPLICANT = Applicant(account="a", applicant="b", name="c")
WRITTEN = EVIDENCE["applicant"].encode(
    EvidenceDocument(record_id="record-1", recorded_at=AT, recorded_by="x", evidence=APPLICANT)
)
TEXT = decompress(WRITTEN)


def committed(leaf: bytes, private: bytes) -> bytes:
    """The same leaf with a commitment to another document."""
    fields = dict(read_leaf(leaf).fields)
    return encode_canonical(fields | {"private": commit_private(private, SALT)})


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        WRITTEN[:-1],
        WRITTEN + b"\x00",
        compress(b"not JSON"),
        compress(b"[]"),
        compress(b"[{}]"),
        compress(TEXT.replace(b'"name"', b'"nickname"')),
        compress(TEXT.replace(b'"c"', b"1")),
        compress(TEXT.replace(b'"name"', b'"unknown":1,"name"')),
        compress(TEXT.replace(b"2026-11", b"2026-13")),
    ],
)
def test_what_is_no_document_is_malformed(document: bytes) -> None:
    with pytest.raises(Malformed):
        EVIDENCE["applicant"].decode(document)


def test_a_commitment_to_no_document_is_tampering() -> None:
    for entry, read in (
        (decided(), open_decision),
        (recorded("record-1", APPLICANT), decode_evidence),
    ):
        bad = stored(replace(entry, private=b"{}", leaf=committed(entry.leaf, b"{}")))
        with pytest.raises(Tampered, match="holds no"):
            read(bad)


def test_a_document_that_is_another_leafs_is_tampering() -> None:
    one, two = decided("a"), decided("b")
    leaf = committed(one.leaf, two.private)
    with pytest.raises(Tampered, match="not its leaf's"):
        open_decision(stored(replace(one, leaf=leaf, private=two.private)))

    record, other = recorded("record-1", APPLICANT), recorded("record-1", APPLICANT, by="other")
    leaf = committed(record.leaf, other.private)
    with pytest.raises(Tampered, match="not its leaf's"):
        decode_evidence(stored(replace(record, leaf=leaf, private=other.private)))


def test_half_a_surrogate_pair_cannot_be_recorded() -> None:
    finding = Finding(code="a.b", severity=Severity.ERROR, message="\ud800")
    with pytest.raises(Malformed, match="cannot be written"):
        decided(judged=replace(decision(request()), findings=(finding,)))


def test_a_document_says_what_does_not_read() -> None:
    with pytest.raises(Malformed, match=r"`0\.request`"):
        DECISIONS.decode(compress(b'[{"decision_id":"a"}]'))
