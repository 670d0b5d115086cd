"""The leaf's format is fixed for good: by vectors, and as docs/log.md tells it."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.errors import Malformed
from gate.ports import StoredEntry
from gate.record import (
    commit_private,
    decode_canonical,
    decode_evidence,
    encode_canonical,
    open_decision,
    open_policy,
    open_shadow,
    read_leaf,
)
from gate.record.imports import decode_import
from gate.record.leaf import _COMMON, _OWN, build_leaf, format_time, parse_time
from gate.tlog import leaf_hash
from tests.log import AT
from tests.record.vector_inputs import (
    BLOCKED,
    IMPORT,
    POLICY_FILES,
    RELEASED,
    REQUEST,
    SHADOW,
    entries,
)

VECTORS = json.loads((Path(__file__).parent / "vectors" / "leaves.json").read_text("utf-8"))
PAGE = (Path(__file__).parents[2] / "docs" / "log.md").read_text("utf-8")
DIGEST = "dd093c4f9c40ea378c4fec21d85e9e46512fa8abb789198b761aa276b3d2d175"
NAMES = [vector["name"] for vector in VECTORS]


def vector(name: str) -> dict[str, str]:
    return dict(next(each for each in VECTORS if each["name"] == name))


def stored(name: str) -> StoredEntry:
    given = vector(name)
    return StoredEntry(
        index=3,
        entry_id=read_leaf(given["leaf"].encode()).entry_id,
        leaf=given["leaf"].encode(),
        private=b64decode(given["private"]),
        salt=bytes.fromhex(given["salt"]),
        request_digest=b"",
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_has_its_hash_and_commitment(name: str) -> None:
    given = vector(name)
    leaf = read_leaf(given["leaf"].encode())

    assert leaf_hash(given["leaf"].encode()).hex() == given["leaf_hash"]
    assert leaf.private == commit_private(b64decode(given["private"]), bytes.fromhex(given["salt"]))
    assert leaf.at == AT


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_is_written_as_its_vector(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("decisions", "policies", "shadows", "start"):
        monkeypatch.setattr(f"gate.record.{module}.__version__", "0.1.0")
    written = dict(read_leaf(entries()[name].leaf).fields)
    expected = dict(read_leaf(vector(name)["leaf"].encode()).fields)
    # The commitment is to compressed bytes, and implementations of zlib may differ in those.
    del written["private"], expected["private"]

    assert written == expected


def test_every_vector_is_made_here() -> None:
    assert list(entries()) == NAMES


def test_private_documents_written_then_are_read_now() -> None:
    assert open_decision(stored("released decision")).decision == RELEASED
    assert open_decision(stored("released decision")).request == REQUEST
    assert open_decision(stored("blocked decision")).decision == BLOCKED
    assert decode_evidence(stored("applicant")).evidence.name == "M\u00fcller"  # type: ignore[union-attr] # an applicant
    assert decode_evidence(stored("revocation")).record_id == "record-2"
    assert decode_import(stored("import")) == IMPORT
    imported = decode_evidence(stored("imported"))
    assert (imported.record_id, imported.import_id) == ("import-1-0", "import-1")
    assert imported.evidence == IMPORT.records[0]
    assert open_policy(stored("policy")).files == POLICY_FILES
    assert open_shadow(stored("shadow")) == SHADOW


def test_the_digest_of_an_import_is_fixed() -> None:
    assert IMPORT.digest.hex() == DIGEST


def changed(**changes: Any) -> bytes:
    fields = decode_canonical(vector("blocked decision")["leaf"].encode())
    assert isinstance(fields, dict)
    merged = {key: value for key, value in (fields | changes).items() if value is not ...}
    return encode_canonical(merged)


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        b"{}",
        b" " + changed(),
        changed(v=2),
        changed(v=True),
        changed(v="1"),
        changed(kind=1),
        changed(id=...),
        changed(extra=""),
        changed(cause=...),
        changed(at="2026-11-23T18:40:00Z"),
        changed(at="2026-11-23 18:40:00.123456Z"),
        changed(at="2026-11-23T18:40:00.123456+00:00"),
        changed(at="2026-11-23T18:40:00.123456+01:00"),
        changed(at="2026-11-23T18:40:60.123456Z"),
        changed(at="2026-13-23T18:40:00.123456Z"),
        changed(at=""),
        changed(private=None),
        changed(kind="x" * 65_536),
    ],
)
def test_what_is_no_leaf_is_malformed(leaf: bytes) -> None:
    with pytest.raises(Malformed):
        read_leaf(leaf)


def test_a_kind_of_later_versions_is_read_by_its_common_keys() -> None:
    leaf = read_leaf(changed(kind="checkpoint-published", later=[1]))

    assert (leaf.kind, leaf.entry_id) == ("checkpoint-published", "decision-2")


def test_times_are_written_in_one_way() -> None:
    assert format_time(AT) == "2026-11-23T18:40:00.123456Z"
    assert format_time(AT.replace(microsecond=0)) == "2026-11-23T18:40:00.000000Z"
    assert parse_time(format_time(AT)) == AT
    with pytest.raises(ValueError, match="time zone"):
        format_time(AT.replace(tzinfo=None))


def test_a_leaf_is_built_from_its_own_keys_and_no_others() -> None:
    with pytest.raises(ValueError, match="not the fields"):
        build_leaf("start", entry_id="a", at=AT, commitment="", own={"gate": "1"})
    with pytest.raises(ValueError, match="not the fields"):
        build_leaf("stop", entry_id="a", at=AT, commitment="", own={})
    with pytest.raises(ValueError, match="may have 65535"):
        build_leaf(
            "start", entry_id="a" * 65_535, at=AT, commitment="", own={"gate": "", "size": 0}
        )


def test_a_salt_is_32_bytes() -> None:
    with pytest.raises(ValueError, match="salt"):
        commit_private(b"", b"short")


def test_the_page_tells_every_key() -> None:
    for kind, own in _OWN.items():
        section = PAGE.partition(f"### kind `{kind}`")[2].partition("\n### ")[0]
        told = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        assert told == own, kind
    common = PAGE.partition("## The leaf")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", common, re.MULTILINE)) == _COMMON


def test_the_pages_example_is_what_it_says() -> None:
    example = PAGE.partition("## An example")[2]
    (leaf,) = re.findall(r"```json\n(.+)\n```", example)
    (salt,) = re.findall(r"salt: `([0-9a-f]{64})`", example)
    (digest,) = re.findall(r"leaf hash: `([0-9a-f]{64})`", example)
    (document,) = re.findall(r"document: `(.+)`", example)

    assert read_leaf(leaf.encode()).private == commit_private(
        document.encode(), bytes.fromhex(salt)
    )
    assert leaf_hash(leaf.encode()).hex() == digest
    assert leaf == vector("start")["leaf"]
    assert replace(stored("start"), private=document.encode()) == stored("start")
