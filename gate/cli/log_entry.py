"""One entry of the log: a line in a list, or all that was recorded."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gate.cli.decision_text import decision_lines
from gate.cli.evidence_text import evidence_plain, gist, record_line, record_plain
from gate.cli.log_filter import rule_ids
from gate.cli.output import Colour, paint
from gate.cli.plain import plain
from gate.cli.shadow_text import shadow_lines
from gate.errors import Malformed, Refused, Tampered
from gate.model import Decision, Evidence, IssuanceRequest, Recorded
from gate.ports import StoredEntry
from gate.record import (
    DecisionDocument,
    Import,
    Leaf,
    PolicyDocument,
    ShadowDocument,
    decode_evidence,
    open_decision,
    open_policy,
    open_shadow,
    read_leaf,
)
from gate.record.imports import decode_import

EVIDENCE = frozenset({"evidence", "imported"})
"""The kinds of entry that hold a record of evidence."""

WITH_DOCUMENT = frozenset({"decision", "import", "policy", "shadow", *EVIDENCE})

Private = DecisionDocument | Recorded[Evidence] | Import | PolicyDocument | ShadowDocument

COLOURS = {"RELEASE": Colour.GREEN, "BLOCK": Colour.RED, "DRY_RUN": Colour.YELLOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry, and what it records; None where that was erased or is of another kind."""

    index: int
    leaf: bytes
    what: Decision | Private | None


def read_entry(stored: StoredEntry) -> Entry:
    """Read an entry; raises Tampered where its document is not the one that was recorded."""
    try:
        kind = read_leaf(stored.leaf).kind
    except Malformed as error:
        raise Tampered(f"entry {stored.index} holds no leaf: {error}") from error
    what: Private | None = None
    try:
        if kind == "decision":
            what = open_decision(stored)
        elif kind in EVIDENCE:
            what = decode_evidence(stored)
        elif kind == "import":
            what = decode_import(stored)
        elif kind == "policy":
            what = open_policy(stored)
        elif kind == "shadow":
            what = open_shadow(stored)
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
    if entry.what is not None:
        yield from _lines(entry.what)
    elif leaf.kind in WITH_DOCUMENT:
        yield "What was recorded has been erased; that it was recorded is still proven."


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


def _lines(what: Decision | Private) -> Iterator[str]:
    match what:
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
        case PolicyDocument() as policy:
            yield from _policy_lines(policy)
        case ShadowDocument() as shadow:
            yield from shadow_lines(shadow.active, shadow.candidate, shadow.since, shadow.counts)


def _gist(leaf: Leaf) -> str:
    told = _GISTS.get(leaf.kind)
    return "" if told is None else told(leaf)


def _decision_gist(leaf: Leaf) -> str:
    said = leaf.fields
    verdict = str(said["verdict"])
    shown = paint(f"{verdict:8}", COLOURS.get(verdict, Colour.DIM))
    return f"{shown} {said['profile']!s:8} {', '.join(rule_ids(leaf))}"


def _shadow_gist(leaf: Leaf) -> str:
    names = ("judged", "differing", "newly_blocked", "newly_released")
    return ", ".join(f"{name.replace('_', ' ')} {leaf.fields[name]}" for name in names)


_GISTS: Mapping[str, Callable[[Leaf], str]] = {
    "decision": _decision_gist,
    "evidence": lambda leaf: f"{leaf.fields['type']} by {leaf.fields['recorder']}",
    "imported": lambda leaf: f"{leaf.fields['type']} by {leaf.fields['recorder']}",
    "import": lambda leaf: f"by {leaf.fields['recorder']}, records: {leaf.fields['records']}",
    "import-approval": lambda leaf: f"of {leaf.fields['import']} by {leaf.fields['approver']}",
    "policy": lambda leaf: (
        f"{leaf.fields['name']} version {leaf.fields['version']}: {leaf.fields['change']}"
    ),
    "shadow": _shadow_gist,
}
"""What one line tells of an entry beyond its kind and id."""


def _policy_lines(policy: PolicyDocument) -> Iterator[str]:
    yield f"digest    {policy.ref.digest.hex()}"
    yield f"signed    by {', '.join(policy.signers) or 'nobody'}"
    for issuer in policy.issuers:
        yield f"issuer    {issuer.name}, {issuer.environment.value}, {issuer.trust.value}"
    for name, version in sorted(policy.versions.items()):
        yield f"with      {name} {version}"
    for path, content in sorted(policy.files.items()):
        yield f"file      {path}, {len(content)} bytes"


def _request_lines(request: IssuanceRequest) -> Iterator[str]:
    context = request.context
    yield f"request   {request.request_id} of {request.caller}"
    yield f"order     {context.order_id} of {context.account}, {context.purpose.value}"
    yield f"asked     {context.profile} from {context.issuer}, {context.stage.value}"
    yield f"bytes     {len(request.tbs_certificate)}"
