"""Cases for the kinds of rule, built of facts directly: right in everything unless changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from gate.model import (
    ADNDerivation,
    Case,
    Environment,
    Identifier,
    IdentifierFacts,
    IdentifierType,
    IssuanceContext,
    IssuanceRequest,
    LinterReport,
    LinterStatus,
    Order,
    Purpose,
    Recorded,
    Stage,
    Validation,
)
from gate.policy import Rule
from gate.x509 import TBSCertificate, read_tbs_certificate
from tests import pki
from tests.policy.bundles import loaded, policy_with

NOW = pki.NOW
NAME = "www.plovidba.hr"


@cache
def certificate(*names: str, days: int = 90, subject: tuple[Any, ...] = ()) -> TBSCertificate:
    """A certificate for these names."""
    return read_tbs_certificate(pki.precertificate(*(names or (NAME,)), days=days, subject=subject))


def identifier(text: str) -> Identifier:
    """A DNS name, or an address where it has colons or digits and dots only."""
    is_ip = ":" in text or text.replace(".", "").isdigit()
    return Identifier(IdentifierType.IP if is_ip else IdentifierType.DNS, text)


def validation(name: str = NAME, *, domain: str = "", **changes: Any) -> Recorded[Validation]:
    """A validation of yesterday, recorded."""
    found = identifier(name)
    is_ip = found.type is IdentifierType.IP
    fields: dict[str, Any] = {
        "applicant": "applicant",
        "identifier": found,
        "authorization_domain": domain or ("" if is_ip else found.fqdn),
        "adn_derivation": ADNDerivation.PRUNED if domain else ADNDerivation.EXACT,
        "method": "3.2.2.5.6" if is_ip else "3.2.2.4.7",
        "initiated_at": NOW - timedelta(days=1),
        "oldest_datum_at": NOW - timedelta(days=1),
        "completed_at": NOW - timedelta(days=1),
        "performed_by": "ca",
        "br_version": "2.2.6",
    }
    evidence = Validation(**{**fields, **changes})
    return Recorded(
        record_id="r1", recorded_at=NOW, recorded_by="validator", log_index=1, evidence=evidence
    )


def facts(
    name: str = NAME,
    *,
    relied_on: Recorded[Validation] | None = None,
    candidates: Sequence[Recorded[Validation]] = (),
    others: bool = False,
    at: int = 0,
) -> IdentifierFacts:
    """One identifier with what was recorded of it."""
    return IdentifierFacts(
        identifier=identifier(name),
        location=f"subject_alt_name[{at}]",
        candidates=(*candidates, *([relied_on] if relied_on else [])),
        relied_on=relied_on,
        validated_for_others=others,
    )


def order(*names: str, **changes: Any) -> Recorded[Order]:
    """The order that the case's context names, recorded."""
    fields: dict[str, Any] = {
        "order_id": "order-1",
        "account": "alice",
        "identifiers": tuple(identifier(name) for name in names or (NAME,)),
        "spki_sha256": certificate().spki_sha256,
        "profile": "tls-dv",
        "purpose": Purpose.SUBSCRIBER,
        "requested_by": "someone",
    }
    return Recorded(
        record_id="o1",
        recorded_at=NOW,
        recorded_by="registrar",
        log_index=0,
        evidence=Order(**{**fields, **changes}),
    )


def case(
    *names: str,
    at: datetime = NOW,
    lasting: float = 60,
    context: dict[str, Any] | None = None,
    **changes: Any,
) -> Case:
    """A case for these names, each validated; `lasting` is a release's life in seconds."""
    names = names or (NAME,)
    asked: dict[str, Any] = {
        "order_id": "order-1",
        "account": "alice",
        "issuer": "public-r1",
        "profile": "tls-dv",
        "environment": "production",
        "purpose": Purpose.SUBSCRIBER,
        "stage": Stage.PRECERTIFICATE,
        "requested_by": "someone",
    }
    whole = Case(
        request=IssuanceRequest(
            request_id="q1",
            caller="requester",
            tbs_certificate=b"",
            context=IssuanceContext(**{**asked, **(context or {})}),
        ),
        certificate=certificate(),
        disagreements=(),
        issuer=pki.issuer(),
        applicant="applicant",
        order=order(*names),
        identifiers=tuple(
            facts(name, relied_on=validation(name), at=at) for at, name in enumerate(names)
        ),
        linters=(LinterReport(name="pkilint", version="1", status=LinterStatus.COMPLETED),),
        failures=(),
        environment=Environment.PRODUCTION,
        dry_run=False,
        at=at,
        release_ends=at + timedelta(seconds=lasting),
    )
    return replace(whole, **changes)


def rule(rule_id: str, *change: str) -> Rule:
    """A rule of the small policy; `change` is an old and a new text of its file."""
    policy = loaded(policy=policy_with(*change)) if change else loaded()
    return next(each for each in policy.rules if each.rule_id == rule_id)


def messages(judged: Rule, *cases: Case) -> list[str]:
    """What the rule finds in these cases."""
    return [finding.message for each in cases for finding in judged.judge(each)]
