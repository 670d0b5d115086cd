"""Policies as they lie on the disk."""

from collections.abc import Mapping
from pathlib import Path

from gate.errors import ConfigError
from gate.model import CertificateType, Issuer
from gate.policy import Policy, Site
from gate.policy import load as load_policy

SHIPPED_POLICIES = Path(__file__).parents[1] / "policies"
"""The policies that come with the gate."""


def read_policy(folder: Path, issuers: tuple[Issuer, ...]) -> Policy:
    """The policy in this folder; raises ConfigError with every problem in it."""
    return load_policy(read_folder(folder), site=Site(issuers=issuers))


def check_policy(folder: Path) -> Policy:
    """The policy in this folder, whatever the names of its issuers; raises ConfigError."""
    return load_policy(read_folder(folder), site=Site())


def profile_type(folder: Path, profile: str) -> CertificateType:
    """The type of certificate that a profile stands for; raises ConfigError if there is none."""
    profiles = check_policy(folder).profiles
    if profile not in profiles:
        names = ", ".join(sorted(profiles))
        raise ConfigError(f"{folder}: no profile is called {profile!r}; there are {names}")
    return profiles[profile].certificate_type


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """The files of a policy folder by their path inside it; hidden ones are passed over."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder")
    found = {path: path.relative_to(folder) for path in sorted(folder.rglob("*"))}
    return {
        inside.as_posix(): path.read_bytes()
        for path, inside in found.items()
        if path.is_file() and not any(part.startswith(".") for part in inside.parts)
    }
