"""Policies, their rules and reports on candidates between values and their messages."""

from gate.model import Mode, PolicyRef
from gate.policy import Policy, PolicyException
from gate.policy.english import applies_to, explain
from gate.policy.lists import NameList
from gate.policy.policy import Profile
from gate.policy.sentences import sentence
from gate.record import RuleDifference, ShadowCounts, Tally
from gate.rollout import ActivePolicy, RuleNow, ShadowReport
from gate.rpc.convert_decision import policy_from_message, policy_to_message
from gate.rpc.convert_time import time_to_message
from gate.rpc.reading import Reading
from gate.rpc.words import MODES
from gate.v1 import policy_catalog_pb2 as messages
from gate.v1.decision_pb2 import MODE_UNSPECIFIED


def active_to_message(active: ActivePolicy, *, whole: bool) -> messages.GetActivePolicyResponse:
    """Write what is told of the policy that judges; less than the `whole` to requesters."""
    policy, since = active.policy, active.active_since
    message = messages.GetActivePolicyResponse(
        policy=policy_to_message(policy.ref),
        active_since=time_to_message(since) if since else None,
        description=policy.description,
        profiles=map(_profile, policy.profiles.values()),
    )
    if whole:
        message.owner = policy.owner
        message.lists.extend(map(_list, policy.lists.values()))
        message.signers = active.signers
        message.degraded = active.degraded
    return message


def rule_to_message(now: RuleNow, policy: Policy) -> messages.Rule:
    """Write a rule of this policy in words."""
    rule = now.rule
    return messages.Rule(
        rule_id=rule.rule_id,
        title=rule.title,
        kind=rule.kind,
        mode=MODES.number(now.mode),
        coming=(
            messages.ModeStep(start=time_to_message(step.start), mode=MODES.number(step.value))
            for step in now.coming
        ),
        applies_to=sentence(applies_to(rule.when)),
        explanation=explain(rule, policy),
        references=rule.references,
        requester_help=rule.requester_help,
        exceptable=rule.exceptable,
    )


def exception_to_message(exception: PolicyException) -> messages.ExceptionInForce:
    """Write an exception without its people."""
    return messages.ExceptionInForce(
        exception_id=exception.exception_id,
        rule_id=exception.rule_id,
        begins=time_to_message(exception.begins),
        expires=time_to_message(exception.expires),
    )


def report_to_message(active: PolicyRef, report: ShadowReport) -> messages.GetShadowReportResponse:
    """Write how a candidate differs from the active policy."""
    counts = report.counts
    return messages.GetShadowReportResponse(
        candidate=policy_to_message(report.candidate) if report.candidate else None,
        active=policy_to_message(active),
        since=time_to_message(report.since) if report.since else None,
        judged=counts.judged,
        differing=_tally(counts.differing),
        newly_blocked=_tally(counts.newly_blocked),
        newly_released=_tally(counts.newly_released),
        errors=_tally(counts.errors),
        timeouts=_tally(counts.timeouts),
        dropped=counts.dropped,
        rules=map(_difference, counts.rules),
        trouble=report.trouble,
    )


def report_from_message(
    message: messages.GetShadowReportResponse, reading: Reading
) -> tuple[PolicyRef, ShadowReport]:
    """Read the active policy, and how a candidate differs from it."""
    counts = ShadowCounts(
        judged=message.judged,
        differing=_tally_from(message.differing),
        newly_blocked=_tally_from(message.newly_blocked),
        newly_released=_tally_from(message.newly_released),
        errors=_tally_from(message.errors),
        timeouts=_tally_from(message.timeouts),
        dropped=message.dropped,
        rules=tuple(
            _difference_from(rule, reading.part("rules", at))
            for at, rule in enumerate(message.rules)
        ),
    )
    report = ShadowReport(
        candidate=policy_from_message(message.candidate) if message.HasField("candidate") else None,
        since=reading.time("since", message.since) if message.HasField("since") else None,
        counts=counts,
        trouble=message.trouble,
    )
    return policy_from_message(message.active), report


def _profile(profile: Profile) -> messages.Profile:
    return messages.Profile(
        name=profile.name,
        title=profile.title,
        certificate=profile.certificate,
        certificate_type=profile.certificate_type.value,
    )


def _list(found: NameList) -> messages.NameList:
    return messages.NameList(
        name=found.name,
        of=found.of.value,
        entries=len(found.entries),
        owner=found.owner,
        source=found.source,
        date=time_to_message(found.date),
        good_until=time_to_message(found.good_until) if found.good_until else None,
    )


def _tally(tally: Tally) -> messages.DecisionTally:
    return messages.DecisionTally(count=tally.count, examples=tally.examples)


def _tally_from(message: messages.DecisionTally) -> Tally:
    return Tally(message.count, tuple(message.examples))


def _difference(rule: RuleDifference) -> messages.RuleDifference:
    return messages.RuleDifference(
        rule_id=rule.rule_id,
        active=MODES.number(rule.active) if rule.active else MODE_UNSPECIFIED,
        candidate=MODES.number(rule.candidate) if rule.candidate else MODE_UNSPECIFIED,
        newly_fails=_tally(rule.newly_fails),
        no_longer_fails=_tally(rule.no_longer_fails),
        fails_otherwise=_tally(rule.fails_otherwise),
    )


def _difference_from(message: messages.RuleDifference, reading: Reading) -> RuleDifference:
    def mode(name: str, number: int) -> Mode | None:
        return reading.word(name, number, MODES) if number else None

    return RuleDifference(
        rule_id=message.rule_id,
        active=mode("active", message.active),
        candidate=mode("candidate", message.candidate),
        newly_fails=_tally_from(message.newly_fails),
        no_longer_fails=_tally_from(message.no_longer_fails),
        fails_otherwise=_tally_from(message.fails_otherwise),
    )
