"""Findings in files as SARIF 2.1.0, the form in which code reviews and CI take them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gate import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One finding: what it is about, how bad (`error`, `warning`), in which file and where.

    `file` is a path within the folder that was looked at; `line` and `column` count from 1 and
    are 0 where the whole file is meant.
    """

    rule: str
    level: str
    text: str
    file: str
    line: int
    column: int


def document(runs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A SARIF log of these runs."""
    return {"$schema": SCHEMA, "version": VERSION, "runs": list(runs)}


def run_over(folder: Path, results: Iterable[Result], rules: Mapping[str, str]) -> dict[str, Any]:
    """What was found in one folder; places are relative to the folder that holds it.

    `rules` has each thing that a result may be about, in one sentence.
    """
    whole = folder.resolve()
    ids = list(rules)
    return {
        "tool": {"driver": {"name": "gate", "version": __version__, "rules": _rules(rules)}},
        # Runs of one upload are told apart by this.
        "automationDetails": {"id": f"gate policy check/{quote(whole.name)}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"uri": f"{whole.parent.as_uri().rstrip('/')}/"}},
        "results": [
            {
                "ruleId": result.rule,
                "ruleIndex": ids.index(result.rule),
                "level": result.level,
                "message": {"text": result.text},
                "locations": [{"physicalLocation": _place(whole.name, result)}],
            }
            for result in results
        ],
    }


_BASE = "PARENT"


def _rules(rules: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"id": name, "shortDescription": {"text": text}} for name, text in rules.items()]


def _place(folder: str, result: Result) -> dict[str, Any]:
    place: dict[str, Any] = {
        "artifactLocation": {"uri": quote(f"{folder}/{result.file}"), "uriBaseId": _BASE}
    }
    if result.line:
        place["region"] = {"startLine": result.line, "startColumn": max(result.column, 1)}
    return place
