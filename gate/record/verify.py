"""Checking a whole log from its stored bytes and its public key; trusts nothing else."""

from collections.abc import Callable, Iterable, Iterator

from gate.errors import Malformed, Tampered
from gate.ports import LogState, LogStorage, StoredEntry
from gate.record.decisions import open_decision, request_digest, request_key
from gate.record.evidence_records import EVIDENCE_KINDS, decode_evidence, lookup_words
from gate.record.import_standing import ImportStandings
from gate.record.leaf import SALT_SIZE, Leaf, commit_private, read_leaf
from gate.record.policies import ANY_POLICY, KnownPolicies, open_policy, policy_word
from gate.record.recovery import check_end, open_note
from gate.record.report import Findings, Report
from gate.record.shadows import open_shadow, shadow_word
from gate.tlog import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, Tree, leaf_hash, tile_slot

Progress = Callable[[int, int], None]
"""Told now and then how many entries have been checked, and of how many."""


def verify(storage: LogStorage, *, origin: str, public_key: bytes, progress: Progress) -> Report:
    """Check every entry, tile and hash of the log named `origin` up to its checkpoint.

    Checked are: the checkpoint's signature; each leaf's form and hash, its id and time, its
    commitment to the private document that is there; every full tile; the root; that each
    piece of evidence is found under its words, each decision under its caller and request id,
    that each import was approved by two, that the policy of each decision was recorded before
    it, whole, once a log has recorded any, and that the reports on shadows are those that their
    leaves sum up. Problems are collected, none is raised; Unavailable is, where storage cannot be
    read.
    """
    return _Verification(storage, origin, public_key).run(progress)


class _Verification:
    def __init__(self, storage: LogStorage, origin: str, public_key: bytes) -> None:
        self._storage = storage
        self._origin = origin
        self._public_key = public_key
        self._findings = Findings()
        self._tree = Tree()
        self._ids: set[str] = set()
        self._imports = ImportStandings()
        self._policies = KnownPolicies()
        self._erased = 0

    def run(self, progress: Progress) -> Report:
        state = self._storage.state()
        try:
            if state is not None:
                # 1. The entries, a tile's width at a time, with the tiles that they fill.
                self._check_entries(state, progress)
                # 2. What the log's key has signed about them.
                self._check_state(state)
            check_end(self._storage, state)
        except Tampered as error:
            self._findings.add(str(error))
        return Report(
            size=0 if state is None else state.size,
            root=self._tree.root(),
            problems=tuple(self._findings.told),
            problem_count=self._findings.count,
            erased=self._erased,
        )

    def _check_entries(self, state: LogState, progress: Progress) -> None:
        for start in range(0, state.size, TILE_WIDTH):
            stop = min(start + TILE_WIDTH, state.size)
            stored = self._storage.tile(0, start // TILE_WIDTH) or b""
            hashes = []
            for index, entry in _without_gaps(self._storage.entries(start, stop), start, stop):
                expected = tile_slot(stored, index - start)
                if entry is None:
                    self._findings.add("the entry is not there", index)
                    hashes.append(expected or bytes(HASH_SIZE))
                    continue
                digest = leaf_hash(entry.leaf)
                if expected and digest != expected:
                    self._findings.add("the leaf is not the one that the tile holds", index)
                hashes.append(digest)
                self._check_entry(entry, state)
            for level, number, tile in self._tree.extend(hashes).tiles:
                self._check_tile(level, number, tile)
            progress(stop, state.size)

    def _check_entry(self, entry: StoredEntry, state: LogState) -> None:
        add, index = self._findings.add, entry.index
        try:
            leaf = read_leaf(entry.leaf)
        except Malformed as error:
            add(f"the leaf is malformed: {error}", index)
            return
        if leaf.entry_id != entry.entry_id:
            add("the entry is stored under an id that is not its leaf's", index)
        if leaf.entry_id in self._ids:
            add("the entry has the id of an earlier one", index)
        self._ids.add(leaf.entry_id)
        if leaf.at > state.newest:
            add("the entry is newer than the newest time of the log", index)
        for known in (self._imports, self._policies):
            try:
                known.take(index, leaf)
            except Tampered as error:
                add(str(error), index)
        self._check_document(entry, leaf)

    def _check_document(self, entry: StoredEntry, leaf: Leaf) -> None:
        if entry.erased:
            self._erased += 1
            if leaf.fields.get("type") == "revocation":
                self._findings.add("nobody can tell any more which record it revokes", entry.index)
        elif (
            len(entry.salt) != SALT_SIZE
            or commit_private(entry.private, entry.salt) != leaf.private
        ):
            self._findings.add("the private document is not what was recorded", entry.index)
        elif leaf.kind in EVIDENCE_KINDS:
            self._check_lookups(entry)
        elif leaf.kind == "decision":
            self._check_request(entry)
        elif leaf.kind == "policy":
            self._check_policy(entry)
        elif leaf.kind == "shadow":
            self._check_shadow(entry)

    def _check_lookups(self, entry: StoredEntry) -> None:
        """A record that is not found under its words would be missing from listings."""
        try:
            words = lookup_words(decode_evidence(entry).evidence)
        except Tampered as error:
            self._findings.add(str(error), entry.index)
            return
        if not self._found_under(words, entry.index):
            self._findings.add("the evidence is not found by what it is about", entry.index)

    def _check_policy(self, entry: StoredEntry) -> None:
        """The files in the document must be those that the leaf names by their digest."""
        try:
            words = (ANY_POLICY, policy_word(open_policy(entry).ref.digest))
        except Tampered as error:
            self._findings.add(str(error), entry.index)
            return
        if not self._found_under(words, entry.index):
            self._findings.add("the policy is not found by its digest", entry.index)

    def _check_shadow(self, entry: StoredEntry) -> None:
        """A report that is not found under its candidate would be missing from the sum."""
        try:
            words = (shadow_word(open_shadow(entry).candidate.digest),)
        except Tampered as error:
            self._findings.add(str(error), entry.index)
            return
        if not self._found_under(words, entry.index):
            self._findings.add("the report is not found by its candidate", entry.index)

    def _found_under(self, words: Iterable[str], index: int) -> bool:
        """Whether storage has this entry under each of these words."""
        found = (self._storage.by_lookup([word], after=index - 1, limit=1) for word in words)
        return all(each and each[0].index == index for each in found)

    def _check_request(self, entry: StoredEntry) -> None:
        """A decision that its request does not find would not be given again to a repetition."""
        try:
            request = open_decision(entry).request
        except Tampered as error:
            self._findings.add(str(error), entry.index)
            return
        found = self._storage.by_request(request_key(request))
        if found is None or found.index != entry.index:
            self._findings.add(
                "the decision is not found by its caller and request id", entry.index
            )
        elif entry.request_digest != request_digest(request):
            self._findings.add("the digest of the request is not that of its document", entry.index)

    def _check_tile(self, level: int, number: int, hashes: bytes) -> None:
        stored = self._storage.tile(level, number)
        if stored is None or len(stored) != len(hashes):
            first = number << (TILE_HEIGHT * (level + 1))
            self._findings.add(f"tile {number} of level {level} is not there", first)
        elif level and stored != hashes:
            # Level 0 was compared leaf by leaf.
            slot = next(
                at for at in range(TILE_WIDTH) if tile_slot(stored, at) != tile_slot(hashes, at)
            )
            first = (number * TILE_WIDTH + slot) << (TILE_HEIGHT * level)
            self._findings.add(f"tile {number} of level {level} is not that of the leaves", first)

    def _check_state(self, state: LogState) -> None:
        try:
            checkpoint = open_note(state, self._origin, self._public_key)
        except Tampered as error:
            self._findings.add(str(error))
            return
        if self._tree.root() != checkpoint.root:
            self._findings.add("the leaves do not lead to the root that was signed")
        if len(state.frontier) != len(self._tree.frontier):
            self._findings.add("the frontier is not that of a tree of this size")
            return
        start = 0
        heights = [at for at in reversed(range(state.size.bit_length())) if state.size >> at & 1]
        for height, stored, found in zip(heights, state.frontier, self._tree.frontier, strict=True):
            if stored != found:
                last = start + (1 << height) - 1
                self._findings.add(
                    f"entries {start} to {last} are not those of the frontier", start
                )
            start += 1 << height


def _without_gaps(
    entries: Iterator[StoredEntry], start: int, stop: int
) -> Iterator[tuple[int, StoredEntry | None]]:
    """Each index with its entry, or None where it is missing."""
    expected = start
    for entry in entries:
        for index in range(expected, entry.index):
            yield index, None
        yield entry.index, entry
        expected = entry.index + 1
    for index in range(expected, stop):
        yield index, None
