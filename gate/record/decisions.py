"""Decisions as entries of the log: a public leaf, and the document that it commits to."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from gate import __version__
from gate.errors import Malformed, Tampered
from gate.model import (
    Decision,
    Environment,
    IssuanceContext,
    IssuanceRequest,
    Issuer,
    Mode,
    Outcome,
    RecordedDecision,
    RuleOutcome,
    Verdict,
)
from gate.ports import NewEntry, StoredEntry
from gate.record.canonical import JSON, encode_canonical
from gate.record.document import DECISIONS, CaseFacts, DecisionDocument, EvidenceRef
from gate.record.leaf import build_leaf, commit_private, open_private, shortened
from gate.x509 import TBSCertificate

_UNREMARKABLE = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.NOT_IN_FORCE})
_RULES_SIZE = 32_768
_LINTERS_SIZE = 8_192
_REQUEST = b"gate/request/v1\x00"


def request_key(request: IssuanceRequest) -> str:
    """What a request claims in the log, so that its repetition is found: caller and id."""
    if "\x00" in request.caller:
        raise ValueError("a caller's name cannot hold a NUL")
    return f"{request.caller}\x00{request.request_id}"


def request_digest(request: IssuanceRequest) -> bytes:
    """The SHA-256 by which two requests are told apart: over bytes and context, all of it."""
    context = request.context
    stated: dict[str, JSON] = {
        "tbs_sha256": sha256(request.tbs_certificate).hexdigest(),
        "order_id": context.order_id,
        "account": context.account,
        "issuer": context.issuer,
        "profile": context.profile,
        "environment": context.environment,
        "purpose": context.purpose.value,
        "stage": context.stage.value,
        "channel": context.channel,
        "requested_by": context.requested_by,
        "precertificate_sha256": sha256(context.precertificate).hexdigest(),
    }
    return sha256(_REQUEST + encode_canonical(stated)).digest()


def decision_entry(
    *,
    decision_id: str,
    request: IssuanceRequest,
    decision: Decision,
    certificate: TBSCertificate | Malformed,
    issuer: Issuer | None,
    profile_known: bool,
    evidence: tuple[EvidenceRef, ...],
    salt: bytes,
    facts: CaseFacts | None = None,
    precertificate_decision_id: str = "",
) -> NewEntry:
    """The entry that records a decision, to be appended before anyone hears of it.

    `profile_known` says that the policy has the profile that the request names: only then
    may the leaf name it. `evidence` is what the decision looked at, `facts` what it was judged
    on, without which it cannot be judged again; `salt` are 32 random bytes. The word
    `tbs:<hex of the SHA-256>` finds the decision again by the bytes it judged.
    """
    private = DECISIONS.encode(
        DecisionDocument(
            decision_id=decision_id,
            request=request,
            decision=decision,
            evidence=evidence,
            precertificate_decision_id=precertificate_decision_id,
            facts=facts,
        )
    )
    leaf = build_leaf(
        "decision",
        entry_id=decision_id,
        at=decision.decided_at,
        commitment=commit_private(private, salt),
        own={
            "environment": _known_environment(decision.environment),
            "issuer": issuer.spki_sha256.hex() if issuer else "",
            "not_after": _not_after(certificate),
            "precertificate_decision_id": shortened(precertificate_decision_id),
            **_context_fields(request.context, profile_known=profile_known),
            **_verdict_fields(decision),
            **_list_fields(decision),
        },
    )
    return NewEntry(
        entry_id=decision_id,
        leaf=leaf,
        private=private,
        salt=salt,
        request_key=request_key(request),
        request_digest=request_digest(request),
        lookups=(f"tbs:{decision.tbs_sha256.hex()}",),
    )


def open_decision(entry: StoredEntry) -> DecisionDocument:
    """The request, the decision and the evidence it looked at, as they were recorded.

    Raises Tampered where the document is not the one that the leaf commits to, Refused where
    it has been erased.
    """
    leaf, private = open_private(entry)
    if leaf.kind != "decision":
        raise Tampered(f"entry {entry.index} is of kind `{leaf.kind}` and no decision")
    try:
        document = DECISIONS.decode(private)
    except Malformed as error:
        raise Tampered(f"entry {entry.index} holds no decision: {error}") from error
    if (document.decision_id, document.decision.decided_at) != (leaf.entry_id, leaf.at):
        raise Tampered(f"the document of entry {entry.index} is not its leaf's")
    return document


def decode_decision(entry: StoredEntry) -> RecordedDecision:
    """The decision in an entry; raises as `open_decision` does."""
    document = open_decision(entry)
    return RecordedDecision(
        decision_id=document.decision_id, log_index=entry.index, decision=document.decision
    )


def _context_fields(context: IssuanceContext, *, profile_known: bool) -> dict[str, JSON]:
    return {
        "stage": context.stage.value,
        "purpose": context.purpose.value,
        # A profile that the policy does not know was some person's text.
        "profile": shortened(context.profile) if profile_known else "",
    }


def _verdict_fields(decision: Decision) -> dict[str, JSON]:
    released = decision.policy_verdict is Verdict.RELEASE
    return {
        "gate": __version__,
        "verdict": decision.verdict.value,
        "policy_verdict": decision.policy_verdict.value,
        "cause": decision.cause.value,
        "retryable": decision.retryable,
        "policy": {
            "name": shortened(decision.policy.name),
            "version": decision.policy.version,
            "digest": decision.policy.digest.hex(),
        },
        # What was blocked never becomes public, and its digest could be guessed.
        "tbs_sha256": decision.tbs_sha256.hex() if released else "",
    }


def _list_fields(decision: Decision) -> dict[str, JSON]:
    told = [rule for rule in decision.rules if _remarkable(rule)]
    # Sorting keeps their order otherwise: what is cut off at the end never decided.
    rules = [_rule(rule) for rule in sorted(told, key=lambda rule: not rule.blocks)]
    linters: list[JSON] = [
        [shortened(each.name), shortened(each.version), each.status.value]
        for each in decision.linters
    ]
    kept_rules, kept_linters = _cut(rules, _RULES_SIZE), _cut(linters, _LINTERS_SIZE)
    return {
        "rules": kept_rules,
        "rules_n": len(decision.rules),
        "rules_cut": len(rules) - len(kept_rules),
        "linters": kept_linters,
        "linters_cut": len(linters) - len(kept_linters),
    }


def _remarkable(rule: RuleOutcome) -> bool:
    # A requester gets the leaf with a release, and is not told of rules that run dry.
    return rule.outcome not in _UNREMARKABLE and rule.mode is not Mode.DRY_RUN


def _rule(rule: RuleOutcome) -> JSON:
    told: list[JSON] = [shortened(rule.rule_id), rule.mode.value, rule.outcome.value]
    return [*told, shortened(rule.exception_id)] if rule.exception_id else told


def _cut(items: Iterable[JSON], size: int) -> list[JSON]:
    """As many items from the first on as have no more than `size` bytes in the leaf."""
    kept: list[JSON] = []
    for item in items:
        size -= len(encode_canonical(item)) + 1
        if size < 0:
            break
        kept.append(item)
    return kept


def _known_environment(name: str) -> str:
    """An environment that is none was some person's text, and stays out of the leaf."""
    return name if name in set(Environment) else ""


def _not_after(certificate: TBSCertificate | Malformed) -> str:
    if isinstance(certificate, Malformed):
        return ""
    moment: datetime = certificate.not_after.astimezone(UTC)
    return moment.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
