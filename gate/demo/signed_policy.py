"""The policy of a throw-away gate: a copy of another one, signed by two throw-away people."""

from datetime import datetime
from pathlib import Path
from shutil import rmtree

from gate.config import check_policy, read_folder
from gate.model.policy_digest import MANIFEST
from gate.policy import Person
from gate.policy.manifest import signed
from gate.signers import FileKey, write_key

PEOPLE = ("author", "reviewer")
"""Two, because a first policy needs the signatures of two people."""


def policy_keys(folder: Path) -> dict[str, Path]:
    """The file of each one's private key, which is or will be in this folder."""
    return {name: folder / f"{name}.key" for name in PEOPLE}


def make_people(folder: Path) -> None:
    """Make a key for each of them."""
    folder.mkdir()
    for path in policy_keys(folder).values():
        write_key(path)


def people_in(folder: Path) -> tuple[Person, ...]:
    """Them, by the keys in this folder; raises ConfigError where there is none."""
    return tuple(
        Person(name=name, public_key=FileKey(path).public_key)
        for name, path in policy_keys(folder).items()
    )


def copy_signed(source: Path, target: Path, people: Path, at: datetime) -> None:
    """Put a copy of this policy there, with everybody's signature; what was there is replaced.

    Raises ConfigError where the policy does not load.
    """
    policy = check_policy(source)
    files = dict(read_folder(source))
    files.pop(MANIFEST, None)
    for name, path in policy_keys(people).items():
        sign = FileKey(path).sign
        files[MANIFEST] = signed(files, policy.name, policy.version, by=name, at=at, sign=sign)
    new = target.with_name(f"{target.name}.new")
    rmtree(new, ignore_errors=True)
    for inside, content in files.items():
        (new / inside).parent.mkdir(parents=True, exist_ok=True)
        (new / inside).write_bytes(content)
    rmtree(target, ignore_errors=True)
    new.rename(target)
