"""The figures: what is counted, and that no label holds what a request says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gate.errors import ConfigError, Malformed, Refused
from gate.rpc.admission import Limit
from tests import cases, pki
from tests.rpc.served import CONTEXT, NAME, ORDER, TBS, Served, serving

EVALUATE = "gate.v1.IssuanceGateService/Evaluate"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as found:
        yield found


def test_decisions_are_counted_by_what_they_say_and_why(own: Served) -> None:
    own.record_evidence()
    with own.client() as client:
        client.evaluate("good", TBS, CONTEXT)
        client.evaluate("good", TBS, CONTEXT)
        client.evaluate("bad", b"", CONTEXT)
        client.evaluate_batch([(f"b-{each}", TBS, CONTEXT) for each in range(3)])
    assert decisions(own, "RELEASE", "NONE") == 4
    assert decisions(own, "BLOCK", "MALFORMED") == 1
    assert own.count("gate_repeats_total") == 1
    assert own.count("gate_deciding_rules_total", rule="floor.bytes") == 1
    for linter in ("pkilint", "badkeys"):
        counted = own.count("gate_linter_reports_total", linter=linter, status="COMPLETED")
        assert counted == 4


def decisions(own: Served, verdict: str, cause: str) -> float:
    return own.count("gate_decisions_total", verdict=verdict, policy_verdict=verdict, cause=cause)


def test_the_age_of_the_evidence_is_that_of_the_validation_relied_on(own: Served) -> None:
    own.record_evidence()
    with own.client() as client:
        client.evaluate("good", TBS, CONTEXT)
        client.evaluate("bad", b"", CONTEXT)
    assert own.count("gate_evidence_age_seconds_count") == 1
    assert own.count("gate_evidence_age_seconds_sum") == 86_400


def test_of_two_validations_the_age_is_that_of_the_better(own: Served) -> None:
    own.record_evidence()
    with own.client("validator") as validator, own.client() as client:
        validator.record_validation(cases.validation(NAME, age=timedelta(hours=1)))
        client.evaluate("good", TBS, CONTEXT)
    assert own.count("gate_evidence_age_seconds_sum") == 3_600


def test_calls_are_counted_by_their_status(own: Served) -> None:
    with own.client() as client:
        client.evaluate("one", TBS, CONTEXT)
        with pytest.raises(Refused):
            client.evaluate("one", b"", CONTEXT)
        with pytest.raises(Malformed):
            client.evaluate("", TBS, CONTEXT)
    for status in ("OK", "ALREADY_EXISTS", "INVALID_ARGUMENT"):
        assert own.count("gate_rpc_seconds_count", rpc=EVALUATE, status=status) == 1


def test_recordings_of_evidence_are_counted(own: Served) -> None:
    own.record_evidence()
    with own.client("validator") as validator:
        record = validator.record_validation(cases.validation(NAME))
        validator.revoke_evidence(record.record_id, "a mistake")
    service = "gate.v1.EvidenceRegistryService"
    counted = {
        rpc: own.count("gate_evidence_recordings_total", rpc=f"{service}/{rpc}")
        for rpc in ("RecordOrder", "RecordApplicant", "RecordValidation", "RevokeEvidence")
    }
    assert counted == {
        "RecordOrder": 1,
        "RecordApplicant": 1,
        "RecordValidation": 2,
        "RevokeEvidence": 1,
    }


def test_imports_and_their_approvals_are_counted_with_the_evidence(own: Served) -> None:
    with own.client("validator") as validator:
        pending = validator.import_evidence((cases.validation(NAME),), "a new system")
    for who in ("approver", "other-approver"):
        with own.client(who) as approver:
            approver.approve_import(pending.import_id, pending.digest)
    with own.client("auditor") as auditor:
        assert list(auditor.list_evidence())
    service = "gate.v1.EvidenceRegistryService"
    counted = {
        rpc: own.count("gate_evidence_recordings_total", rpc=f"{service}/{rpc}")
        for rpc in ("ImportEvidence", "ApproveImport", "ListEvidence")
    }
    assert counted == {"ImportEvidence": 1, "ApproveImport": 2, "ListEvidence": 0}


def test_the_state_of_log_policy_and_health_is_told(own: Served) -> None:
    own.record_evidence()
    policy = own.gate.policy
    assert own.count("gate_log_entries") == own.log.size
    assert own.count("gate_log_waiting_entries") == 0
    state = own.storage.state()
    assert state is not None
    assert own.count("gate_log_newest_timestamp_seconds") == state.newest.timestamp()
    assert (
        own.count(
            "gate_policy_info",
            name=policy.name,
            version=str(policy.version),
            digest=policy.digest.hex(),
        )
        == 1
    )
    assert own.count("gate_serving") == 1
    own.linters.healthy = False
    assert own.count("gate_serving") == 0
    assert own.count("gate_trouble", part="linters") == 1


def test_how_the_policy_stands_is_told(own: Served) -> None:
    assert own.count("gate_policy_activated_timestamp_seconds") == pki.NOW.timestamp()
    assert own.count("gate_policy_refusals_total") == 0
    assert own.count("gate_policy_degraded") == 0
    for said in ("one reason", "one reason", "another"):
        own.standing.refused(ConfigError(said), own.gate.policy)
    assert own.count("gate_policy_refusals_total") == 2
    assert own.count("gate_policy_degraded") == 1
    assert own.count("gate_serving") == 1
    own.standing.mended()
    assert own.count("gate_policy_degraded") == 0
    assert own.count("gate_policy_refusals_total") == 2


def test_what_requests_say_is_in_no_label(own: Served) -> None:
    taint = "taint-7731"
    with own.client() as client, own.client("registrar") as registrar:
        for field in ("account", "issuer", "profile", "order_id", "environment", "channel"):
            changed: dict[str, Any] = {field: taint}
            context = replace(CONTEXT, **changed)
            client.evaluate(f"{taint}-{field}", TBS, context)
        registrar.record_order(replace(ORDER, order_id=taint, requested_by=taint))
    text = own.metrics.render().decode()
    assert taint not in text
    assert NAME not in text
    families = {family.name for family in text_string_to_metric_families(text)}
    assert "gate_decisions" in families
    labels = {
        value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for value in sample.labels.values()
    }
    assert len(labels) < 100


def test_every_limit_is_there_before_anything_was_shed(own: Served) -> None:
    text = own.metrics.render().decode()
    for limit in Limit:
        assert f'gate_sheds_total{{limit="{limit}"}} 0.0' in text


def test_the_documentation_has_every_figure_and_no_other(own: Served) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    told = set(re.findall(r"^\| `(gate_\w+)` \|", text, re.MULTILINE))
    there = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in own.metrics.registry.collect()
    }
    assert told == there
