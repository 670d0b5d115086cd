"""What evidence the log holds, known by heart: the database is not asked whether it is there.

Whoever owns the database could take out a row, a revocation above all, and nothing would be
found in its place. So every leaf is read once, when the gate starts and then as the log grows,
hashed into a tree of the index's own, and the tree must be the one that the log's key signed.
What stands in those leaves, and in the documents of evidence that they commit to, is kept in
memory: about 600 bytes for each record.
"""

from collections.abc import Iterator
from itertools import islice
from threading import Lock

from gate.errors import Malformed, Tampered, Unavailable
from gate.model import Evidence, EvidenceRevocation, Recorded, Validation
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
        self._failure: Tampered | Unavailable | None = None
        # Log indexes and record ids, by lookup word and, for validations, also by applicant.
        self._places: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._revoked: dict[str, int] = {}
        self._imports = ImportStandings()
        self._policies: list[int] = []

    def follow(self, view: TreeView) -> None:
        """Take in what the log has beyond what is known here.

        Raises Tampered where an entry is missing or is not what the log's key signed, where a
        revocation was erased, or where an import counts that two people have not approved.
        Raises Unavailable where storage could not be read now: the next call tries again. After
        any other failure every later call raises too, until the gate starts anew.
        """
        with self._lock:
            if self._failure:
                raise type(self._failure)(str(self._failure))
            try:
                self._grow(view)
            except Unavailable:
                # Storage is read before anything is taken in, so nothing was passed over.
                raise
            except BaseException as error:
                # What was taken in up to here is not to be relied on any more.
                self._failure = _lasting(error)
                raise

    def places(self, word: str) -> tuple[int, ...]:
        """The log indexes of the records that are about this, oldest first."""
        return tuple(index for index, _ in self._places.get((word, ""), ()))

    def newest(self, word: str, most: int, applicant: str = "") -> tuple[int, ...]:
        """The log indexes of the newest validations that stand, of one applicant or of all."""
        places = reversed(self._places.get((word, applicant), ()))
        standing = (index for index, record_id in places if record_id not in self._revoked)
        return tuple(islice(standing, most))

    def revoked(self, record_id: str) -> bool:
        """Whether a revocation names this record."""
        return record_id in self._revoked

    def revoked_before(self, record_id: str, index: int) -> bool:
        """Whether a revocation that names this record stands before this log index."""
        return self._revoked.get(record_id, index) < index

    def standing(self, import_id: str) -> ImportStanding | None:
        """How far the import with this id has come; None where there is none."""
        return self._imports.get(import_id)

    def newest_policy(self) -> int | None:
        """The log index of the policy that was recorded last; None where none was."""
        return self._policies[-1] if self._policies else None

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
        pieces = [_decode(entry) for entry in self._entries_of_evidence(leaves)]
        hashes = [leaf_hash(leaf) for leaf in leaves.values()]
        # 2. Take in what was read. The tree grows last: it tells what has been taken in.
        for index, piece in pieces:
            self._take(index, piece)
        # 3. Whether this is what was signed, the root tells, before anything is used.
        self._tree.extend(hashes)

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

    def _take(self, index: int, piece: Leaf | Recorded[Evidence]) -> None:
        if isinstance(piece, Leaf):
            self._imports.take(index, piece)
            if piece.kind == "policy":
                self._policies.append(index)
            return
        if piece.import_id:
            self._imports.count(index, piece.import_id)
        if isinstance(piece.evidence, EvidenceRevocation):
            self._revoked.setdefault(piece.evidence.record_id, index)
        else:
            word = lookup_words(piece.evidence)[0]
            place = (index, piece.record_id)
            self._places.setdefault((word, ""), []).append(place)
            if isinstance(piece.evidence, Validation) and piece.evidence.applicant:
                self._places.setdefault((word, piece.evidence.applicant), []).append(place)


def _decode(entry: StoredEntry) -> tuple[int, Leaf | Recorded[Evidence]]:
    """The record in an entry; its leaf alone where it is of another kind or was erased."""
    if not any(kind in entry.leaf for kind in _EVIDENCE):
        return entry.index, _read(entry)
    if not entry.erased:
        return entry.index, decode_evidence(entry)
    leaf = _read(entry)
    if leaf.fields["type"] == "revocation":
        raise Tampered(
            f"entry {entry.index} revokes a record and has lost its document: nobody can "
            "tell which, so nothing can be released"
        )
    return entry.index, leaf


def _read(entry: StoredEntry) -> Leaf:
    try:
        return read_leaf(entry.leaf)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no leaf: {error}") from error


def _lasting(error: BaseException) -> Tampered | Unavailable:
    if isinstance(error, Tampered):
        return Tampered(str(error))
    return Unavailable(
        f"the log's evidence was not taken in, restart the gate: {type(error).__name__}: {error}"
    )
