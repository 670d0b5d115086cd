"""The digest names exactly these files and issuers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.model import PolicyRef
from gate.model.policy_digest import digest_of
from gate.policy import Site, load
from tests import pki
from tests.policy.bundles import ISSUERS, POLICY, bundle, loaded

bundles = st.dictionaries(st.text(max_size=4), st.binary(max_size=4), max_size=4)


def test_a_policy_is_named_by_name_version_and_digest() -> None:
    assert loaded().ref == PolicyRef(name="small", version=7, digest=loaded().digest)
    assert len(loaded().digest) == 32


def test_the_same_files_have_the_same_digest_in_whatever_order() -> None:
    files = bundle()
    backwards = dict(reversed(files.items()))
    assert load(backwards, site=Site(issuers=ISSUERS[::-1])).digest == loaded().digest


@pytest.mark.parametrize("path", sorted(bundle()))
def test_any_octet_more_in_any_file_changes_the_digest(path: str) -> None:
    files = bundle()
    changed = {**files, path: files[path] + b"\n"}
    assert load(changed, site=Site(issuers=ISSUERS)).digest != loaded().digest


def test_a_readme_belongs_to_the_policy_too() -> None:
    assert (
        load({**bundle(), "README.md": b""}, site=Site(issuers=ISSUERS)).digest != loaded().digest
    )


def test_a_comment_changes_the_digest_and_nothing_else() -> None:
    commented = loaded(policy=f"# hello\n{POLICY}")
    assert commented.digest != loaded().digest
    assert replace(commented, digest=b"") == replace(loaded(), digest=b"")


def test_other_keys_of_the_issuers_change_the_digest() -> None:
    other = replace(pki.issuer(), spki_sha256=b"\x01" * 32)
    renamed = replace(pki.issuer(pki.TEST), name="public-r2")
    files = bundle()
    digests = {
        digest_of(files, issuers)
        for issuers in (ISSUERS, (other, ISSUERS[1]), ISSUERS[:1], (ISSUERS[0], renamed), ())
    }
    assert len(digests) == 5


@given(bundles, bundles)
def test_no_two_sets_of_files_encode_alike(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert (digest_of(one, ()) == digest_of(other, ())) == (one == other)
