"""Keys of people who sign policies, and the policies that they are about to sign."""

from collections.abc import Mapping
from dataclasses import replace
from errno import EEXIST, EISDIR
from os import strerror
from pathlib import Path

from gate.config.policies import desk_site
from gate.policy import Policy
from gate.policy import load as load_policy
from gate.ports import SigningKey
from gate.signers import FileKey, write_key, write_public_key


def signing_key(path: Path) -> SigningKey:
    """The private key in this file; raises ConfigError where others can read it, or it is none."""
    return FileKey(path)


def make_signing_key(path: Path) -> Path:
    """Make a new key in a new file that only its owner can read, and its public half beside it.

    Returns the path of the public half; raises FileExistsError where either is there, and
    IsADirectoryError where `path` is a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(EISDIR, strerror(EISDIR), str(path))
    public = path.with_name(f"{path.name}.pub")
    if public.exists():
        raise FileExistsError(EEXIST, strerror(EEXIST), str(public))
    write_public_key(public, write_key(path).public_key)
    return public


def load_unapproved(files: Mapping[str, bytes]) -> Policy:
    """The policy in these files, whose exceptions and holders may still lack approvals.

    Raises PolicyError with everything else that is wrong.
    """
    return load_policy(files, site=replace(desk_site(), unapproved=True))
