"""The manifest of a policy: `manifest.json`, which says who signed which files.

It is JSON with the keys `format` (`gate-manifest/1`), `name`, `version`, `files` (the SHA-256 of
each file in hex, by path) and `signatures` (each with `by`, `at` and `signature`, base64). Each
signature is an approval, as `gate.policy.approvals` has it, of name, version and files together:
to add a file, to take one away or to change one voids it. The manifest itself is no file of it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from pydantic import BeforeValidator, Field

from gate.model.policy_digest import MANIFEST
from gate.policy.approval_shape import ApprovalShape, signature_problems
from gate.policy.approvals import Approvable, Approval, Approved, same_person, stated_time
from gate.policy.definitions import Place
from gate.policy.document import Document, read
from gate.policy.problems import Problems
from gate.policy.quoting import quoted
from gate.policy.scalars import Ident, Text, Whole, one_of
from gate.policy.shape import Shape, shaped
from gate.policy.site import Person
from gate.tlog.base64 import encode_base64

_FORMAT = "gate-manifest/1"


class ManifestFile(Shape):
    """`manifest.json` as it is written."""

    format: Annotated[str, BeforeValidator(one_of({_FORMAT: _FORMAT}))]
    name: Ident
    version: Annotated[Whole, Field(gt=0)]
    files: dict[Text, Text]
    signatures: tuple[ApprovalShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Who signed which files of which version of a policy, as the file says it."""

    name: str
    version: int
    files: Mapping[str, str]
    signatures: tuple[Approval, ...]


def read_manifest(files: Mapping[str, bytes]) -> Manifest | None:
    """The manifest among these files, or None; raises PolicyError where it is malformed.

    Whether it is of these files, and whether its signatures hold, is not looked at.
    """
    found = _read(files)
    return found[0] if found else None


def signing_text(
    files: Mapping[str, bytes], name: str, version: int, *, by: str, at: datetime
) -> bytes:
    """The bytes that this person signs at this moment, of a policy with these files."""
    return _approvable(name, version, _digests(files)).text(by=by, at=at)


def valid_signers(
    files: Mapping[str, bytes], policy_name: str, version: int, people: tuple[Person, ...]
) -> tuple[str, ...]:
    """The names of those whose signature over exactly these files holds; none without a manifest.

    Where the operators named nobody, no signature counts and the manifest is not looked at.
    Raises PolicyError, at the manifest's lines, where it is of other files or another version,
    where a signature is bad, of nobody in `people`, or of somebody who signed already.
    """
    found = _read(files) if people else None
    if found is None:
        return ()
    manifest, document = found
    place = Place(document)
    if (manifest.name, manifest.version) != (policy_name, version):
        key = "name" if manifest.name != policy_name else "version"
        there = f"{quoted(manifest.name)} version {manifest.version}"
        here = f"{quoted(policy_name)} version {version}"
        place.below(key).note(f"signed was {there}, and this is {here}: sign anew")
    for path, problem in _differences(manifest.files, _digests(files)):
        place.below("files", path).note(problem)
    document.problems.raise_any()
    thing = _approvable(policy_name, version, manifest.files)
    for at, each in enumerate(manifest.signatures):
        one = place.below("signatures", at)
        if any(same_person(each.by, other.by) for other in manifest.signatures[:at]):
            one.below("by").note(f"{quoted(each.by)} signed already")
        for key, problem in signature_problems(each, thing.text(by=each.by, at=each.at), people):
            one.below(key).note(problem)
    document.problems.raise_any()
    return tuple(each.by for each in manifest.signatures)


def signed(
    files: Mapping[str, bytes],
    name: str,
    version: int,
    *,
    by: str,
    at: datetime,
    sign: Callable[[bytes], bytes],
) -> bytes:
    """A new `manifest.json` for these files, with this person's signature.

    Signatures of others that were made over the same files and version are kept, all else is
    dropped. Raises PolicyError where the manifest that is there is malformed.
    """
    digests, at = _digests(files), at.replace(microsecond=0)
    text = signing_text(files, name, version, by=by, at=at)
    kept = (each for each in kept_signatures(files, name, version) if not same_person(each.by, by))
    signatures = (*kept, Approval(by=by, at=at, signature=sign(text)))
    manifest = {
        "format": _FORMAT,
        "name": name,
        "version": version,
        "files": digests,
        "signatures": [
            {
                "by": each.by,
                "at": stated_time(each.at),
                "signature": encode_base64(each.signature),
            }
            for each in signatures
        ],
    }
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def kept_signatures(files: Mapping[str, bytes], name: str, version: int) -> tuple[Approval, ...]:
    """The signatures in the manifest that were made over these files and this version."""
    manifest = read_manifest(files)
    if manifest is None or (manifest.name, manifest.version) != (name, version):
        return ()
    return manifest.signatures if manifest.files == _digests(files) else ()


def _read(files: Mapping[str, bytes]) -> tuple[Manifest, Document] | None:
    data = files.get(MANIFEST)
    if data is None:
        return None
    problems = Problems()
    document = read(MANIFEST, data, problems)
    problems.raise_any()
    shape = shaped(document, ManifestFile)
    if shape is None:
        raise problems.error()
    manifest = Manifest(
        name=shape.name,
        version=shape.version,
        files=shape.files,
        signatures=tuple(each.approval for each in shape.signatures),
    )
    return manifest, document


def _approvable(name: str, version: int, digests: Mapping[str, str]) -> Approvable:
    return Approvable(
        type=Approved.POLICY, policy=name, fields={"version": version, "files": digests}
    )


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: sha256(files[path]).hexdigest() for path in sorted(files) if path != MANIFEST}


def _differences(
    stated: Mapping[str, str], present: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each file that is not as it was signed, with what is the matter."""
    for path in sorted(stated.keys() | present.keys()):
        if path not in present:
            yield path, "the file was signed and is not there"
        elif path not in stated:
            yield path, "the file was not there when the policy was signed: sign anew"
        elif stated[path] != present[path]:
            yield path, "the file has changed since it was signed: sign anew"
