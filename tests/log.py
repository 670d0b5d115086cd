"""A decision log with its key, clock and entries, the same in every run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

from gate.errors import Malformed
from gate.model import (
    BlockCause,
    Decision,
    Evidence,
    IssuanceContext,
    IssuanceRequest,
    PolicyRef,
    Purpose,
    Stage,
    Verdict,
)
from gate.ports import LogStorage, NewEntry, StoredEntry
from gate.record import DecisionLog, Report, decision_entry, evidence_entry, verify
from tests.signing import SeededKey

ORIGIN = "gate.example/decisions"
KEY = SeededKey("decision log")
AT = datetime(2026, 11, 23, 18, 40, 0, 123456, tzinfo=UTC)
SALT = bytes(range(32))


class SteppingClock:
    """Each reading is a second after the last, unless it is set."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The time, which then goes on."""
        self.at += timedelta(seconds=1)
        return self.at


def open_log(
    storage: LogStorage, clock: Callable[[], datetime] | None = None, *, patience: float = 30.0
) -> DecisionLog:
    """Open the log as a gate does at its start."""
    state = storage.state()
    numbers = count(0 if state is None else state.size)
    return DecisionLog.open(
        storage,
        KEY,
        ORIGIN,
        clock=clock or SteppingClock(),
        new_id=lambda: f"start-{next(numbers)}",
        new_salt=lambda: SALT,
        patience=patience,
    )


def check(storage: LogStorage) -> Report:
    """Verify the whole log."""
    return verify(storage, origin=ORIGIN, public_key=KEY.public_key, progress=lambda *_: None)


def request(name: str = "a") -> IssuanceRequest:
    """A request of one caller, whose bytes are no certificate."""
    return IssuanceRequest(
        request_id=name,
        caller="issuing-system",
        tbs_certificate=b"to be signed " + name.encode(),
        context=IssuanceContext(
            order_id=f"order-{name}",
            account="account-1",
            issuer="issuer-1",
            profile="tls-dv",
            environment="production",
            purpose=Purpose.SUBSCRIBER,
            stage=Stage.PRECERTIFICATE,
        ),
    )


def decision(asked: IssuanceRequest) -> Decision:
    """A release of these bytes."""
    return Decision(
        verdict=Verdict.RELEASE,
        policy_verdict=Verdict.RELEASE,
        cause=BlockCause.NONE,
        retryable=False,
        environment="production",
        caller=asked.caller,
        findings=(),
        rules=(),
        linters=(),
        policy=PolicyRef(name="webpki-production", version=1, digest=b"\x01" * 32),
        tbs_sha256=sha256(asked.tbs_certificate).digest(),
        decided_at=AT,
    )


def decided(
    name: str = "a", *, asked: IssuanceRequest | None = None, judged: Decision | None = None
) -> NewEntry:
    """The entry of a decision with this id."""
    stated = asked or request(name)
    return decision_entry(
        decision_id=f"decision-{name}",
        request=stated,
        decision=judged or decision(stated),
        certificate=Malformed("no certificate"),
        issuer=None,
        profile_known=True,
        evidence=(),
        salt=SALT,
    )


def anonymous(name: str) -> NewEntry:
    """The entry of a decision that claims no request key."""
    return replace(decided(name), request_key="", request_digest=b"")


def recorded(record_id: str, evidence: Evidence, *, by: str = "registrar") -> NewEntry:
    """The entry of a piece of evidence."""
    return evidence_entry(
        record_id=record_id, recorded_at=AT, recorded_by=by, evidence=evidence, salt=SALT
    )


def stored(entry: NewEntry, index: int = 7) -> StoredEntry:
    """The entry as storage gives it back."""
    return StoredEntry(
        index=index,
        entry_id=entry.entry_id,
        leaf=entry.leaf,
        private=entry.private,
        salt=entry.salt,
        request_digest=entry.request_digest,
    )
