"""manifest.json: whose signatures over exactly these files hold."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model.policy_digest import MANIFEST
from gate.policy import PolicyError
from gate.policy.manifest import (
    kept_signatures,
    read_manifest,
    signed,
    signing_text,
    valid_signers,
)
from tests.policy.approving import ALICE, BOB, CAROL, DANA, KEYS, PEOPLE, SIGNED_AT
from tests.policy.bundles import bundle, shipped_files

FILES = bundle() | {"tests/a.test.yaml": b"a", "README.md": b"b"}


def sign(files: dict[str, bytes], *by: str, version: int = 7) -> dict[str, bytes]:
    """The files with a manifest that these people signed, one after the other."""
    for name in by:
        data = signed(files, "small", version, by=name, at=SIGNED_AT, sign=KEYS[name].sign)
        files = {**files, MANIFEST: data}
    return files


def edited(files: dict[str, bytes], /, **changes: Any) -> dict[str, bytes]:
    """The files with keys of the manifest replaced."""
    return {**files, MANIFEST: json.dumps(json.loads(files[MANIFEST]) | changes).encode()}


def signers(files: dict[str, bytes], people: Any = PEOPLE) -> tuple[str, ...]:
    return valid_signers(files, "small", 7, people)


def problems(files: dict[str, bytes], people: Any = PEOPLE) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        signers(files, people)
    return [str(problem) for problem in caught.value.found]


def test_where_the_operators_named_nobody_no_signature_counts() -> None:
    files = sign(FILES, ALICE)
    assert signers(files, ()) == signers({**files, "README.md": b"changed"}, ()) == ()


def test_without_a_manifest_nobody_signed() -> None:
    assert signers(FILES) == ()
    assert read_manifest(FILES) is None


def test_signatures_of_several_people_hold_together() -> None:
    files = sign(FILES, ALICE, BOB)
    assert signers(files) == (ALICE, BOB)
    manifest = read_manifest(files)
    assert manifest is not None
    assert (manifest.name, manifest.version) == ("small", 7)
    assert set(manifest.files) == set(FILES)


def test_who_signs_again_signs_once() -> None:
    assert signers(sign(FILES, ALICE, BOB, ALICE)) == (BOB, ALICE)


def test_the_manifest_is_no_part_of_what_is_signed() -> None:
    one, other = FILES, sign(FILES, BOB)
    texts = {signing_text(each, "small", 7, by=ALICE, at=SIGNED_AT) for each in (one, other)}
    assert len(texts) == 1


@given(
    st.dictionaries(st.text(max_size=5), st.binary(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.binary(max_size=5), max_size=3),
)
def test_different_files_are_different_texts(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    texts = [signing_text(each, "small", 7, by=ALICE, at=SIGNED_AT) for each in (one, other)]
    assert (texts[0] == texts[1]) is (one == other)


@pytest.mark.parametrize("path", sorted(FILES))
def test_whichever_file_is_edited_after_signing_is_named(path: str) -> None:
    files = sign(FILES, ALICE)
    assert problems({**files, path: files[path] + b" "}) == [
        place(files, path, "the file has changed since it was signed: sign anew")
    ]


def place(files: dict[str, bytes], path: str, problem: str) -> str:
    """A problem as it is told at this file's digest."""
    before, found, _ = files[MANIFEST].decode().partition(f'"{path}": ')
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + len(found) + 1
    return f"manifest.json:{line}:{column}: files > {path}: {problem}"


def test_a_file_that_is_gone_or_new_is_named() -> None:
    files = sign(FILES, ALICE)
    gone = {path: data for path, data in files.items() if path != "README.md"}
    assert problems(gone) == [place(files, "README.md", "the file was signed and is not there")]
    assert problems({**files, "lists/new.txt": b""}) == [
        (
            "manifest.json:5:12: files > lists/new.txt: the file was not there when the policy "
            "was signed: sign anew"
        )
    ]


def test_a_manifest_of_another_version_or_policy_is_none() -> None:
    assert problems(sign(FILES, ALICE, version=6)) == [
        (
            "manifest.json:4:14: version: signed was `small` version 6, and this is `small` "
            "version 7: sign anew"
        )
    ]
    with pytest.raises(PolicyError, match="signed was `small` version 7"):
        valid_signers(sign(FILES, ALICE), "large", 7, PEOPLE)


def test_an_edited_manifest_voids_its_signatures() -> None:
    files = sign(sign(FILES, ALICE), BOB)
    older = edited(sign(FILES, ALICE, version=6), version=7)
    assert ["did not sign this" in each for each in problems(older)] == [True]
    digests = json.loads(files[MANIFEST])["files"]
    del digests["README.md"]
    fewer = {path: data for path, data in files.items() if path != "README.md"}
    assert ["did not sign this" in each for each in problems(edited(fewer, files=digests))] == [
        True,
        True,
    ]


def test_forged_unknown_retired_and_doubled_signatures_are_refused() -> None:
    files = sign(FILES, ALICE, BOB)
    one, other = json.loads(files[MANIFEST])["signatures"]
    forged = edited(files, signatures=[{**one, "signature": other["signature"]}])
    assert "did not sign this" in problems(forged)[0]
    assert "is not one of the people of gate.yaml" in problems(sign(FILES, DANA))[0]
    assert "signed already" in problems(edited(files, signatures=[one, one]))[0]
    retired = (replace(PEOPLE[0], until=SIGNED_AT.replace(year=2025)), *PEOPLE[1:])
    assert "count until 2025-11-20T09:00:00Z only" in problems(files, retired)[0]


def test_a_signature_of_an_approval_cannot_be_that_of_a_policy() -> None:
    text = signing_text(FILES, "small", 7, by=CAROL, at=SIGNED_AT)
    assert text.startswith(b'gate policy approval 1\0{"approved":"policy"')


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "manifest.json:1:1: the file is empty"),
        (b"[]", "manifest.json:1:1: must be a mapping of keys to values"),
        (b"{", "manifest.json:2:1: this is not YAML"),
        (b'{"format": "gate-manifest/2"}', "manifest.json:1:12: format: must be `gate-manifest/1`"),
        (
            b'{"format": "gate-manifest/1", "name": "small", "version": "7", "files": {}}',
            "manifest.json:1:59: version: must be a whole number without quotes, such as 41",
        ),
        (
            b'{"format": "gate-manifest/1", "name": "small", "version": 7, "fiels": {}}',
            "manifest.json:1:62: fiels: unknown key `fiels`; did you mean `files`?",
        ),
    ],
)
def test_a_malformed_manifest_is_told(data: bytes, problem: str) -> None:
    assert any(each.startswith(problem) for each in problems({**FILES, MANIFEST: data}))


def test_signing_anew_keeps_what_still_holds_and_drops_the_rest() -> None:
    files = sign(FILES, ALICE)
    assert [each.by for each in kept_signatures(files, "small", 7)] == [ALICE]
    assert signers(sign({**files, "README.md": b"changed"}, BOB)) == (BOB,)
    assert signers(sign(files, BOB)) == (ALICE, BOB)
    assert kept_signatures(files, "small", 8) == ()
    assert kept_signatures(FILES, "small", 7) == ()


def test_the_shipped_policies_can_be_signed() -> None:
    files = shipped_files("webpki-production")
    data = signed(files, "webpki-production", 1, by=ALICE, at=SIGNED_AT, sign=KEYS[ALICE].sign)
    whole = {**files, MANIFEST: data}
    assert valid_signers(whole, "webpki-production", 1, PEOPLE) == (ALICE,)
