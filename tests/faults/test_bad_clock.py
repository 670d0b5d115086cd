"""The machine's clock is set while the gate runs: blocks, and a log whose time goes on."""

from datetime import datetime, timedelta
from pathlib import Path

from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from gate.model import BlockCause, Environment, Verdict
from gate.record import read_leaf, verify
from gate.service import SteadyClock
from gate.service.clock import SETTLING
from tests import pki
from tests.rpc.served import CONTEXT, LOG_KEY, ORIGIN, TBS, build, serving


class Machine:
    """A machine whose clocks a test moves."""

    def __init__(self) -> None:
        self.wall, self.steady = pki.NOW, 0.0

    def told(self) -> datetime:
        return self.wall

    def counted(self) -> float:
        return self.steady


def test_a_clock_that_is_set_back_blocks_and_the_logs_time_goes_on(tmp_path: Path) -> None:
    machine = Machine()
    clock = SteadyClock(machine.told, machine.counted)
    parts = build(Environment.PRODUCTION, clock, clock.trouble)
    with serving(tmp_path, parts=parts) as own, own.client() as client:
        own.record_evidence()
        assert client.evaluate("before", TBS, CONTEXT).release is not None
        machine.wall -= timedelta(hours=1)

        answer = client.evaluate("back", TBS, CONTEXT)
        decision = answer.decision.decision
        assert (decision.verdict, decision.cause) == (Verdict.BLOCK, BlockCause.GATE_FAILURE)
        assert decision.retryable
        assert "gate.clock" in {finding.code for finding in decision.findings}
        assert answer.release is None
        assert decision.decided_at == pki.NOW
        # What was released before is not released again by a clock that may be wrong.
        assert client.evaluate("before", TBS, CONTEXT).release is None
        with own.channel("nobody") as channel:
            said = HealthStub(channel).Watch(HealthCheckRequest(), timeout=30)
            while next(said).status != HealthCheckResponse.NOT_SERVING:
                pass
            said.cancel()
        assert own.count("gate_trouble", part="clock") == 1

        machine.wall += timedelta(hours=1)
        machine.steady += 1
        assert client.evaluate("still", TBS, CONTEXT).release is None
        machine.steady += SETTLING.total_seconds() + 1
        machine.wall += SETTLING + timedelta(seconds=1)
        assert client.evaluate("settled", TBS, CONTEXT).release is not None
    times = [read_leaf(entry.leaf).at for entry in parts.storage.entries(0, 100)]
    assert times == sorted(times)
    report = verify(
        parts.storage, origin=ORIGIN, public_key=LOG_KEY.public_key, progress=lambda *_: None
    )
    assert report.problems == ()
