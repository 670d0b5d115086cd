"""Two people who answer for policies, and bundles that they have signed."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree, ignore_patterns

from gate.config import SHIPPED_POLICIES, read_folder
from gate.config.policies import desk_site
from gate.model.policy_digest import MANIFEST
from gate.policy import Person, load
from gate.policy.manifest import signed
from tests import pki
from tests.signing import SeededKey

AUTHOR, REVIEWER = "alice@ca.example", "bob@ca.example"
FEW_TESTS = "validity.test.yaml"

KEYS = {AUTHOR: SeededKey("alice"), REVIEWER: SeededKey("bob")}
PEOPLE = tuple(Person(name=name, public_key=key.public_key) for name, key in KEYS.items())


def signed_by(
    files: Mapping[str, bytes], *names: str, ref: tuple[str, int] | None = None
) -> dict[str, bytes]:
    """These files with the signatures of these people; `ref` where they do not load."""
    found = {path: content for path, content in files.items() if path != MANIFEST}
    if ref is None:
        policy = load(found, site=desk_site())
        ref = policy.name, policy.version
    for name in names:
        found[MANIFEST] = signed(found, *ref, by=name, at=pki.NOW, sign=KEYS[name].sign)
    return found


def sign_folder(folder: Path, *names: str) -> None:
    """Have these people, or both, sign the policy in this folder."""
    found = signed_by(read_folder(folder), *(names or KEYS))
    (folder / MANIFEST).write_bytes(found[MANIFEST])


def copy_shipped(folder: Path, name: str = "webpki-production") -> Path:
    """Copy a shipped policy with few of its tests: a gate that starts on it runs them all."""
    shipped = SHIPPED_POLICIES / name
    others = {path.name for path in (shipped / "tests").glob("*.test.yaml")} - {FEW_TESTS}
    return Path(copytree(shipped, folder, ignore=ignore_patterns(*others)))
