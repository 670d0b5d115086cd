"""The text of a log proof: one spelling, checked from leaf to signature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import GateError, Malformed, Tampered
from gate.tlog import (
    Checkpoint,
    LogProof,
    Tree,
    inclusion_proof,
    leaf_hash,
    sign_checkpoint,
)
from tests.signing import SeededKey

KEY = SeededKey("log")
ORIGIN = "gate.example/decisions"
LEAVES = [f"entry {index}".encode() for index in range(7)]
TREE = Tree()
NODES = TREE.extend(map(leaf_hash, LEAVES)).nodes
CHECKPOINT = Checkpoint(origin=ORIGIN, size=7, root=TREE.root())
NOTE = sign_checkpoint(CHECKPOINT, KEY.public_key, KEY.sign).decode()
PROOF = LogProof(index=5, hashes=inclusion_proof(5, 7, lambda *at: NODES[at]), checkpoint=NOTE)
HASH = "A" * 43 + "="


def test_a_proof_leads_from_the_leaf_to_the_checkpoint() -> None:
    assert LogProof.parse(PROOF.encode()).verify(LEAVES[5], ORIGIN, KEY.public_key) == CHECKPOINT


def test_a_proof_is_written_as_tlog_proof_says() -> None:
    header, index, *hashes = PROOF.encode().partition("\n\n")[0].split("\n")

    assert (header, index, len(hashes)) == ("c2sp.org/tlog-proof@v1", "index 5", 3)
    assert PROOF.encode().endswith("\n\n" + NOTE)


def test_a_proof_of_a_lone_entry_has_no_hashes() -> None:
    lone = LogProof(index=0, hashes=(), checkpoint=NOTE)

    assert lone.encode() == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{NOTE}"
    assert LogProof.parse(lone.encode()) == lone


def test_another_leaf_is_not_proven() -> None:
    with pytest.raises(Tampered):
        PROOF.verify(LEAVES[4], ORIGIN, KEY.public_key)


def test_no_bit_of_a_proof_can_be_flipped() -> None:
    text = PROOF.encode().encode()
    for bit in range(8 * len(text)):
        flipped = bytearray(text)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((GateError, UnicodeDecodeError)):
            LogProof.parse(flipped.decode()).verify(LEAVES[5], ORIGIN, KEY.public_key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"c2sp.org/tlog-proof@v1\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v2\nindex 0\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\r\nindex 0\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 00\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex  0\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH}\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH[:-1]}\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n{NOTE}",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + 64 * f"{HASH}\n" + f"\n{NOTE}",
    ],
)
def test_what_is_no_proof_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        LogProof.parse(text)


@given(
    st.builds(
        LogProof,
        index=st.integers(0, (1 << 63) - 1),
        hashes=st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
        checkpoint=st.text(min_size=1),
        extra=st.binary(),
    )
)
def test_a_proof_read_again_is_the_same(proof: LogProof) -> None:
    assert LogProof.parse(proof.encode()) == proof


@given(
    st.text() | st.from_regex(r"c2sp\.org/tlog-proof@v1\n(extra [A-Za-z=]*\n)?index [0-9]+\n\n.+")
)
def test_a_proof_that_parses_encodes_to_what_was_read(text: str) -> None:
    try:
        proof = LogProof.parse(text)
    except Malformed:
        return
    assert proof.encode() == text
