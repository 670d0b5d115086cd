"""A policy with one small thing changed."""

from dataclasses import dataclass

from gate.policy.document import Mark, Node
from gate.policy.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One small change below a node: the steps to it, its place, and the node with it."""

    steps: tuple[str, ...]
    mark: Mark
    what: str
    node: Node

    def under(self, step: str, node: Node) -> "Change":
        """The same change seen from the node above, which is given with the change in it."""
        return Change(steps=(step, *self.steps), mark=self.mark, what=self.what, node=node)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A file of a policy with one small change, and where and what it is in words."""

    file: str
    steps: tuple[str, ...]
    mark: Mark
    what: str
    data: bytes

    @property
    def name(self) -> str:
        """What it is called as long as the changed place is: without line and column."""
        return f"{self.file}: {self._text}"

    @property
    def where(self) -> Problem:
        """The same with the place in the file."""
        return Problem(self.file, *self.mark, self._text)

    @property
    def _text(self) -> str:
        return f"{' > '.join(self.steps)}: {self.what}"
