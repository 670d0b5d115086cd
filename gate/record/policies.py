"""Policies as entries of the log: which one judged from when on, and all that it said."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from gate import __version__
from gate.errors import ConfigError, Malformed, Tampered
from gate.model import Issuer, PolicyRef
from gate.model.policy_digest import digest_of
from gate.ports import LogStorage, NewEntry, StoredEntry
from gate.record.document import POLICIES, PolicyDocument
from gate.record.leaf import Leaf, build_leaf, commit_private, open_private, shortened

ANY_POLICY: Final = "policies"
"""The lookup word of every entry of the kind `policy`."""

_PAGE = 16


def policy_entry(
    *,
    entry_id: str,
    at: datetime,
    files: Mapping[str, bytes],
    ref: PolicyRef,
    issuers: tuple[Issuer, ...],
    change: str,
    signers: tuple[str, ...],
    replaces: bytes,
    versions: Mapping[str, str],
    salt: bytes,
) -> NewEntry:
    """The entry that says which policy judges from now on, to be appended before it does.

    `replaces` is the digest of the policy that judged before, empty for the first. Raises
    Malformed where a file's path cannot be written, ValueError where `ref` is not of these
    files and issuers.
    """
    if ref.digest != digest_of(files, issuers):
        raise ValueError("the digest is not that of these files and issuers")
    for path in files:
        _check_path(path)
    document = PolicyDocument(
        ref=ref,
        files=dict(files),
        issuers=issuers,
        change=change,
        signers=signers,
        versions=dict(versions),
    )
    private = POLICIES.encode(document)
    leaf = build_leaf(
        "policy",
        entry_id=entry_id,
        at=at,
        commitment=commit_private(private, salt),
        own={
            "gate": __version__,
            "name": shortened(ref.name),
            "version": ref.version,
            "digest": ref.digest.hex(),
            "replaces": replaces.hex(),
            "change": change,
            "signers": len(signers),
        },
    )
    return NewEntry(
        entry_id=entry_id,
        leaf=leaf,
        private=private,
        salt=salt,
        lookups=(ANY_POLICY, policy_word(ref.digest)),
    )


def policy_word(digest: bytes) -> str:
    """The lookup word of the entries of one policy."""
    return f"policy:{digest.hex()}"


def open_policy(entry: StoredEntry) -> PolicyDocument:
    """The policy in an entry, with the issuers it was loaded for.

    Raises Refused where it has been erased, Tampered where it is not the one that the leaf
    names: its digest is computed again.
    """
    leaf, private = open_private(entry)
    if leaf.kind != "policy":
        raise Tampered(f"entry {entry.index} is of kind `{leaf.kind}` and no policy")
    try:
        document = POLICIES.decode(private)
        for issuer in document.issuers:
            _check_issuer(issuer)
    except (Malformed, ConfigError) as error:
        raise Tampered(f"entry {entry.index} holds no policy: {error}") from error
    named = (leaf.fields["name"], leaf.fields["version"], leaf.fields["digest"])
    ref = document.ref
    digest = digest_of(document.files, document.issuers)
    if named != (shortened(ref.name), ref.version, digest.hex()) or ref.digest != digest:
        raise Tampered(f"the policy of entry {entry.index} is not the one that its leaf names")
    return document


def latest_policy(storage: LogStorage) -> StoredEntry | None:
    """The newest entry of a policy, or None in a log that has none."""
    return _last(_entries(storage, ANY_POLICY))


def find_policy(storage: LogStorage, digest: bytes) -> StoredEntry | None:
    """The newest entry of the policy with this digest, or None."""
    return _last(_entries(storage, policy_word(digest)))


def policy_entries(storage: LogStorage, digest: bytes) -> tuple[StoredEntry, ...]:
    """Every entry of the policy with this digest, oldest first.

    There may be several: each start of a gate with other issuers or linters adds one.
    """
    return tuple(_entries(storage, policy_word(digest)))


def _entries(storage: LogStorage, word: str) -> Iterator[StoredEntry]:
    after = -1
    while page := storage.by_lookup([word], after=after, limit=_PAGE):
        yield from page
        after = page[-1].index


def _last(entries: Iterator[StoredEntry]) -> StoredEntry | None:
    newest = deque(entries, maxlen=1)
    return newest[0] if newest else None


class KnownPolicies:
    """The policies that a log has recorded, learned from its leaves in their order."""

    def __init__(self) -> None:
        self._digests: set[str] = set()

    def take(self, index: int, leaf: Leaf) -> None:
        """Learn from a leaf; raises Tampered where it names a policy that nobody recorded.

        Before the first policy, decisions name what no entry holds: gates did not record it yet.
        """
        if leaf.kind == "policy":
            replaces = str(leaf.fields["replaces"])
            self._check(index, replaces, "replaces a policy")
            self._digests.add(str(leaf.fields["digest"]))
        elif leaf.kind == "decision":
            policy = leaf.fields["policy"]
            digest = policy.get("digest") if isinstance(policy, dict) else None
            self._check(index, str(digest), "is by a policy")
        elif leaf.kind == "shadow":
            self._check(index, str(leaf.fields["active"]), "is about a policy")

    def _check(self, index: int, digest: str, what: str) -> None:
        if self._digests and digest not in self._digests:
            raise Tampered(f"it {what} that no entry before {index} records: {digest[:80]}")


def _check_path(path: str) -> None:
    # The key of an object would be written with another letter in its place.
    try:
        path.encode()
    except UnicodeEncodeError:
        raise Malformed(f"the file name {path!r} cannot be written: it is not text") from None


def _check_issuer(issuer: Issuer) -> None:
    read = Issuer.read(
        name=issuer.name,
        environment=issuer.environment,
        trust=issuer.trust,
        certificate=issuer.certificate,
    )
    if read != issuer:
        raise Malformed(f"issuer `{issuer.name}` is not what its certificate says")
