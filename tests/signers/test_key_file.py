"""Keys in files: read where only the owner can, refused otherwise."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gate.errors import ConfigError
from gate.signers import FileKey, write_key, write_public_key


def test_a_written_key_signs(tmp_path: Path) -> None:
    key = write_key(tmp_path / "key.pem")

    Ed25519PublicKey.from_public_bytes(key.public_key).verify(key.sign(b"message"), b"message")


def test_a_key_is_the_same_when_read_again(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"

    assert write_key(path).public_key == FileKey(path).public_key


def test_an_existing_key_is_not_overwritten(tmp_path: Path) -> None:
    write_key(tmp_path / "key.pem")

    with pytest.raises(FileExistsError):
        write_key(tmp_path / "key.pem")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o640)

    with pytest.raises(ConfigError, match="chmod 600"):
        FileKey(tmp_path / "key.pem")


def test_who_names_a_public_key_or_a_folder_is_not_told_to_hide_it(tmp_path: Path) -> None:
    public = tmp_path / "key.pem.pub"
    write_public_key(public, write_key(tmp_path / "key.pem").public_key)
    public.chmod(0o644)

    with pytest.raises(ConfigError, match="no unencrypted private key"):
        FileKey(public)
    with pytest.raises(ConfigError, match="Is a directory"):
        FileKey(tmp_path)


def test_a_missing_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        FileKey(tmp_path / "key.pem")


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.touch(mode=0o600)
    path.write_bytes(b"not a key")
    with pytest.raises(ConfigError, match="no unencrypted private key"):
        FileKey(path)

    other = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ConfigError, match="not an Ed25519 key"):
        FileKey(path)
