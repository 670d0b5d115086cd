"""What a decision's entry says in public, keeps in private, and gives back."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from gate.errors import Malformed, Refused, Tampered
from gate.model import (
    BlockCause,
    Decision,
    Finding,
    LinterReport,
    LinterStatus,
    Mode,
    Outcome,
    PolicyRef,
    Purpose,
    RuleOutcome,
    Severity,
    Stage,
    Verdict,
)
from gate.ports import NewEntry
from gate.record import (
    MAX_LEAF_SIZE,
    EvidenceRef,
    decision_entry,
    decode_decision,
    decode_evidence,
    open_decision,
    read_leaf,
    request_digest,
    request_key,
)
from gate.x509 import TBSCertificate, read_tbs_certificate
from tests.log import AT, SALT, decided, decision, request, stored
from tests.pki import issuer, tbs

ISSUER = issuer()
SECRET = "zaphod-beeblebrox"
TEXTS = ("order_id", "account", "issuer", "profile", "environment", "channel", "requested_by")


def fields(entry: NewEntry) -> dict[str, Any]:
    return dict(read_leaf(entry.leaf).fields)


def rule(name: str, outcome: Outcome, mode: Mode = Mode.ENFORCE) -> RuleOutcome:
    return RuleOutcome(rule_id=name, title="", kind="k", mode=mode, outcome=outcome)


def blocked(**changes: Any) -> Decision:
    return replace(
        decision(request()),
        verdict=Verdict.BLOCK,
        policy_verdict=Verdict.BLOCK,
        cause=BlockCause.POLICY,
        **changes,
    )


def test_a_decision_and_its_request_are_read_back() -> None:
    finding = Finding(code="gate.x", severity=Severity.ERROR, message="wr\u00f6ng \u2603\x00")
    judged = blocked(
        findings=(finding,),
        rules=(
            replace(
                rule("a.b", Outcome.FAIL),
                findings=(finding,),
                references=("BR 4.2.1", "BR 6.3.2"),
                exception_id="e-1",
            ),
        ),
        linters=(LinterReport(name="pkilint", version="1", status=LinterStatus.FAILED),),
    )
    entry = decided(judged=judged)

    assert decode_decision(stored(entry)).decision == judged
    assert decode_decision(stored(entry)).log_index == 7
    assert decode_decision(stored(entry)).decision_id == "decision-a"
    assert open_decision(stored(entry)).request == request()


def test_the_evidence_it_looked_at_is_kept() -> None:
    looked_at = (EvidenceRef(record_id="record-1", leaf_hash=bytes(range(32))),)
    asked = request()
    entry = decision_entry(
        decision_id="d",
        request=asked,
        decision=decision(asked),
        certificate=Malformed("none"),
        issuer=ISSUER,
        profile_known=False,
        evidence=looked_at,
        salt=SALT,
        precertificate_decision_id="p",
    )

    assert open_decision(stored(entry)).evidence == looked_at
    assert open_decision(stored(entry)).precertificate_decision_id == "p"
    assert fields(entry)["precertificate_decision_id"] == "p"
    assert fields(entry)["issuer"] == ISSUER.spki_sha256.hex()
    assert fields(entry)["profile"] == ""


def test_the_leaf_tells_the_end_of_the_certificate() -> None:
    certificate = read_tbs_certificate(tbs())
    assert isinstance(certificate, TBSCertificate)
    entry = decision_entry(
        decision_id="d",
        request=request(),
        decision=decision(request()),
        certificate=certificate,
        issuer=None,
        profile_known=True,
        evidence=(),
        salt=SALT,
    )

    told = fields(entry)["not_after"]
    assert datetime.fromisoformat(told) == certificate.not_after.astimezone(UTC)
    assert told.endswith("Z")


def test_a_blocked_leaf_names_neither_bytes_nor_unknown_words() -> None:
    asked = request()
    asked = replace(
        asked,
        caller=SECRET,
        request_id=SECRET,
        tbs_certificate=SECRET.encode(),
        context=replace(
            asked.context,
            order_id=SECRET,
            account=SECRET,
            issuer=SECRET,
            profile=SECRET,
            environment=SECRET,
            channel=SECRET,
            requested_by=SECRET,
            precertificate=SECRET.encode(),
        ),
    )
    finding = Finding(
        code="gate.x", severity=Severity.ERROR, message=SECRET, location=SECRET, source=SECRET
    )
    judged = blocked(
        findings=(finding,),
        environment=SECRET,
        caller=SECRET,
        tbs_sha256=sha256(SECRET.encode()).digest(),
        rules=(replace(rule("a", Outcome.FAIL), findings=(finding,), requester_help=SECRET),),
        linters=(
            LinterReport(name="l", version="1", status=LinterStatus.COMPLETED, findings=(finding,)),
        ),
    )
    entry = decision_entry(
        decision_id="d",
        request=asked,
        decision=judged,
        certificate=Malformed(SECRET),
        issuer=None,
        profile_known=False,
        evidence=(),
        salt=SALT,
    )

    assert SECRET not in entry.leaf.decode()
    assert sha256(SECRET.encode()).hexdigest() not in entry.leaf.decode()
    assert (fields(entry)["tbs_sha256"], fields(entry)["environment"]) == ("", "")


def test_the_commitment_hides_what_the_salt_hides() -> None:
    one, two = decided(), replace(decided(), salt=bytes(32))
    with pytest.raises(Tampered, match="not what was recorded"):
        open_decision(stored(two))

    assert fields(one)["private"] != sha256(one.private).hexdigest()


def test_only_remarkable_rules_are_listed_and_what_decided_comes_first() -> None:
    judged = blocked(
        rules=(
            rule("passes", Outcome.PASS),
            rule("warns", Outcome.FAIL, Mode.WARN),
            rule("runs-dry", Outcome.FAIL, Mode.DRY_RUN),
            rule("later", Outcome.NOT_IN_FORCE),
            rule("blocks", Outcome.FAIL),
            rule("excepted", Outcome.EXCEPTED),
            rule("breaks", Outcome.ERROR),
            rule("elsewhere", Outcome.NOT_APPLICABLE),
        )
    )
    told = fields(decided(judged=judged))

    assert told["rules"] == [
        ["blocks", "enforce", "FAIL"],
        ["breaks", "enforce", "ERROR"],
        ["warns", "warn", "FAIL"],
        ["excepted", "enforce", "EXCEPTED"],
    ]
    assert (told["rules_n"], told["rules_cut"]) == (8, 0)


def test_the_use_of_an_exception_names_it() -> None:
    used = replace(rule("excepted", Outcome.EXCEPTED), exception_id="EXC-2027-004")
    told = fields(decided(judged=blocked(rules=(used,))))
    assert told["rules"] == [["excepted", "enforce", "EXCEPTED", "EXC-2027-004"]]


def test_no_decision_is_too_large_for_a_leaf() -> None:
    worst = "\x01\U0001f600" * 200
    judged = blocked(
        rules=tuple(rule(f"{number}{worst}", Outcome.FAIL) for number in range(1000)),
        linters=tuple(
            LinterReport(name=worst, version=worst, status=LinterStatus.TIMED_OUT)
            for _ in range(500)
        ),
        policy=PolicyRef(name=worst, version=2**53 - 1, digest=b"\xff" * 32),
    )
    asked = replace(request(), context=replace(request().context, profile=worst))
    entry = decided(asked=asked, judged=judged)
    told = fields(entry)

    assert len(entry.leaf) <= MAX_LEAF_SIZE
    assert told["rules_n"] == 1000
    assert len(told["rules"]) + told["rules_cut"] == 1000
    assert len(told["linters"]) + told["linters_cut"] == 500
    assert told["rules_cut"] > 0 < told["linters_cut"]
    assert decided(asked=asked, judged=judged) == entry
    assert open_decision(stored(entry)).decision == judged


def test_a_request_claims_caller_and_id() -> None:
    entry = decided()

    assert entry.request_key == request_key(request()) == "issuing-system\x00a"
    assert entry.request_digest == request_digest(request())
    with pytest.raises(ValueError, match="NUL"):
        request_key(replace(request(), caller="a\x00b"))


def test_any_other_byte_or_context_gives_another_digest() -> None:
    asked = request()
    context = asked.context
    changes: list[dict[str, Any]] = [
        *({name: "other"} for name in TEXTS),
        {"purpose": Purpose.LOAD_TEST},
        {"stage": Stage.CERTIFICATE},
        {"precertificate": b"x"},
    ]
    others = [
        replace(asked, tbs_certificate=asked.tbs_certificate + b"\x00"),
        *(replace(asked, context=replace(context, **change)) for change in changes),
    ]
    digests = {request_digest(each) for each in [asked, *others]}

    assert len(digests) == len(others) + 1
    assert request_digest(replace(asked, request_id="b")) == request_digest(asked)


def test_a_decision_is_found_by_the_bytes_it_judged() -> None:
    assert decided().lookups == (f"tbs:{decision(request()).tbs_sha256.hex()}",)


def test_a_changed_document_is_not_opened() -> None:
    entry = stored(decided())
    for bad in (
        replace(entry, private=entry.private[:-1] + b"\x00"),
        replace(entry, private=decided("b").private),
        replace(entry, leaf=decided("b").leaf),
        replace(entry, salt=bytes(32)),
        replace(entry, salt=b"short"),
        replace(entry, leaf=b"{}"),
    ):
        with pytest.raises(Tampered):
            open_decision(bad)


def test_an_erased_document_says_so() -> None:
    with pytest.raises(Refused, match="erased"):
        open_decision(replace(stored(decided()), private=b"", salt=b""))


def test_a_decision_is_no_evidence() -> None:
    with pytest.raises(Tampered, match="no evidence"):
        decode_evidence(stored(decided()))


def test_a_moment_without_a_zone_is_not_recorded() -> None:
    with pytest.raises(ValueError, match="time zone"):
        decided(judged=replace(decision(request()), decided_at=AT.replace(tzinfo=None)))
