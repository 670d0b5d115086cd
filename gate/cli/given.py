"""What a person gave in a file, in flags, or in both: read strictly, every mistake at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gate.cli.files import STANDARD_INPUT, read_bytes
from gate.policy.document import Document, Mark, Node, Path, read
from gate.policy.problems import Problems
from gate.policy.shape import Shape, shaped

_NOWHERE = Mark(0, 0)

S = TypeVar("S", bound=Shape)

Flags = Mapping[str, str | Sequence[str] | None]
"""What was given as flags, by the names of the keys they stand for; None is not given."""


@dataclass(frozen=True, slots=True)
class _Given(Document):
    """A file overlaid with flags; a mistake in a flag is told as one of the flag."""

    flags: frozenset[str] = frozenset()

    def add(
        self, path: Path, text: str, *, at_key: bool = False, within: Mark | None = None
    ) -> None:
        """Note a mistake where it was made."""
        if path and path[0] in self.flags:
            self.problems.add(f"--{str(path[0]).replace('_', '-')}", 0, 0, text)
        else:
            Document.add(self, path, text, at_key=at_key, within=within)


def read_given(shape: type[S], *, file: str | None, flags: Flags, command: str) -> S:
    """Read a YAML or JSON file (`-` is standard input), then the flags, which win.

    Raises ConfigError with every mistake and its place; `command` is the place of what is
    missing where no file was given.
    """
    problems = Problems()
    nodes = {name: _node(value) for name, value in flags.items() if value is not None}
    root, label = Node({}, _NOWHERE), command
    if file is not None:
        label = "standard input" if file == STANDARD_INPUT else file
        document = read(label, read_bytes(file), problems)
        problems.raise_any()
        root = document.root
    if isinstance(root.value, dict):
        root = Node({**root.value, **nodes}, root.mark, {**root.keys, **_marks(nodes)})
    given = shaped(_Given(label, root, problems, flags=frozenset(nodes)), shape)
    if given is None:
        raise problems.error()
    return given


def _node(value: str | Sequence[str]) -> Node:
    if isinstance(value, str):
        return Node(value, _NOWHERE)
    return Node(tuple(Node(each, _NOWHERE) for each in value), _NOWHERE)


def _marks(nodes: Mapping[str, Node]) -> dict[str, Mark]:
    return dict.fromkeys(nodes, _NOWHERE)
