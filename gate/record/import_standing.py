"""How far each import has come, told from the leaves of the log in their order."""

from dataclasses import dataclass, field
from typing import Final

from gate.errors import Tampered
from gate.record.leaf import Leaf

APPROVALS_NEEDED: Final = 2


@dataclass(slots=True)
class ImportStanding:
    """Who brought an import, who approved it, and whether its records count."""

    log_index: int
    imported_by: str
    approved_by: list[str] = field(default_factory=list)
    in_effect: bool = False


class ImportStandings:
    """The standing of every import; raises Tampered for what no gate would have recorded."""

    def __init__(self) -> None:
        self._known: dict[str, ImportStanding] = {}

    def get(self, import_id: str) -> ImportStanding | None:
        """The standing of the import with this id; None where there is none."""
        return self._known.get(import_id)

    def take(self, index: int, leaf: Leaf) -> None:
        """Take in the next leaf; kinds that are not of imports are passed over."""
        if leaf.kind == "import":
            self._known[leaf.entry_id] = ImportStanding(
                log_index=index, imported_by=str(leaf.fields["recorder"])
            )
        elif leaf.kind == "import-approval":
            self._approve(index, leaf)
        elif leaf.kind == "imported":
            self.count(index, str(leaf.fields["import"]))

    def count(self, index: int, import_id: str) -> None:
        """Take in that a record of this import is evidence from here on."""
        standing = self._of(index, import_id)
        if len(standing.approved_by) < APPROVALS_NEEDED:
            raise Tampered(f"entry {index} was imported without two approvals")
        standing.in_effect = True

    def _approve(self, index: int, leaf: Leaf) -> None:
        standing = self._of(index, str(leaf.fields["import"]))
        approver = str(leaf.fields["approver"])
        if approver == standing.imported_by or approver in standing.approved_by:
            raise Tampered(f"entry {index} approves an import that its approver may not approve")
        standing.approved_by.append(approver)

    def _of(self, index: int, import_id: str) -> ImportStanding:
        standing = self._known.get(import_id)
        if standing is None:
            raise Tampered(f"entry {index} is of an import that the log does not have")
        return standing
