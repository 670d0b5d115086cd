"""`gate evaluate --local`: the same judging as in a gate, on evidence from a file."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from gate.baseline import ACME_METHODS
from gate.cli.evidence_lines import read_evidence_lines
from gate.cli.exit_code import WrongUsage
from gate.cli.files import read_certificate_file
from gate.config import check_policy, lint, now
from gate.decide import decide
from gate.errors import Malformed
from gate.facts import EvidenceFound, identifiers, join
from gate.model import (
    Applicant,
    Decision,
    Environment,
    Evidence,
    IssuanceContext,
    IssuanceRequest,
    Issuer,
    LinterReport,
    Order,
    Recorded,
    Stage,
    Trust,
    Validation,
    ancestors,
)
from gate.policy import Policy
from gate.x509 import TBSCertificate, complete, read_tbs_certificate

RELEASE_LIFETIME = timedelta(seconds=60)


def add_local(parser: argparse.ArgumentParser) -> None:
    """Give `evaluate` the flags for judging without a gate."""
    group = parser.add_argument_group(
        "judge here", "with the real rules and linters; nothing is recorded, nothing released"
    )
    group.add_argument("--local", action="store_true", help="judge here, without a gate")
    group.add_argument("--policy", type=Path, metavar="DIR", help="the policy's folder")
    group.add_argument("--evidence", metavar="FILE", help="what is known, in JSON lines")
    group.add_argument("--issuer", metavar="CERT", help="the issuing CA's certificate")
    group.add_argument(
        "--trust", choices=[trust.value for trust in Trust], default="public", help="in the issuer"
    )
    group.add_argument(
        "--environment",
        choices=[environment.value for environment in Environment],
        default="production",
        help="of the gate and the issuer (default: production)",
    )


def judge_here(
    options: argparse.Namespace, tbs_certificate: bytes, context: IssuanceContext
) -> Decision:
    """The decision that a gate with this policy, issuer and evidence would come to now.

    It is made as in a dry run: its verdict is never RELEASE.
    """
    needed = ("policy", "evidence", "issuer")
    missing = [f"--{name}" for name in needed if getattr(options, name) is None]
    if missing:
        raise WrongUsage(f"to judge here, give {', '.join(missing)}")
    environment, at = Environment(options.environment), now()
    request = IssuanceRequest(
        request_id="", caller="", tbs_certificate=tbs_certificate, context=context
    )
    issuer = Issuer.read(
        name=context.issuer,
        environment=environment,
        trust=Trust(options.trust),
        certificate=read_certificate_file(options.issuer).certificate,
    )
    policy, certificate = check_policy(options.policy), _read(tbs_certificate)
    records = _recorded(read_evidence_lines(options.evidence), at)
    case = join(
        request=request,
        certificate=certificate,
        issuer=issuer,
        evidence=_find(records, context, certificate),
        linters=_lint(policy, context, certificate),
        environment=environment,
        dry_run=True,
        at=at,
        release_ends=at + RELEASE_LIFETIME,
    )
    return decide(case, policy)


def _read(der: bytes) -> TBSCertificate | Malformed:
    try:
        return read_tbs_certificate(der)
    except Malformed as error:
        return error


def _lint(
    policy: Policy, context: IssuanceContext, certificate: TBSCertificate | Malformed
) -> tuple[LinterReport, ...]:
    profile = policy.profiles.get(context.profile)
    if profile is None or isinstance(certificate, Malformed):
        return ()
    stage = Stage.PRECERTIFICATE if certificate.poisoned else Stage.CERTIFICATE
    (reports,) = lint([(complete(certificate.der), stage)], profile.certificate_type)
    return reports


def _recorded(evidence: Sequence[Evidence], at: datetime) -> list[Recorded[Evidence]]:
    return [
        Recorded(
            record_id=f"line {number}",
            recorded_at=at,
            recorded_by="",
            log_index=number,
            evidence=_as_recorded(each),
        )
        for number, each in enumerate(evidence, start=1)
    ]


def _as_recorded(evidence: Evidence) -> Evidence:
    """As the registry takes it down: ACME's names of challenges become sections of the BR."""
    if not isinstance(evidence, Validation):
        return evidence
    method = ACME_METHODS.get((evidence.identifier.type, evidence.method), evidence.method)
    return replace(evidence, method=method)


def _find(
    records: Sequence[Recorded[Evidence]],
    context: IssuanceContext,
    certificate: TBSCertificate | Malformed,
) -> EvidenceFound:
    """What a gate would find for this request, the newest order and applicant last."""
    applicant: Recorded[Applicant] | None = None
    order: Recorded[Order] | None = None
    validations: list[Recorded[Validation]] = []
    covering = _covering(certificate)
    for record in records:
        match record.evidence:
            case Applicant(account=account) if account == context.account:
                applicant = record  # type: ignore[assignment]  # the match has told its type
            case Order(order_id=order_id) if order_id == context.order_id:
                order = record  # type: ignore[assignment]  # the match has told its type
            case Validation() as found if (found.identifier.type, found.scope) in covering:
                validations.append(record)  # type: ignore[arg-type]  # the match has told its type
            case _:
                pass
    return EvidenceFound(applicant=applicant, order=order, validations=tuple(validations))


def _covering(certificate: TBSCertificate | Malformed) -> set[tuple[object, str]]:
    if isinstance(certificate, Malformed):
        return set()
    return {
        (identifier.type, name)
        for identifier, _ in identifiers(certificate)
        for name in (identifier.fqdn, *ancestors(identifier.fqdn))
    }
