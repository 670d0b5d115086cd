"""An earlier policy once more, under a new version: how one goes back."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from gate.errors import Malformed
from gate.model.policy_digest import MANIFEST
from gate.policy.document import Node, read
from gate.policy.problems import Problems
from gate.policy.quoting import quoted

POLICY = "policy.yaml"

_BOM = "\ufeff"


def reissued(files: Mapping[str, bytes], version: int) -> dict[str, bytes]:
    """These files as a policy of this version, which nobody has signed yet.

    Nothing but the number changes in policy.yaml. Raises Malformed where it cannot be told apart,
    and where a path would lead out of the folder: no gate recorded such a one.
    """
    for path in map(PurePosixPath, files):
        if path.is_absolute() or ".." in path.parts:
            raise Malformed(f"{quoted(str(path))} is no path in a policy's folder")
    kept = {path: content for path, content in files.items() if path != MANIFEST}
    kept[POLICY] = _with_version(files[POLICY], version)
    return kept


def _with_version(data: bytes, version: int) -> bytes:
    before = _root(data)
    number = before.value.get("version") if isinstance(before.value, dict) else None
    if number is None or not isinstance(number.value, str):
        raise Malformed(f"{POLICY} has no version")
    bom, text = data[:3] if data.startswith(_BOM.encode()) else b"", data.decode()
    lines = text.removeprefix(_BOM).split("\n")
    line, column = number.mark.line - 1, number.mark.column - 1
    head, tail = lines[line][:column], lines[line][column:].removeprefix(number.value)
    lines[line] = f"{head}{version}{tail}"
    changed = bom + "\n".join(lines).encode()
    if _said(_root(changed)) != {**_said(before), "version": str(version)}:
        raise Malformed(f"{POLICY}: the version cannot be changed: write it as `version: 7`")
    return changed


def _root(data: bytes) -> Node:
    return read(POLICY, data, Problems()).root


def _said(root: Node) -> dict[str, Any]:
    said: Any = root.plain()
    return dict(said)
