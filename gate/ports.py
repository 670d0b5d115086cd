"""The seams through which the core reaches the world, with their contracts."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gate.model import Case, CertificateType, LinterReport, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """One entry on its way into the log.

    `leaf` is hashed into the tree and never holds personal data; `private` is the document
    that `salt` commits it to. `entry_id` is unique in the log (a decision id, a record id).
    `request_key` is unique where it is not empty, with `request_digest` for comparison.
    `lookups` are the words under which `by_lookup` finds the entry again.
    """

    entry_id: str
    leaf: bytes
    private: bytes
    salt: bytes
    request_key: str = ""
    request_digest: bytes = b""
    lookups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as storage holds it; `private` and `salt` are empty once erased."""

    index: int
    entry_id: str
    leaf: bytes
    private: bytes
    salt: bytes
    request_digest: bytes

    @property
    def erased(self) -> bool:
        """Whether the private document is gone, and with it its salt."""
        return not self.salt and not self.private


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """Where the tree stands: `size` leaves, the `frontier` of complete subtrees from the
    largest to the smallest, the signed checkpoint `note`, the newest time in it.
    """

    size: int
    frontier: tuple[bytes, ...]
    note: bytes
    newest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A full tile of 256 hashes at `level`, numbered from the left (C2SP tlog-tiles)."""

    level: int
    number: int
    hashes: bytes


class LogTransaction(Protocol):
    """What may be read and written while the log's one writer holds it."""

    def state(self) -> LogState | None:
        """The state as of this transaction, or None in a log that was never written."""

    def by_request(self, request_key: str) -> StoredEntry | None:
        """The entry that claimed this request key, or None."""

    def write(self, entries: Sequence[NewEntry], tiles: Sequence[Tile], state: LogState) -> None:
        """Add entries at the indexes from the old size on, new full tiles and the new state."""


class LogStorage(Protocol):
    """Makes bytes durable, in order; knows nothing of what they mean.

    Writers exclude each other; readers may be many, on any thread, and never see a
    transaction that has not committed.
    """

    def transaction(self) -> AbstractContextManager[LogTransaction]:
        """A write transaction: leaving it normally commits, an exception rolls back.

        When it has been left without an exception, everything written survives a crash of
        the process, of the machine, and power loss. Raises Unavailable where that cannot be
        promised; the outcome is then unknown, and the storage refuses every later
        transaction until it is opened again.
        """

    def state(self) -> LogState | None:
        """The newest committed state, or None in a log that was never written."""

    def entry(self, index: int) -> StoredEntry | None:
        """The entry at this index, or None beyond the end."""

    def entries(self, start: int, stop: int) -> Iterator[StoredEntry]:
        """The entries from `start` up to, not including, `stop`, in order."""

    def leaves(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """The leaves of these entries alone, each with its index: what `entries` gives is more."""

    def tile(self, level: int, number: int) -> bytes | None:
        """The hashes of a full tile, or None where there is none yet."""

    def by_id(self, entry_id: str) -> StoredEntry | None:
        """The entry with this id, or None."""

    def by_request(self, request_key: str) -> StoredEntry | None:
        """The entry that claimed this request key, or None."""

    def by_lookup(
        self, words: Sequence[str], *, after: int = -1, limit: int | None = None
    ) -> tuple[StoredEntry, ...]:
        """Every entry found under any of these words, each once, oldest first.

        Only indexes greater than `after`, and no more than `limit` of them.
        """

    def close(self) -> None:
        """Give back what was opened; further calls are an error."""


class CertificateLinters(Protocol):
    """All linters that a gate runs, as one part."""

    @property
    def healthy(self) -> bool:
        """Whether an answer can be expected."""

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        """One report for each linter on one DER certificate, in fixed order; never raises.

        A linter that crashed, ran out of time or cannot be had says so in its report's
        status. May be called from many threads.
        """


class SigningKey(Protocol):
    """An Ed25519 key that signs checkpoints or releases."""

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes of the public key."""

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032); raises Unavailable if the key is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionFault:
    """What is wrong with one text of a condition; line and column count from 1 within it."""

    part: str
    line: int
    column: int
    text: str


class Condition(Protocol):
    """A condition that was compiled and checked; judging it changes nothing."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts it looks at, as dotted paths, sorted."""

    def unmet(self, case: Case) -> tuple[str, ...]:
        """One message for each element for which the condition is not true; empty where it holds.

        Raises Malformed where it could not be evaluated: it was then not shown to be true.
        """


class ConditionCompiler(Protocol):
    """Makes conditions out of the texts that policy authors write."""

    @property
    def version(self) -> str:
        """Name and version of the engine, for the record of a decision."""

    def compile(
        self, *, require: str, message: str, for_each: str = "", element: str = ""
    ) -> "Condition | tuple[ConditionFault, ...]":
        """The condition, or everything that is wrong with it; never raises for what was written.

        With `for_each` (a fact that is a list) the condition is judged for each entry, which
        `require` and `message` know by the name `element`.
        """
