"""A requester is told why, how to mend it and what the rule goes by; and nothing of dry runs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from gate.model import Decision, Environment, IssuanceRequest, Mode, Outcome, RuleOutcome
from gate.policy import Policy
from gate.policy.schedule import Dated
from gate.rpc.convert_request import request_to_message
from gate.v1.decision_log_pb2 import GetDecisionRequest
from gate.v1.issuance_gate_pb2 import EvaluateBatchRequest, EvaluateResponse
from tests import cases
from tests.rpc.served import CONTEXT, TBS, Served, build, serving
from tests.rpc.wire import send

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DRY = "validity-limit"
BROKEN = "no-reserved-name"
EVALUATE = "gate.v1.IssuanceGateService/Evaluate"
BATCH = "gate.v1.IssuanceGateService/EvaluateBatch"
DECISION = "gate.v1.DecisionLogService/GetDecision"


def trying_out() -> Policy:
    """The shipped policy; two rules more, a copy of each of two, run dry, and fail and break."""
    policy = cases.shipped()
    by_id = {rule.rule_id: rule for rule in policy.rules}
    dry = (Dated(LONG_AGO, Mode.DRY_RUN),)
    failing = replace(by_id["order-matches"], rule_id="dry-fails", ladder=dry)
    (stale,) = by_id[BROKEN].lists
    breaking = replace(
        by_id[BROKEN],
        rule_id="dry-breaks",
        ladder=dry,
        lists=(replace(stale, date=LONG_AGO),),
    )
    warning = replace(by_id["order-matches"], rule_id="warns", ladder=(Dated(LONG_AGO, Mode.WARN),))
    kept = tuple(rule for rule in policy.rules if rule.rule_id != "order-matches")
    return replace(policy, rules=(*kept, failing, breaking, warning))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    parts = build(Environment.PRODUCTION)
    parts.gate.activate(trying_out())
    with serving(tmp_path_factory.mktemp("served"), parts=parts) as found:
        found.record_evidence()
        yield found


def by_id(decision: Decision) -> dict[str, RuleOutcome]:
    return {rule.rule_id: rule for rule in decision.rules}


OTHER = replace(CONTEXT, requested_by="somebody else")


def test_a_requester_hears_nothing_of_rules_that_run_dry(served: Served) -> None:
    with served.client() as client:
        answer = client.evaluate(str(uuid4()), TBS, OTHER)
        read = client.decision(answer.decision.decision_id).decision
    assert answer.release is not None
    assert b"dry-" not in answer.release.log_entry
    for told in (answer.decision.decision, read.decision):
        assert not {"dry-fails", "dry-breaks"} & by_id(told).keys()
        assert all(rule.mode is not Mode.DRY_RUN for rule in told.rules)
        assert "dry-" not in repr(told)
        assert by_id(told)["warns"].outcome is Outcome.FAIL


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_who_may_read_everything_reads_of_dry_runs(served: Served, role: str) -> None:
    with served.client() as client:
        answer = client.evaluate(str(uuid4()), TBS, OTHER)
    with served.client(role) as reader:
        decision = reader.decision(answer.decision.decision_id).decision.decision
    rules = by_id(decision)
    assert (rules["dry-fails"].mode, rules["dry-fails"].outcome) == (Mode.DRY_RUN, Outcome.FAIL)
    assert (rules["dry-breaks"].mode, rules["dry-breaks"].outcome) == (
        Mode.DRY_RUN,
        Outcome.ERROR,
    )
    assert "gate.rule_failed" in {finding.code for finding in decision.findings}


def test_a_batch_and_a_repeat_are_told_the_same_bytes(served: Served) -> None:
    asked = IssuanceRequest(request_id=str(uuid4()), caller="", tbs_certificate=TBS, context=OTHER)
    message = request_to_message(asked)
    with served.channel() as channel:
        first = send(channel, EVALUATE, message.SerializeToString())
        again = send(channel, EVALUATE, message.SerializeToString())
        batch = send(channel, BATCH, EvaluateBatchRequest(requests=[message]).SerializeToString())
        assert isinstance(first, EvaluateResponse)
        wanted = GetDecisionRequest(decision_id=first.decision.decision_id)
        read = send(channel, DECISION, wanted.SerializeToString())
    told = first.SerializeToString(deterministic=True)
    assert again.SerializeToString(deterministic=True) == told
    assert batch.responses[0].SerializeToString(deterministic=True) == told
    assert read.decision == first.decision
    assert b"dry-fails" not in told


def test_title_references_and_help_of_a_rule_reach_the_requester(tmp_path: Path) -> None:
    (rule,) = (rule for rule in cases.shipped().rules if rule.rule_id == "order-matches")
    with serving(tmp_path) as other:
        other.record_evidence()
        with other.client() as client:
            answer = client.evaluate(str(uuid4()), TBS, OTHER)
    told = by_id(answer.decision.decision)["order-matches"]
    assert told.outcome is Outcome.FAIL
    assert told.title == rule.title
    assert told.requester_help == rule.requester_help
    assert told.references == rule.references == ("BR 4.1.2", "BR 4.2.1")
    assert told.kind == "order_matches"
    assert [finding.message for finding in told.findings] == [
        "the order has requester `someone`, the request `somebody else`"
    ]
