"""Evidence in JSON lines: one object for each record, with its `type` and the record's keys."""

import json
from typing import Any

from gate.cli.evidence_shapes import SHAPES
from gate.cli.files import STANDARD_INPUT, read_text
from gate.model import Applicant, Order, Validation
from gate.policy.document import Document, Mark, Node
from gate.policy.problems import Problems, did_you_mean, listed
from gate.policy.shape import shaped


def read_evidence_lines(file: str) -> tuple[Order | Applicant | Validation, ...]:
    """Every record in the file, in its order; empty lines are passed over.

    Raises ConfigError with every mistake and its line.
    """
    problems = Problems()
    label = "standard input" if file == STANDARD_INPUT else file
    found = [
        _record(label, number, line, problems)
        for number, line in enumerate(read_text(file).split("\n"), start=1)
        if line.strip()
    ]
    problems.raise_any()
    return tuple(record for record in found if record is not None)


def _record(
    file: str, number: int, line: str, problems: Problems
) -> Order | Applicant | Validation | None:
    try:
        value = json.loads(line, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        problems.add(file, number, error.colno, f"this is no JSON: {error.msg}")
        return None
    except (ValueError, RecursionError) as error:
        problems.add(file, number, 1, f"this is no JSON for a record: {error}")
        return None
    kind = value.pop("type", None) if isinstance(value, dict) else None
    shape = SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        hint = did_you_mean(kind, SHAPES) if isinstance(kind, str) else ""
        problems.add(file, number, 1, f"a record has the `type` {listed(SHAPES)}{hint}")
        return None
    document = Document(file, _node(value, Mark(number, 1)), problems)
    shaped_record = shaped(document, shape)
    return None if shaped_record is None else shaped_record.evidence()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _node(value: Any, mark: Mark) -> Node:
    """The value as the reader of policies gives it; every place is the line's beginning."""
    if isinstance(value, dict):
        nodes = {key: _node(each, mark) for key, each in value.items()}
        return Node(nodes, mark, dict.fromkeys(nodes, mark))
    if isinstance(value, list):
        return Node(tuple(_node(each, mark) for each in value), mark)
    return Node(value, mark)
