"""The demo: starts a gate, records what is known, sends every order, keeps every answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from gate.client import Answer, GateClient
from gate.config import now, run
from gate.demo.dev import DevGate, dev_gate
from gate.demo.order import APPLICANTS, DemoOrder
from gate.demo.orders import CHAPTERS, ORDERS
from gate.model import Order, Severity, Validation, Verdict

LINTER_ERROR = Severity.ERROR
RECENT = timedelta(hours=23)
"""What began longer ago is imported: without, an hour later, the gate would not take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One order with the gate's answer, and whether it is the answer it must give."""

    chapter: str
    order: DemoOrder
    answer: Answer

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules and floors that decided against it."""
        return tuple(rule.rule_id for rule in self.answer.decision.decision.deciding)

    @property
    def linters_clean(self) -> bool | None:
        """Whether the linters found no error; None where they had nothing to read."""
        reports = self.answer.decision.decision.linters
        if not reports:
            return None
        return not any(
            found.severity >= LINTER_ERROR for report in reports for found in report.findings
        )

    @property
    def as_expected(self) -> bool:
        """Whether verdict, rules, linters and release are what they must be."""
        released = self.answer.decision.decision.verdict is Verdict.RELEASE
        return (
            self.answer.decision.decision.verdict is self.order.expected
            and set(self.order.because) <= set(self.rules)
            and released is (self.answer.release is not None)
            and self.linters_clean is self.order.linter_clean
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo: the gate that was made for it and the address it answers at."""

    gate: DevGate
    address: str
    clients: dict[str, GateClient]

    def record(self) -> None:
        """Record applicants, orders and validations, as the CA's other systems would.

        What was validated before the gate was there is imported, and two people approve it.
        """
        at, old = now(), list[Validation]()
        for applicant in APPLICANTS:
            self.clients["registrar"].record_applicant(applicant)
        for evidence in chain.from_iterable(order.evidence(at) for order in ORDERS):
            if isinstance(evidence, Order):
                self.clients["registrar"].record_order(evidence)
            elif evidence.initiated_at > at - RECENT:
                self.clients["validator"].record_validation(evidence)
            else:
                old.append(evidence)
        brought = self.clients["validator"].import_evidence(old, "from before the gate was there")
        for approver in ("approver", "approver-2"):
            self.clients[approver].approve_import(brought.import_id, brought.digest)

    def send(self) -> Iterator[Shown]:
        """Send every order to the gate over gRPC, and give each answer as it comes."""
        at = now()
        issuers = {issuer.name: issuer.certificate for issuer in self.gate.configuration.issuers}
        for chapter, orders in CHAPTERS.items():
            for order in orders:
                answer = self.clients["requester"].evaluate(
                    request_id=f"demo-{order.key}",
                    tbs_certificate=order.tbs_certificate(issuer=issuers[order.issuer], now=at),
                    context=order.context,
                )
                yield Shown(chapter=chapter, order=order, answer=answer)

    def checkpoint(self) -> str:
        """The log's newest checkpoint, as an auditor reads it."""
        return self.clients["auditor"].checkpoint()


def start_demo(parts: ExitStack, folder: Path, at: datetime) -> Demo:
    """Start a gate in this folder, and connect as each identity; `parts` takes it down again."""
    made = dev_gate(folder, at)
    running = parts.enter_context(run(made.configuration))
    address = f"127.0.0.1:{running.server.port}"
    clients = {
        name: parts.enter_context(
            GateClient(
                address,
                root_certificates=identity.ca.read_bytes(),
                private_key=identity.key.read_bytes(),
                certificate_chain=identity.certificate.read_bytes(),
            )
        )
        for name, identity in made.identities.roles.items()
    }
    return Demo(gate=made, address=address, clients=clients)
