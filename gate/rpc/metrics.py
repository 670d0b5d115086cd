"""What the gate counts, for Prometheus; no label holds anything that a request says."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gate.model import Verdict
from gate.rollout import Shadow, Standing
from gate.rpc.admission import Admission, Limit
from gate.rpc.call import Call
from gate.rpc.roles import EVIDENCE_REGISTRY
from gate.rpc.shadow_state import ShadowState
from gate.service import Answer, Audit, Gate

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
DAY = 86400.0
DAYS = tuple(DAY * days for days in (1 / 24, 0.5, 1, 3, 7, 10, 30, 60, 90, 100, 200, 398, 825))

RECORDING = frozenset(
    f"{EVIDENCE_REGISTRY}/{rpc}"
    for rpc in (
        "RecordOrder",
        "RecordApplicant",
        "RecordValidation",
        "RevokeEvidence",
        "ImportEvidence",
        "ApproveImport",
    )
)
"""The calls that write evidence to the log."""

Troubles = Callable[[], Mapping[str, str]]


class Metrics:
    """The counts of one gate; `render` gives them as Prometheus reads them."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._decisions = Counter(
            "gate_decisions",
            "Decisions made, by verdict, policy verdict and cause.",
            ("verdict", "policy_verdict", "cause"),
            registry=registry,
        )
        self._rules = Counter(
            "gate_deciding_rules",
            "Decisions that a rule or floor blocked.",
            ("rule",),
            registry=registry,
        )
        self._linters = Counter(
            "gate_linter_reports",
            "Reports of linters in decisions.",
            ("linter", "status"),
            registry=registry,
        )
        self._evidence_age = Histogram(
            "gate_evidence_age_seconds",
            "Age of the oldest validation that a decision to release rests on.",
            buckets=DAYS,
            registry=registry,
        )
        self._repeats = Counter("gate_repeats", "Answers to repeated requests.", registry=registry)
        self._calls = Histogram(
            "gate_rpc_seconds",
            "Time from a call's arrival to its answer.",
            ("rpc", "status"),
            buckets=SECONDS,
            registry=registry,
        )
        self._sheds = Counter(
            "gate_sheds", "Calls refused for overload.", ("limit",), registry=registry
        )
        self._evidence = Counter(
            "gate_evidence_recordings",
            "Calls that recorded evidence, imports and approvals too.",
            ("rpc",),
            registry=registry,
        )
        for limit in Limit:
            self._sheds.labels(limit.value)

    def watch(self, gate: Gate, audit: Audit, troubles: Troubles, admission: Admission) -> None:
        """Have every rendering tell how these are."""
        self.registry.register(_State(gate, audit, troubles, admission))

    def watch_policy(self, standing: Standing) -> None:
        """Have every rendering tell how the policy stands."""
        self.registry.register(_PolicyState(standing))

    def watch_shadow(self, shadow: Shadow) -> None:
        """Have every rendering tell how a candidate differs."""
        self.registry.register(ShadowState(shadow))

    def ended(self, call: Call) -> None:
        """Count a call that was answered."""
        self._calls.labels(call.rpc, call.status).observe(call.seconds)
        for answer in call.answers:
            self._decided(answer)
        if call.status == "OK" and call.rpc in RECORDING:
            self._evidence.labels(call.rpc).inc()

    def shed(self, limit: Limit) -> None:
        """Count a call that was refused for overload."""
        self._sheds.labels(limit.value).inc()

    def render(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _decided(self, answer: Answer) -> None:
        if answer.repeated:
            self._repeats.inc()
            return
        decision = answer.decision.decision
        self._decisions.labels(
            decision.verdict.value, decision.policy_verdict.value, decision.cause.value
        ).inc()
        for rule in decision.deciding:
            self._rules.labels(rule.rule_id).inc()
        for report in decision.linters:
            self._linters.labels(report.name, report.status.value).inc()
        if decision.policy_verdict is Verdict.RELEASE and answer.relied_since:
            age = decision.decided_at - answer.relied_since
            self._evidence_age.observe(age.total_seconds())


class _State(Collector):
    """What is not counted but read when Prometheus asks."""

    def __init__(self, gate: Gate, audit: Audit, troubles: Troubles, admission: Admission) -> None:
        self._gate = gate
        self._audit = audit
        self._troubles = troubles
        self._admission = admission

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        log = self._audit.log
        yield GaugeMetricFamily("gate_log_entries", "Entries in the log.", value=log.size)
        yield GaugeMetricFamily(
            "gate_log_waiting_entries", "Entries that wait to be durable.", value=log.waiting
        )
        state = self._audit.storage.state()
        if state is not None:
            yield GaugeMetricFamily(
                "gate_log_newest_timestamp_seconds",
                "The newest time in the log.",
                value=state.newest.timestamp(),
            )
        yield GaugeMetricFamily("gate_calls", "Calls under way.", value=self._admission.under_way)
        policy = self._gate.policy
        info = GaugeMetricFamily(
            "gate_policy_info", "The policy that judges.", labels=("name", "version", "digest")
        )
        info.add_metric((policy.name, str(policy.version), policy.digest.hex()), 1)
        yield info
        troubles = self._troubles()
        yield GaugeMetricFamily(
            "gate_serving", "Whether the gate says SERVING.", value=int(not troubles)
        )
        parts = GaugeMetricFamily(
            "gate_trouble", "The parts that keep the gate from releasing.", labels=("part",)
        )
        for part in troubles:
            parts.add_metric((part,), 1)
        yield parts


class _PolicyState(Collector):
    """How the policy that judges came to do so, and what was refused."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        standing = self._standing
        if standing.activated_at is not None:
            yield GaugeMetricFamily(
                "gate_policy_activated_timestamp_seconds",
                "When the policy that judges was activated.",
                value=standing.activated_at.timestamp(),
            )
        yield CounterMetricFamily(
            "gate_policy_refusals", "New policies that were refused.", value=standing.refusals
        )
        yield GaugeMetricFamily(
            "gate_policy_degraded",
            "Whether a new policy is refused while an earlier one judges.",
            value=int(bool(standing.trouble)),
        )
