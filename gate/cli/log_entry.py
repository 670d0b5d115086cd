"""One entry of the log: a line in a list, or all that was recorded."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gate.cli.decision_text import decision_lines
from gate.cli.evidence_text import evidence_plain, gist, record_line, record_plain
from gate.cli.log_filter import rule_ids
from gate.cli.output import Colour, paint
from gate.cli.plain import plain
from gate.errors import Malformed, Refused, Tampered
from gate.model import Decision, Evidence, IssuanceRequest, Recorded
from gate.ports import StoredEntry
from gate.record import DecisionDocument, Import, Leaf, decode_evidence, open_decision, read_leaf
from gate.record.imports import decode_import

EVIDENCE = frozenset({"evidence", "imported"})
"""The kinds of entry that hold a record of evidence."""

COLOURS = {"RELEASE": Colour.GREEN, "BLOCK": Colour.RED, "DRY_RUN": Colour.YELLOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry, and what it records; None where that was erased or is of another kind."""

    index: int
    leaf: bytes
    what: Decision | DecisionDocument | Recorded[Evidence] | Import | None


def read_entry(stored: StoredEntry) -> Entry:
    """Read an entry; raises Tampered where its document is not the one that was recorded."""
    try:
        kind = read_leaf(stored.leaf).kind
    except Malformed as error:
        raise Tampered(f"entry {stored.index} holds no leaf: {error}") from error
    what: DecisionDocument | Recorded[Evidence] | Import | None = None
    try:
        if kind == "decision":
            what = open_decision(stored)
        elif kind in EVIDENCE:
            what = decode_evidence(stored)
        elif kind == "import":
            what = decode_import(stored)
    except Refused:
        what = None  # Erased: the leaf still stands.
    return Entry(index=stored.index, leaf=stored.leaf, what=what)


def entry_line(index: int, leaf: Leaf) -> str:
    """An entry in one line, from what its leaf says."""
    at = leaf.at.strftime("%Y-%m-%d %H:%M:%S")
    return f"{index:6} {at} {leaf.kind:9} {leaf.entry_id} {_gist(leaf)}".rstrip()


def entry_lines(entry: Entry) -> Iterator[str]:
    """All that was recorded."""
    leaf = read_leaf(entry.leaf)
    yield entry_line(entry.index, leaf)
    match entry.what:
        case DecisionDocument() as document:
            yield ""
            yield from _request_lines(document.request)
            yield ""
            yield from decision_lines(document.decision)
        case Decision() as decision:
            yield ""
            yield from decision_lines(decision)
        case Recorded() as record:
            yield record_line(record, revoked=False)
        case Import() as brought:
            yield f"reason: {brought.reason}"
            yield f"digest: {brought.digest.hex()}"
            yield from (f"  {gist(each)}" for each in brought.records)
        case None if leaf.kind in {"decision", "import", *EVIDENCE}:
            yield "What was recorded has been erased; that it was recorded is still proven."
        case None:
            pass


def entry_plain(entry: Entry) -> dict[str, Any]:
    """The leaf, and beside it the private document where there is one."""
    private: Any = plain(entry.what)
    if isinstance(entry.what, Decision):
        private = {"decision": private}
    elif isinstance(entry.what, Recorded):
        private = record_plain(entry.what)
    elif isinstance(entry.what, Import):
        private["records"] = [evidence_plain(each) for each in entry.what.records]
    return {"index": entry.index, "leaf": json.loads(entry.leaf), "private": private}


def _gist(leaf: Leaf) -> str:
    said = leaf.fields
    match leaf.kind:
        case "decision":
            verdict = str(said["verdict"])
            shown = paint(f"{verdict:8}", COLOURS.get(verdict, Colour.DIM))
            return f"{shown} {said['profile']!s:8} {', '.join(rule_ids(leaf))}"
        case "evidence" | "imported":
            return f"{said['type']} by {said['recorder']}"
        case "import":
            return f"by {said['recorder']}, records: {said['records']}"
        case "import-approval":
            return f"of {said['import']} by {said['approver']}"
        case _:
            return ""


def _request_lines(request: IssuanceRequest) -> Iterator[str]:
    context = request.context
    yield f"request   {request.request_id} of {request.caller}"
    yield f"order     {context.order_id} of {context.account}, {context.purpose.value}"
    yield f"asked     {context.profile} from {context.issuer}, {context.stage.value}"
    yield f"bytes     {len(request.tbs_certificate)}"
