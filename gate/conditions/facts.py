"""The facts of a case, as conditions read them."""

from datetime import datetime, timedelta

from google.protobuf.wrappers_pb2 import StringValue

from gate.conditions.certificate_facts import describe_certificate
from gate.conditions.v1.facts_pb2 import Facts, Request
from gate.conditions.v1.facts_pb2 import Identifier as IdentifierMessage
from gate.conditions.v1.facts_pb2 import Linter as LinterMessage
from gate.conditions.v1.facts_pb2 import Order as OrderMessage
from gate.errors import Malformed
from gate.model import Case, IdentifierFacts, LinterReport, Order, Recorded, Severity


def facts_of(case: Case) -> Facts:
    """Every fact of the case.

    Raises Malformed where the case lacks one that is always there: an unset text would read as
    an empty one, and make conditions true that should not be.
    """
    if isinstance(case.certificate, Malformed):
        raise case.certificate
    facts = Facts()
    try:
        _describe_request(facts.request, case)
        describe_certificate(facts.cert, case.certificate)
        for identifier in case.identifiers:
            _describe_identifier(facts.identifiers.add(), identifier, case)
        _describe_order(facts.order, case.order, case)
        for report in case.linters:
            _describe_linter(facts.linters.add(), report)
        facts.applicant.SetInParent()
        _give(facts.applicant.id, case.applicant)
        facts.at.FromDatetime(case.at)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"the facts cannot be told to a condition: {error}") from None
    return facts


def _describe_request(request: Request, case: Case) -> None:
    context = case.request.context
    request.environment = case.environment.value
    request.account = _needed(context.account, "account")
    request.profile = _needed(context.profile, "profile")
    request.issuer = _needed(context.issuer, "issuer")
    request.issuer_trust = case.issuer.trust.value if case.issuer else "unknown"
    request.purpose = context.purpose.value
    request.stage = context.stage.value
    _give(request.channel, context.channel)
    _give(request.requested_by, context.requested_by)


def _describe_identifier(message: IdentifierMessage, facts: IdentifierFacts, case: Case) -> None:
    identifier = facts.identifier
    message.type = identifier.type.value
    message.value = _needed(identifier.value, "identifier")
    message.fqdn = identifier.fqdn
    message.wildcard = identifier.wildcard
    message.location = facts.location
    message.validated = facts.relied_on is not None
    message.validated_for_others = facts.validated_for_others
    if facts.relied_on is None:
        return
    validation = facts.relied_on.evidence
    message.method.value = validation.method
    message.age_seconds.value = _age(validation.counts_from, case)
    _give(message.authorization_domain, validation.authorization_domain)
    message.adn_derivation.value = validation.adn_derivation.value
    _give(message.performed_by, validation.performed_by)
    _give(message.br_version, validation.br_version)
    message.imported.value = bool(facts.relied_on.import_id)


def _describe_order(message: OrderMessage, recorded: Recorded[Order] | None, case: Case) -> None:
    message.recorded = recorded is not None
    if recorded is None:
        return
    order = recorded.evidence
    message.account.value = order.account
    message.profile.value = order.profile
    message.purpose.value = order.purpose.value
    _give(message.requested_by, order.requested_by)
    message.identifiers.extend(each.value for each in order.identifiers)
    _give(message.spki_sha256, order.spki_sha256.hex())
    message.recorded_by.value = recorded.recorded_by
    message.age_seconds.value = _age(recorded.recorded_at, case)


def _describe_linter(message: LinterMessage, report: LinterReport) -> None:
    message.name = report.name
    message.version = report.version or "unknown"
    message.status = report.status.value
    codes = {
        Severity.INFO: message.infos,
        Severity.NOTICE: message.notices,
        Severity.WARNING: message.warnings,
        Severity.ERROR: message.errors,
        Severity.FATAL: message.fatals,
    }
    for finding in report.findings:
        codes[finding.severity].append(finding.code)


def _give(wrapper: StringValue, text: str) -> None:
    """Set an optional fact; an empty text is an absent one."""
    if text:
        wrapper.value = text


def _needed(text: str, what: str) -> str:
    if not text:
        raise Malformed(f"the request names no {what}, which conditions may ask for")
    return text


def _age(since: datetime, case: Case) -> int:
    """Seconds up to the end of the release, begun ones whole, so that a limit holds till then."""
    return -((since - case.release_ends) // timedelta(seconds=1))
