"""A policy is swapped while decisions are made: each of them is wholly of one policy."""

from dataclasses import dataclass
from threading import Event, Thread

from gate.config import read_folder
from gate.config.policies import gate_site
from gate.model import CertificateType, Decision, LinterReport, Stage
from gate.policy import Policy, load
from gate.record import open_decision
from tests import cases
from tests.policy.bundles import ISSUERS
from tests.service.building import Linters, Workbench

SWAPS, THREADS = 2000, 3


@dataclass(slots=True)
class TellingLinters(Linters):
    """Linters whose reports say as which type of certificate they were asked to lint."""

    def lint(
        self, certificate: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        return tuple(
            LinterReport(name=each.name, version=certificate_type.value, status=each.status)
            for each in self.reports
        )


def version(number: int) -> Policy:
    """The shipped policy; its second version has other ids, and other types in its profiles."""
    files = dict(read_folder(cases.POLICIES / "webpki-production"))
    text = files["policy.yaml"].decode()
    if number == 2:
        text = text.replace("- id: ", "- id: second-").replace("type: dv", "type: iv")
        text = text.replace("\nversion: ", "\nversion: 100")
    files["policy.yaml"] = text.encode()
    return load(files, site=gate_site(ISSUERS))


def is_wholly_of(decision: Decision, policy: Policy) -> bool:
    rules = [rule.rule_id for rule in decision.rules if not rule.rule_id.startswith("floor.")]
    lint_type = policy.profiles["tls-dv"].certificate_type.value
    return rules == [rule.rule_id for rule in policy.rules] and {
        report.version for report in decision.linters
    } == {lint_type}


def test_every_decision_is_wholly_of_one_policy_whatever_is_activated_meanwhile() -> None:
    policies = {policy.digest: policy for policy in (version(1), version(2))}
    assert len({policy.profiles["tls-dv"].certificate_type for policy in policies.values()}) == 2
    bench = Workbench(linters=TellingLinters()).record()
    swapped, decisions = Event(), list[Decision]()

    def ask(thread: int) -> None:
        number = 0
        while not swapped.is_set():
            single = bench.ask(request_id=f"{thread}-{number}")
            batch = [bench.ask(request_id=f"{thread}-{number}-{at}") for at in range(3)]
            answers = [bench.gate.evaluate(single), *bench.gate.evaluate_batch(batch)]
            decisions.extend(answer.decision.decision for answer in answers)
            number += 1

    threads = [Thread(target=ask, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for number in range(SWAPS):
        bench.gate.activate(list(policies.values())[number % 2])
        swapped.wait(0.0005)
    swapped.set()
    for thread in threads:
        thread.join()

    assert {decision.policy.digest for decision in decisions} == set(policies)
    assert all(is_wholly_of(each, policies[each.policy.digest]) for each in decisions)
    state = bench.storage.state()
    for entry in bench.storage.entries(0, state.size):
        if b'"kind":"decision"' in entry.leaf:
            recorded = open_decision(entry).decision
            assert recorded.policy.digest.hex().encode() in entry.leaf
            assert is_wholly_of(recorded, policies[recorded.policy.digest])


def test_what_is_activated_judges_the_next_request() -> None:
    bench = Workbench().record()
    before = bench.gate.evaluate(bench.request)
    after = version(2)

    bench.gate.activate(after)

    assert bench.gate.policy == after.ref
    assert bench.gate.evaluate(bench.ask(request_id="2")).decision.decision.policy == after.ref
    assert bench.gate.evaluate(bench.request).decision == before.decision
