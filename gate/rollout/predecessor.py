"""The policy before: the newest one that the log has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gate.errors import ConfigError, Refused
from gate.model import PolicyRef
from gate.model.policy_digest import MANIFEST
from gate.policy import Policy, Site, load
from gate.ports import StoredEntry
from gate.record import EvidenceLedger, PolicyDocument, open_policy, read_leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """Which policy it is, and since when; its document is None where that was erased."""

    ref: PolicyRef
    at: datetime
    document: PolicyDocument | None

    def has_files(self, files: Mapping[str, bytes]) -> bool:
        """Whether these are its files, whoever signed them."""
        return self.document is not None and _signed(self.document.files) == _signed(files)

    def loaded(self, site: Site) -> Policy | None:
        """The policy as it is understood today; None where it would not load any more."""
        try:
            return None if self.document is None else load(self.document.files, site=site)
        except ConfigError:
            return None


def find_predecessor(ledger: EvidenceLedger) -> Predecessor | None:
    """The newest policy of the log, or None in one that has none; raises Tampered."""
    entry = ledger.newest_policy()
    if entry is None:
        return None
    try:
        document: PolicyDocument | None = open_policy(entry)
    except Refused:
        document = None
    leaf = read_leaf(entry.leaf)
    return Predecessor(
        ref=document.ref if document else _named(entry),
        at=leaf.at,
        document=document,
    )


def _signed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path != MANIFEST}


def _named(entry: StoredEntry) -> PolicyRef:
    fields = read_leaf(entry.leaf).fields
    return PolicyRef(
        name=str(fields["name"]),
        version=int(str(fields["version"])),
        digest=bytes.fromhex(str(fields["digest"])),
    )
