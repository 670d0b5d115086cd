"""Signed notes and checkpoints have one spelling, and one flipped bit is one too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import GateError, Malformed, Tampered
from gate.tlog import (
    Checkpoint,
    NoteSignature,
    SignedNote,
    key_id,
    open_checkpoint,
    sign_checkpoint,
    sign_note,
)
from gate.tlog.base64 import decode_base64
from tests.signing import SeededKey

KEY = SeededKey("log")
ORIGIN = "gate.example/decisions"
CHECKPOINT = Checkpoint(origin=ORIGIN, size=20852163, root=bytes(range(32)))
NOTE = sign_checkpoint(CHECKPOINT, KEY.public_key, KEY.sign)

# The example of Go's golang.org/x/mod/sumdb/note, by which its readers know the format.
NEUMANN_KEY = decode_base64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_a_note_of_another_implementation_verifies() -> None:
    note = SignedNote.parse(NEUMANN_NOTE)
    note.verify("PeterNeumann", NEUMANN_KEY)

    assert key_id("PeterNeumann", NEUMANN_KEY).hex() == "c74f20a3"
    assert note.encode() == NEUMANN_NOTE


def test_a_signed_checkpoint_opens() -> None:
    assert open_checkpoint(NOTE, ORIGIN, KEY.public_key) == CHECKPOINT


def test_another_key_or_origin_does_not_open_it() -> None:
    with pytest.raises(Tampered, match="not signed by"):
        open_checkpoint(NOTE, ORIGIN, SeededKey("other").public_key)
    with pytest.raises(Tampered, match="not signed by"):
        open_checkpoint(NOTE, "gate.example/other", KEY.public_key)


def test_a_checkpoint_of_another_log_under_our_name_is_refused() -> None:
    foreign = Checkpoint(origin="gate.example/other", size=1, root=bytes(32))
    note = sign_note(foreign.encode(), ORIGIN, KEY.public_key, KEY.sign)
    with pytest.raises(Tampered, match="not of"):
        open_checkpoint(note.encode(), ORIGIN, KEY.public_key)


def test_no_bit_of_a_checkpoint_can_be_flipped() -> None:
    for bit in range(8 * len(NOTE)):
        flipped = bytearray(NOTE)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(GateError):
            open_checkpoint(bytes(flipped), ORIGIN, KEY.public_key)


def test_signatures_by_unknown_keys_are_passed_over() -> None:
    ours = SignedNote.parse(NOTE)
    witness = NoteSignature(name="witness.example", key_id=b"1234", signature=b"x")
    note = SignedNote(text=ours.text, signatures=(witness, *ours.signatures))

    assert open_checkpoint(note.encode(), ORIGIN, KEY.public_key) == CHECKPOINT


def test_a_second_signature_of_ours_that_is_wrong_is_refused() -> None:
    ours = SignedNote.parse(NOTE)
    forged = NoteSignature(name=ORIGIN, key_id=key_id(ORIGIN, KEY.public_key), signature=b"x" * 64)
    note = SignedNote(text=ours.text, signatures=(*ours.signatures, forged))
    with pytest.raises(Tampered, match="is wrong"):
        open_checkpoint(note.encode(), ORIGIN, KEY.public_key)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\xe2\x80\x94 name AAAAAAA=\n",
        "text\n\n— name AAAAAAA=".encode(),
        "text\n\n— name AAAAAAA=\n\n".encode(),
        b"text\n\n- name AAAAAAA=\n",
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— na\u00a0me AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name AAAA AAA=\n".encode(),
        "text\n\n— name AAAA_AA=\n".encode(),
        "text\r\n\n— name AAAAAAA=\n".encode(),
        b"te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"text\n\n" + 65 * "— name AAAAAAA=\n".encode(),
    ],
)
def test_what_is_no_note_is_malformed(note: bytes) -> None:
    with pytest.raises(Malformed):
        SignedNote.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"origin\n1\n{'A' * 43}=",
        f"origin\n01\n{'A' * 43}=\n",
        f"origin\n+1\n{'A' * 43}=\n",
        f"origin\n-1\n{'A' * 43}=\n",
        f"origin\n\u0661\n{'A' * 43}=\n",
        f"origin\n{1 << 63}\n{'A' * 43}=\n",
        f"\n1\n{'A' * 43}=\n",
        f"ori gin\n1\n{'A' * 43}=\n",
        f"origin\n1\n{'A' * 43}=\nextension\n",
        f"origin\n1\n{'A' * 40}\n",
        f"origin\n1\n{'A' * 42}B=\n",
    ],
)
def test_what_is_no_checkpoint_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


@pytest.mark.parametrize("text", ["", "no newline", "a\x00b\n"])
def test_a_text_that_cannot_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        sign_note(text, ORIGIN, KEY.public_key, KEY.sign)


@given(
    st.builds(
        Checkpoint,
        origin=st.from_regex(r"[a-z./-]{1,40}", fullmatch=True),
        size=st.integers(0, (1 << 63) - 1),
        root=st.binary(min_size=32, max_size=32),
    )
)
def test_a_checkpoint_read_again_is_the_same(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(checkpoint.encode()) == checkpoint


@given(st.one_of(st.text(), st.from_regex(r"a\n(0|1|01)\n[A-Za-z0-9+/=]{44}\n")))
def test_a_checkpoint_that_parses_encodes_to_what_was_read(text: str) -> None:
    try:
        checkpoint = Checkpoint.parse(text)
    except Malformed:
        return
    assert checkpoint.encode() == text


@given(st.binary() | st.from_regex("a+\n\n(— [a-z]* [A-Za-z+/=]*\n)+").map(str.encode))
def test_a_note_that_parses_encodes_to_what_was_read(note: bytes) -> None:
    try:
        parsed = SignedNote.parse(note)
    except Malformed:
        return
    assert parsed.encode() == note
