"""The policies that a log has recorded, each read once."""

from collections.abc import Mapping
from dataclasses import dataclass

from gate.errors import Refused
from gate.model import Issuer
from gate.ports import LogStorage, StoredEntry
from gate.record import PolicyDocument, open_policy, policy_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPolicy:
    """A policy as the log has it, and the issuers it was loaded for, by their names."""

    log_index: int
    document: PolicyDocument
    issuers: Mapping[str, Issuer]


class RecordedPolicies:
    """Finds the policy of a decision in the log that holds both."""

    def __init__(self, storage: LogStorage) -> None:
        self._storage = storage
        self._entries: dict[bytes, tuple[StoredEntry, ...]] = {}
        self._read: dict[int, RecordedPolicy | None] = {}

    def of(self, digest: bytes, index: int) -> RecordedPolicy:
        """The policy by which the decision at this log index was made.

        Raises Refused where no entry before it holds the policy, or it was erased; Tampered
        where the entry is not what was recorded.
        """
        if digest not in self._entries:
            self._entries[digest] = policy_entries(self._storage, digest)
        before = [entry for entry in self._entries[digest] if entry.index < index]
        if not before:
            raise Refused("the log does not hold the policy that made it")
        if before[-1].index not in self._read:
            self._read[before[-1].index] = _read(before[-1])
        found = self._read[before[-1].index]
        if found is None:
            raise Refused("the policy that made it has been erased")
        return found


def _read(entry: StoredEntry) -> RecordedPolicy | None:
    try:
        document = open_policy(entry)
    except Refused:
        return None
    issuers = {issuer.name: issuer for issuer in document.issuers}
    return RecordedPolicy(log_index=entry.index, document=document, issuers=issuers)
