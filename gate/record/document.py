"""Private documents: what was really asked, recorded and decided, with personal data.

A document is JSON with its fields in the order written here, bytes in URL-safe base64,
times in ISO 8601, compressed with zlib (RFC 1950): most of it is what the policy says of
its rules, again and again. The compressed bytes are what a leaf's commitment opens to; they
may be erased, and the log stays provable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from zlib import compress, decompressobj
from zlib import error as CompressionError  # noqa: N812 - a class with a small letter

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from gate.errors import Malformed
from gate.model import (
    Applicant,
    Decision,
    Evidence,
    EvidenceRevocation,
    Finding,
    Identifier,
    IssuanceRequest,
    Issuer,
    Order,
    PolicyRef,
    Recorded,
    Validation,
)
from gate.record.shadow_counts import ShadowCounts

_LEVEL = 1
_CONFIG = ConfigDict(strict=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRef:
    """A record that a decision looked at: its id, and the leaf hash it had in the log."""

    record_id: str
    leaf_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedIdentifier:
    """An identifier as it was judged; `candidates` are places in `CaseFacts.validations`."""

    identifier: Identifier
    location: str
    candidates: tuple[int, ...]
    validated_for_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What a decision was judged on beyond its request and what it says itself.

    From these, the bytes and the issuers of the policy's entry the very case can be built
    again. `validations` are those that any identifier could rest on, each once. `cut` says
    that there were more of them than are kept here: the case can then not be built again.
    """

    applicant: str
    order: Recorded[Order] | None
    validations: tuple[Recorded[Validation], ...]
    identifiers: tuple[RecordedIdentifier, ...]
    disagreements: tuple[Finding, ...]
    failures: tuple[Finding, ...]
    dry_run: bool
    release_ends: datetime
    cut: bool = False


def _absent(value: object) -> bool:
    return value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDocument:
    """All that a decision was made of.

    `precertificate_decision_id` names, for stage CERTIFICATE, the decision that released
    the precertificate. `facts` are missing from what was recorded before they were kept.
    """

    decision_id: str
    request: IssuanceRequest
    decision: Decision
    evidence: tuple[EvidenceRef, ...]
    precertificate_decision_id: str
    # A document without facts is written as it was before there were any.
    facts: Annotated[CaseFacts | None, Field(exclude_if=_absent)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A policy as a gate loaded it: all its files by path, and the issuers it was loaded for.

    `change` says how it differs from the one before (`first`, `same`, `stricter`, `looser`,
    `unclear`). `signers` are the people whose signatures over it held, `versions` those of
    what it was loaded with: linters by their names, `conditions` for the engine.
    """

    ref: PolicyRef
    files: Mapping[str, bytes]
    issuers: tuple[Issuer, ...]
    change: str
    signers: tuple[str, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowDocument:
    """What was counted from `since` to `until` of a candidate judged beside the active policy."""

    candidate: PolicyRef
    active: PolicyRef
    since: datetime
    until: datetime
    counts: ShadowCounts


Importable = Order | Applicant | Validation
"""The evidence that may come in by an import."""

E = TypeVar("E", bound=Evidence)
D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDocument(Generic[E]):
    """A piece of evidence as it was recorded, and the import that it came in by, if any."""

    record_id: str
    recorded_at: datetime
    recorded_by: str
    evidence: E
    import_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDocument:
    """A batch of evidence that takes effect when two people have approved it."""

    import_id: str
    reason: str
    digest: bytes
    records: tuple[Importable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDocument:
    """What was approved: an import, and the digest that the approver had seen of it."""

    import_id: str
    digest: bytes


class Codec(Generic[D]):
    """Writes and reads one type of document; reading gives back an equal value."""

    def __init__(self, adapter: TypeAdapter[tuple[D]]) -> None:
        self._adapter = adapter

    def encode(self, document: D) -> bytes:
        """The document's bytes; raises Malformed where a text holds half a surrogate pair."""
        try:
            return compress(self._adapter.dump_json((document,)), level=_LEVEL)
        except PydanticSerializationError as error:
            raise Malformed(f"the document cannot be written: {error}") from error

    def decode(self, data: bytes) -> D:
        """The document with these bytes; raises Malformed where there is none.

        A document that was written before a field existed reads with that field's default.
        """
        written = _decompress(data)
        try:
            (document,) = self._adapter.validate_json(written)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise Malformed(f"the document does not read at `{where}`: {first['msg']}") from error
        return document


def _decompress(data: bytes) -> bytes:
    stream = decompressobj()
    try:
        written = stream.decompress(data)
    except CompressionError as error:
        raise Malformed(f"the document is not compressed with zlib: {error}") from None
    if not stream.eof or stream.unused_data:
        raise Malformed("the document is cut off, or has bytes after its end")
    return written


# Only through the tuple do the settings reach the dataclasses, which do not know of pydantic.
DECISIONS = Codec(TypeAdapter(tuple[DecisionDocument], config=_CONFIG))
IMPORTS = Codec(TypeAdapter(tuple[ImportDocument], config=_CONFIG))
POLICIES = Codec(TypeAdapter(tuple[PolicyDocument], config=_CONFIG))
SHADOWS = Codec(TypeAdapter(tuple[ShadowDocument], config=_CONFIG))
APPROVALS = Codec(TypeAdapter(tuple[ApprovalDocument], config=_CONFIG))

# One for each type: to try them all on each document takes many times as long.
EVIDENCE: dict[str, Codec[EvidenceDocument[Any]]] = {
    "order": Codec(TypeAdapter(tuple[EvidenceDocument[Order]], config=_CONFIG)),
    "applicant": Codec(TypeAdapter(tuple[EvidenceDocument[Applicant]], config=_CONFIG)),
    "validation": Codec(TypeAdapter(tuple[EvidenceDocument[Validation]], config=_CONFIG)),
    "revocation": Codec(TypeAdapter(tuple[EvidenceDocument[EvidenceRevocation]], config=_CONFIG)),
}
"""The codec of each type of evidence, by what leaves call the type."""
