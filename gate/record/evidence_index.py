"""What evidence the log holds, known by heart: the database is not asked whether it is there.

Whoever owns the database could take out a row, a revocation above all, and nothing would be
found in its place. So every leaf is read once, when the gate starts and then as the log grows,
hashed into a tree of the index's own, and the tree must be the one that the log's key signed.
What stands in those leaves, and in the documents of evidence that they commit to, is kept in
memory: about 260 bytes for each record.
"""

from collections.abc import Iterator
from threading import Lock

from gate.errors import Malformed, Tampered
from gate.model import EvidenceRevocation
from gate.ports import LogStorage, StoredEntry
from gate.record.evidence_records import EVIDENCE_KINDS, decode_evidence, lookup_words
from gate.record.import_standing import ImportStanding, ImportStandings
from gate.record.leaf import Leaf, read_leaf
from gate.record.tree_view import TreeView
from gate.tlog import Tree, leaf_hash

_PAGE = 256

# In canonical JSON no text can hold these bytes: a quotation mark in a text is escaped.
_UNRELATED = (b'"kind":"decision"', b'"kind":"start"')
_EVIDENCE = tuple(f'"kind":"{kind}"'.encode() for kind in EVIDENCE_KINDS)


class EvidenceIndex:
    """Where evidence stands in the log, by what it is about, and what of it was revoked.

    `follow` brings it up to the log as it is now, and is to be called before each use.
    """

    def __init__(self, storage: LogStorage) -> None:
        self._storage = storage
        self._lock = Lock()
        self._tree = Tree()
        self._failure = ""
        self._places: dict[str, list[int]] = {}
        self._revoked: set[str] = set()
        self._imports = ImportStandings()

    def follow(self, view: TreeView) -> None:
        """Take in what the log has beyond what is known here.

        Raises Tampered where an entry is missing or is not what the log's key signed, where a
        revocation was erased, or where an import counts that two people have not approved.
        """
        with self._lock:
            if self._failure:
                raise Tampered(self._failure)
            try:
                self._grow(view)
            except Tampered as error:
                # What was taken in up to here is not to be relied on any more.
                self._failure = str(error)
                raise

    def places(self, word: str) -> tuple[int, ...]:
        """The log indexes of the records that are about this, oldest first."""
        return tuple(self._places.get(word, ()))

    def revoked(self, record_id: str) -> bool:
        """Whether a revocation names this record."""
        return record_id in self._revoked

    def standing(self, import_id: str) -> ImportStanding | None:
        """How far the import with this id has come; None where there is none."""
        return self._imports.get(import_id)

    def _grow(self, view: TreeView) -> None:
        if view.size <= self._tree.size:
            return
        while self._tree.size < view.size:
            self._take_page(min(self._tree.size + _PAGE, view.size))
        if self._tree.frontier != view.state.frontier:
            raise Tampered(f"the {view.size} stored leaves do not lead to the signed root")

    def _take_page(self, stop: int) -> None:
        start = self._tree.size
        # 1. Read everything first: where that fails, nothing has been taken in.
        leaves = dict(self._storage.leaves(start, stop))
        if list(leaves) != list(range(start, stop)):
            raise Tampered(f"of the entries {start} to {stop - 1}, some are not there")
        entries = list(self._entries_of_evidence(leaves))
        # 2. Whether this is what was signed, the root tells, before anything is used.
        self._tree.extend(map(leaf_hash, leaves.values()))
        for entry in entries:
            self._take(entry)

    def _entries_of_evidence(self, leaves: dict[int, bytes]) -> Iterator[StoredEntry]:
        wanted = [
            index
            for index, leaf in leaves.items()
            if not any(unrelated in leaf for unrelated in _UNRELATED)
        ]
        if not wanted:
            return
        span = self._storage.entries(wanted[0], wanted[-1] + 1)
        found = {entry.index: entry for entry in span}
        for index in wanted:
            entry = found.get(index)
            if entry is None or entry.leaf != leaves[index]:
                raise Tampered(f"entry {index} changes while it is read")
            yield entry

    def _take(self, entry: StoredEntry) -> None:
        if any(kind in entry.leaf for kind in _EVIDENCE):
            self._take_evidence(entry)
            return
        self._imports.take(entry.index, _read(entry))

    def _take_evidence(self, entry: StoredEntry) -> None:
        if entry.erased:
            self._take_erased(entry)
            return
        record = decode_evidence(entry)
        if record.import_id:
            self._imports.count(entry.index, record.import_id)
        if isinstance(record.evidence, EvidenceRevocation):
            self._revoked.add(record.evidence.record_id)
        else:
            word = lookup_words(record.evidence)[0]
            self._places.setdefault(word, []).append(entry.index)

    def _take_erased(self, entry: StoredEntry) -> None:
        leaf = _read(entry)
        if leaf.fields["type"] == "revocation":
            raise Tampered(
                f"entry {entry.index} revokes a record and has lost its document: nobody can "
                "tell which, so nothing can be released"
            )
        self._imports.take(entry.index, leaf)


def _read(entry: StoredEntry) -> Leaf:
    try:
        return read_leaf(entry.leaf)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no leaf: {error}") from error
