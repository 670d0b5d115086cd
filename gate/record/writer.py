"""The writing side of the log, for one thread: from where it stands to the next checkpoint."""

from collections.abc import Callable, Sequence
from datetime import datetime

from gate.errors import Tampered
from gate.ports import LogState, LogStorage, SigningKey
from gate.record.batch import Batch, PreparedEntry, write_batch
from gate.record.recovery import check_end
from gate.record.tree_view import TreeView, follow_log
from gate.tlog import Checkpoint, Tree, sign_checkpoint


class LogWriter:
    """Extends the tree of the log named `origin`, batch by batch, and signs for it.

    After an exception nobody knows what is durable, and the writer is not to be used again.
    """

    def __init__(
        self,
        storage: LogStorage,
        key: SigningKey,
        origin: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._key = key
        self._origin = origin
        self._clock = clock
        self._tree = Tree()
        self._state: LogState | None = None
        self.view: TreeView | None = None

    @property
    def size(self) -> int:
        """How many entries the log has, as far as this writer knows."""
        return self._tree.size

    def recover(self) -> None:
        """Take over the log as it is stored; raises Tampered unless our key signed just that."""
        with self._storage.transaction() as transaction:
            self._follow(transaction.state())
            check_end(self._storage, self._state)

    def commit(self, entries: Sequence[PreparedEntry]) -> Batch:
        """Make entries durable; when this returns, they are.

        Raises Unavailable where storage or the key fail, Tampered where the log in storage is
        not the one that this writer has seen.
        """
        with self._storage.transaction() as transaction:
            # 1. Where another gate has written in between, stand where it left off.
            self._follow(transaction.state())
            # 2. Entries, full tiles, checkpoint: one transaction.
            # CRASH: until it is committed, all of this is nothing, and nobody has heard of it;
            # the checkpoint signed in here must not be seen before.
            batch = write_batch(
                transaction, self._tree, self._state, entries, at=self._clock(), sign=self._sign
            )
        # 3. It is durable. From here on proofs may lead to the new checkpoint.
        self._tree, self._state = batch.tree, batch.state
        tiles = {} if self.view is None else self.view.tiles
        self.view = TreeView(self._storage, batch.state, batch.tree.edge, tiles)
        return batch

    def _follow(self, state: LogState | None) -> None:
        if state == self._state:
            return
        if state is None:
            raise Tampered(f"the log had {self.size} entries and now has none")
        self._tree, self.view = follow_log(
            self._storage, state, self._origin, self._key.public_key, self.view
        )
        self._state = state

    def _sign(self, tree: Tree) -> bytes:
        checkpoint = Checkpoint(origin=self._origin, size=tree.size, root=tree.root())
        return sign_checkpoint(checkpoint, self._key.public_key, self._key.sign)
