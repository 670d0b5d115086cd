"""A test's base with something else written at a path, every value keeping its own place."""

from gate.errors import Malformed
from gate.policy.document import Mark, Node, Plain
from gate.policy.quoting import quoted

NOTHING = Plain("null")


def changed(base: Node, path: str, value: Node, mark: Mark) -> Node:
    """The base with this value at a path such as `certificate.names.1`; `mark` is the path's place.

    Entries of lists are counted from 0, and the number after the last adds one; `null` takes an
    entry out. Whether keys are known is for the shape to say. Raises Malformed where a path
    leads through a text or beyond the end of a list.
    """
    steps = tuple(path.split("."))
    if not all(steps):
        raise Malformed(f"{quoted(path)} is no path: write keys with single dots between them")
    return _put(base, steps, value, mark)


def _put(node: Node, steps: tuple[str, ...], value: Node, mark: Mark) -> Node:
    if not steps:
        return value
    if isinstance(node.value, tuple):
        return _put_entry(node, node.value, steps, value, mark)
    if isinstance(node.value, str):
        if node.value != NOTHING or not isinstance(node.value, Plain):
            raise Malformed(f"nothing lies below the text {quoted(node.value)}")
        node = Node({}, node.mark)
    entries, step = dict(node.value if isinstance(node.value, dict) else {}), steps[0]
    keys = dict(node.keys)
    if len(steps) == 1 or step not in entries:
        keys[step] = mark
    entries[step] = _put(entries.get(step, Node({}, mark)), steps[1:], value, mark)
    return Node(entries, node.mark, keys)


def _put_entry(
    node: Node, entries: tuple[Node, ...], steps: tuple[str, ...], value: Node, mark: Mark
) -> Node:
    step = steps[0]
    if not (step.isascii() and step.isdigit()) or int(step) > len(entries):
        count = f"{len(entries)} entries: 0 to {len(entries)}, the last of which adds one"
        raise Malformed(f"{quoted(step)} is not the number of one of the {count}")
    at = int(step)
    before, after = entries[:at], entries[at + 1 :]
    if len(steps) == 1 and _is_nothing(value):
        if at == len(entries):
            raise Malformed(f"there is no entry {at} to take out")
        return Node((*before, *after), node.mark)
    old = entries[at] if at < len(entries) else Node({}, mark)
    return Node((*before, _put(old, steps[1:], value, mark), *after), node.mark)


def _is_nothing(node: Node) -> bool:
    return isinstance(node.value, Plain) and node.value == NOTHING
