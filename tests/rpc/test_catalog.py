"""What the gate tells of its policies, and to whom."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest

from gate.client import NotFound
from gate.errors import ConfigError, Tampered
from gate.model import Environment, Mode
from gate.policy import PolicyException, load
from gate.policy.approvals import Approval
from gate.policy.english import explain
from gate.policy.exceptions import ExceptionScope
from gate.rollout import RuleNow
from gate.rpc import Role
from gate.rpc.convert_catalog import report_from_message, report_to_message
from gate.rpc.policy_catalog import PolicyCatalogServicer
from gate.rpc.reading import read
from gate.rpc.roles import Peer
from gate.v1 import policy_catalog_pb2 as messages
from gate.v1.decision_pb2 import MODE_ENFORCE
from tests import cases, pki
from tests.policy.bundles import bundle
from tests.rollout.bundles import SITE
from tests.rollout.shadowing import TIGHTER, until, version_of
from tests.rpc.served import CONTEXT, TBS, Parts, Served, build, serving
from tests.rpc.wire import send, status

SERVICE = "gate.v1.PolicyCatalogService"
CANDIDATE = version_of(900, TIGHTER)


def ask(served: Served, rpc: str, who: str = "auditor", **fields: Any) -> Any:
    message = getattr(messages, f"{rpc}Request")(**fields)
    with served.channel(who) as channel:
        return send(channel, f"{SERVICE}/{rpc}", message.SerializeToString())


@pytest.fixture(scope="module")
def parts() -> Parts:
    return build(Environment.PRODUCTION, candidate=CANDIDATE)


@pytest.fixture(scope="module")
def beside(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gate with a candidate that has judged two decisions and found one other."""
    with serving(tmp_path_factory.mktemp("beside"), parts=parts) as found:
        found.record_evidence()
        parts.shadow.start()
        until(lambda: parts.shadow.candidate is not None)
        with found.client() as client:
            client.evaluate("long", TBS, CONTEXT)
            client.evaluate("none", b"", CONTEXT)
        until(lambda: parts.shadow.counted.judged == 2)
        yield found
        parts.shadow.stop()


def test_an_auditor_is_told_all_of_the_active_policy(served: Served) -> None:
    policy = served.gate.active_policy
    told = ask(served, "GetActivePolicy")
    assert (told.policy.name, told.policy.version) == (policy.name, policy.version)
    assert told.policy.digest == policy.digest
    assert told.active_since.ToDatetime(UTC) == pki.NOW
    assert (told.description, told.owner) == (policy.description, policy.owner)
    assert {each.name: each.certificate_type for each in told.profiles} == {
        name: profile.certificate_type.value for name, profile in policy.profiles.items()
    }
    assert {each.name: (each.of, each.entries) for each in told.lists} == {
        name: (found.of.value, len(found.entries)) for name, found in policy.lists.items()
    }
    dates = {each.name: each.date.ToDatetime(UTC) for each in told.lists}
    assert dates == {name: found.date for name, found in policy.lists.items()}
    assert told.degraded == ""


def test_why_a_new_version_is_refused_is_told(tmp_path: Path) -> None:
    with serving(tmp_path) as own:
        own.standing.refused(ConfigError("policy.yaml:1:1: wrong"), own.gate.policy)
        assert "policy.yaml:1:1: wrong" in ask(own, "GetActivePolicy").degraded
        assert ask(own, "GetActivePolicy", "requester").degraded == ""


def test_a_requester_is_told_which_policy_and_which_profiles_alone(served: Served) -> None:
    told, whole = ask(served, "GetActivePolicy", "requester"), ask(served, "GetActivePolicy")
    assert {field.name for field, _ in told.ListFields()} == {
        "policy",
        "active_since",
        "description",
        "profiles",
    }
    assert list(told.profiles) == list(whole.profiles)


def test_the_rules_of_the_active_policy_are_told_in_words(served: Served) -> None:
    policy = served.gate.active_policy
    told = ask(served, "ListRules", "operator")
    assert [rule.rule_id for rule in told.rules] == [rule.rule_id for rule in policy.rules]
    for said, rule in zip(told.rules, policy.rules, strict=True):
        assert said.explanation == explain(rule, policy)
        assert (said.title, said.kind, said.exceptable) == (rule.title, rule.kind, rule.exceptable)
        assert tuple(said.references) == rule.references
        assert said.requester_help == rule.requester_help
    assert {rule.mode for rule in told.rules} == {MODE_ENFORCE}


def test_without_a_candidate_there_are_no_rules_of_one(served: Served) -> None:
    with served.channel("auditor") as channel:
        asked = messages.ListRulesRequest(candidate=True).SerializeToString()
        assert status(channel, f"{SERVICE}/ListRules", asked) is grpc.StatusCode.NOT_FOUND
        found = status(channel, f"{SERVICE}/GetShadowReport", b"")
        assert found is grpc.StatusCode.NOT_FOUND
    with served.client("auditor") as client, pytest.raises(NotFound, match="policy_control"):
        client.shadow_report()


def test_the_rules_of_the_candidate_are_those_of_its_folder(beside: Served) -> None:
    told = ask(beside, "ListRules", candidate=True)
    assert told.policy.digest == load(CANDIDATE, site=SITE).ref.digest
    (limit,) = (rule for rule in told.rules if rule.rule_id == "validity-limit")
    assert "30 days" in limit.explanation


def test_the_report_names_the_rule_and_its_decisions(beside: Served) -> None:
    with beside.client("auditor") as client:
        active, report = client.shadow_report()
    assert active == beside.gate.policy
    assert report == beside.shadow.report(active)
    counts = report.counts
    assert (counts.judged, counts.newly_blocked.count, report.trouble) == (2, 1, "")
    assert [rule.rule_id for rule in counts.rules] == ["validity-limit"]
    with beside.client("auditor") as client:
        (decision_id,) = counts.newly_blocked.examples
        assert client.decision(decision_id).decision.decision.policy == active


def test_a_report_comes_back_from_its_message(beside: Served) -> None:
    active = beside.gate.policy
    report = beside.shadow.report(active)
    message = report_to_message(active, report)
    assert read(lambda reading: report_from_message(message, reading)) == (active, report)


def test_the_figures_tell_how_the_candidate_differs(beside: Served) -> None:
    candidate = load(CANDIDATE, site=SITE).ref
    assert beside.count("gate_shadow_judged_total") == 2
    assert beside.count("gate_shadow_differs_total", rule="validity-limit") == 1
    assert beside.count("gate_shadow_verdicts_total", change="newly_blocked") == 1
    assert beside.count("gate_shadow_verdicts_total", change="newly_released") == 0
    assert beside.count("gate_shadow_errors_total", cause="timeout") == 0
    assert beside.count("gate_shadow_dropped_total") == 0
    assert beside.count("gate_shadow_degraded") == 0
    told = {"name": candidate.name, "version": "900", "digest": candidate.digest.hex()}
    assert beside.count("gate_shadow_info", **told) == 1


def test_a_report_that_somebody_changed_is_tampering(beside: Served, parts: Parts) -> None:
    parts.shadow._book.write()
    entries = parts.storage._held.entries
    (at,) = (index for index, each in enumerate(entries) if b'"kind":"shadow"' in each.leaf)
    changed = entries[at].leaf.replace(b'"judged":2', b'"judged":1')
    object.__setattr__(entries[at], "leaf", changed)
    with beside.client("auditor") as client, pytest.raises(Tampered):
        client.shadow_report()


def rules_at(moment: datetime, text: str) -> dict[str, RuleNow]:
    """How the rules of the small policy stand at a moment."""
    changed = bundle(policy=text)
    parts = build(Environment.PRODUCTION, clock=lambda: moment)
    return {now.rule.rule_id: now for now in parts.catalog.rules(load(changed, site=SITE))}


def test_a_rule_that_comes_soon_runs_dry_now() -> None:
    later = pki.NOW + timedelta(days=20)
    ladder = f"mode: [{{from: {later:%Y-%m-%d}, mode: warn}}]"
    text = bundle()["policy.yaml"].decode().replace("mode: dry-run", ladder)
    for days, mode in ((-20, Mode.OFF), (0, Mode.DRY_RUN), (21, Mode.WARN)):
        found = rules_at(pki.NOW + timedelta(days=days), text)["words"]
        assert found.mode is mode
        assert [step.value for step in found.coming] == ([] if days == 21 else [Mode.WARN])


def test_a_rule_in_dry_run_says_so() -> None:
    found = rules_at(pki.NOW, bundle()["policy.yaml"].decode())
    assert found["words"].mode is Mode.DRY_RUN
    assert found["granted"].mode is Mode.ENFORCE


def exception(name: str, *, days: int = 10, approvals: int = 2) -> PolicyException:
    """An exception that began yesterday and ends in so many days."""
    given = (
        Approval(by="Ana", at=pki.NOW, signature=b""),
        Approval(by="Ivo", at=pki.NOW, signature=b""),
    )
    return PolicyException(
        exception_id=name,
        rule_id="no-high-risk-name",
        scope=ExceptionScope(identifiers=(cases.identifier("bank.example"),)),
        reason="for a while",
        ticket="T-1",
        starts=pki.NOW - timedelta(days=1),
        expires=pki.NOW + timedelta(days=days),
        requested_by="Eva",
        approvals=given[:approvals],
    )


def test_exceptions_in_force_are_told_without_their_people() -> None:
    found = (exception("E-1"), exception("E-2", days=0), exception("E-3", approvals=1))
    parts = build(Environment.PRODUCTION)
    parts.gate.activate(replace(cases.shipped(), exceptions=found))
    peer = Peer(identity="urn:test:auditor", roles=frozenset({Role.AUDITOR}))
    told = PolicyCatalogServicer(parts.catalog).rules(messages.ListRulesRequest(), peer)
    (one,) = told.exceptions
    assert (one.exception_id, one.rule_id) == ("E-1", "no-high-risk-name")
    assert one.begins.ToDatetime(UTC) == pki.NOW
    assert one.expires.ToDatetime(UTC) == found[0].expires
    for name in ("Ana", "Ivo", "Eva"):
        assert name not in str(told)
