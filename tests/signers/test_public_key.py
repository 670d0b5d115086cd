"""Public keys in files: every spelling of one key gives the same 32 bytes."""

from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gate.errors import ConfigError
from gate.signers import read_public_key, write_key, write_public_key
from gate.tlog import VerifierKey
from tests.signing import SeededKey

KEY = SeededKey("alice").public_key


def test_pem_base64_and_a_verifier_key_are_read(tmp_path: Path) -> None:
    pem, raw, line = (tmp_path / name for name in ("pem", "raw", "line"))
    write_public_key(pem, KEY)
    raw.write_text(f"{b64encode(KEY).decode()}\n")
    line.write_text(VerifierKey(origin="alice@ca.example", public_key=KEY).encode() + "\n")
    assert {read_public_key(path) for path in (pem, raw, line)} == {KEY}
    assert pem.read_text().startswith("-----BEGIN PUBLIC KEY-----\n")


def test_a_file_is_not_written_over(tmp_path: Path) -> None:
    write_public_key(tmp_path / "pem", KEY)
    with pytest.raises(FileExistsError):
        write_public_key(tmp_path / "pem", KEY)


def _other_type() -> str:
    key = generate_private_key(SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not an Ed25519 public key: it holds 0 bytes instead of 32"),
        ("AAAA", "not an Ed25519 public key: it holds 3 bytes instead of 32"),
        ("not base64", "not an Ed25519 public key: `not base64` is not base64"),
        ("x" * 50, "not an Ed25519 public key: "),
        ("Ä", "not a public key in PEM or base64"),
        (
            "-----BEGIN PUBLIC KEY-----\n",
            "not an Ed25519 public key: no SubjectPublicKeyInfo in PEM",
        ),
        (_other_type(), "not an Ed25519 public key: a key of another type"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_public_key(path)
    assert str(caught.value).startswith(f"{path}: {problem}")


def test_a_private_key_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path / "alice.key")
    with pytest.raises(ConfigError, match=r"this is a private key: give its public half"):
        read_public_key(tmp_path / "alice.key")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the key cannot be read: No such file"):
        read_public_key(tmp_path / "nowhere")
