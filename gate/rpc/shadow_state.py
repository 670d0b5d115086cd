"""The figures of a candidate that is judged beside the active policy."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gate.rollout import Shadow


class ShadowState(Collector):
    """What was counted since the process started; rules are those of policies, so they are few."""

    def __init__(self, shadow: Shadow) -> None:
        self._shadow = shadow

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        counts, candidate = self._shadow.counted, self._shadow.candidate
        yield CounterMetricFamily(
            "gate_shadow_judged", "Decisions that a candidate judged.", value=counts.judged
        )
        differs = CounterMetricFamily(
            "gate_shadow_differs",
            "Decisions in which a rule came out otherwise under a candidate.",
            labels=("rule",),
        )
        for rule in counts.rules:
            if rule.differs:
                differs.add_metric((rule.rule_id,), rule.count)
        yield differs
        verdicts = CounterMetricFamily(
            "gate_shadow_verdicts",
            "Decisions whose verdict would be another under a candidate.",
            labels=("change",),
        )
        verdicts.add_metric(("newly_blocked",), counts.newly_blocked.count)
        verdicts.add_metric(("newly_released",), counts.newly_released.count)
        yield verdicts
        errors = CounterMetricFamily(
            "gate_shadow_errors", "Decisions that a candidate could not judge.", labels=("cause",)
        )
        errors.add_metric(("failure",), counts.errors.count)
        errors.add_metric(("timeout",), counts.timeouts.count)
        yield errors
        yield CounterMetricFamily(
            "gate_shadow_dropped",
            "Decisions that were not given to a candidate, because too many waited.",
            value=counts.dropped,
        )
        info = GaugeMetricFamily(
            "gate_shadow_info",
            "The candidate that is judged.",
            labels=("name", "version", "digest"),
        )
        if candidate is not None:
            labels = (candidate.name, str(candidate.version), candidate.digest.hex())
            info.add_metric(labels, 1)
        yield info
        yield GaugeMetricFamily(
            "gate_shadow_degraded",
            "Whether the policy in the candidate's folder is not judged by.",
            value=int(bool(self._shadow.trouble)),
        )
