"""Policies as they lie on the disk."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from gate.conditions import compiler
from gate.errors import ConfigError
from gate.linters.catalogue import catalogues
from gate.model import CertificateType, Issuer
from gate.policy import Person, Policy, PolicyError, Site
from gate.policy import load as load_policy
from gate.policy.site import LONGEST_EXCEPTION
from gate.rollout import MAX_BUNDLE

SHIPPED_POLICIES = Path(__file__).parents[1] / "policies"
"""The policies that come with the gate."""


def desk_site() -> Site:
    """What an author's desk knows of the gate that a policy is for."""
    return Site(catalogues=catalogues(), conditions=compiler())


def gate_site(
    issuers: tuple[Issuer, ...],
    *,
    people: tuple[Person, ...] | None = (),
    longest_exception: timedelta = LONGEST_EXCEPTION,
) -> Site:
    """What a gate with these issuers loads its policy for; without people, nobody can sign."""
    return replace(desk_site(), issuers=issuers, people=people, longest_exception=longest_exception)


def read_policy(folder: Path, site: Site) -> Policy:
    """The policy in this folder, for this gate; raises ConfigError with every problem in it."""
    return load_policy(read_folder(folder), site=site)


def check_policy(folder: Path) -> Policy:
    """The policy in this folder, whatever the names of its issuers.

    Raises ConfigError with every problem, each under the folder as it was named.
    """
    files = read_folder(folder)
    with told_in(folder):
        return load_policy(files, site=desk_site())


@contextmanager
def told_in(folder: Path) -> Iterator[None]:
    """Problems in a policy's files are raised again with the folder that these lie in."""
    try:
        yield
    except PolicyError as error:
        counted = error.problems[len(error.found) :]
        raise ConfigError(*(f"{folder}/{each}" for each in error.found), *counted) from None


def profile_type(folder: Path, profile: str) -> CertificateType:
    """The type of certificate that a profile stands for; raises ConfigError if there is none."""
    profiles = check_policy(folder).profiles
    if profile not in profiles:
        names = ", ".join(sorted(profiles))
        raise ConfigError(f"{folder}: no profile is called {profile!r}; there are {names}")
    return profiles[profile].certificate_type


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """The files of a policy folder by their path inside it; hidden ones are passed over.

    Raises ConfigError where there is no folder, or more in it than a policy may have, or a link
    to another folder, whose files would be passed over in silence.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "there is no such folder"
        raise ConfigError(f"{folder}: {what}")
    found = {path: path.relative_to(folder) for path in sorted(folder.rglob("*"))}
    shown = {
        inside.as_posix(): path
        for path, inside in found.items()
        if not any(part.startswith(".") for part in inside.parts)
    }
    for path in shown.values():
        if path.is_symlink() and not path.is_file():
            raise ConfigError(f"{path}: a link, and not to a file: put the files themselves there")
    files = {inside: path for inside, path in shown.items() if path.is_file()}
    if sum(path.stat().st_size for path in files.values()) > MAX_BUNDLE:
        raise ConfigError(f"{folder}: holds more than the {MAX_BUNDLE >> 20} MiB of any policy")
    return {inside: path.read_bytes() for inside, path in files.items()}
