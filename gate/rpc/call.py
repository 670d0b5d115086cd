"""One call as the operators see it: a line in the log and a few counts, and no names in either."""

import logging
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field

from gate.service import Answer

REQUEST_ID = "gate-request-id"
"""The metadata that tells a client the id of its call, to name it by to the operators."""

_log = logging.getLogger("gate.rpc.call")


@dataclass(slots=True, kw_only=True)
class Call:
    """A call from its arrival to its answer; `error` is the name of the error's class."""

    rpc: str
    peer: str
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    begun: float = field(default_factory=time.monotonic)
    caller: str = ""
    status: str = "OK"
    error: str = ""
    answers: list[Answer] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.begun

    def write(self) -> None:
        """Write its one line."""
        fields = {
            "rpc": self.rpc,
            # An address only of those who are not known by name.
            **({"caller": self.caller} if self.caller else {"peer": self.peer}),
            "status": self.status,
            "ms": round(self.seconds * 1000, 1),
            **({"error": self.error} if self.error else {}),
            **({"decisions": list(map(_told, self.answers))} if self.answers else {}),
        }
        _log.info("%s %s", self.rpc, self.status, extra={"fields": fields})


CURRENT: ContextVar[Call | None] = ContextVar("gate_call", default=None)
"""The call that the current thread works for."""


def _told(answer: Answer) -> dict[str, object]:
    decision = answer.decision.decision
    return {
        "decision_id": answer.decision.decision_id,
        "verdict": decision.verdict.value,
        "policy_verdict": decision.policy_verdict.value,
        "cause": decision.cause.value,
        "repeated": answer.repeated,
    }
