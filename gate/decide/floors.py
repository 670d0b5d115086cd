"""The floors: what no policy can loosen, in the order in which they are told.

Each is one small function that yields what is wrong with a case. They read only the case,
the tables of `gate.baseline`, and which rules and linters the policy has.
"""

from collections.abc import Iterator

from gate.baseline import MAX_VALIDITY, limit_at
from gate.decide.outcomes import Floor
from gate.decide.reliance import baseline_refusal
from gate.errors import Malformed
from gate.facts import common_name_identifier
from gate.model import (
    TEST_PURPOSES,
    BlockCause,
    Case,
    Finding,
    IdentifierFacts,
    LinterStatus,
    Purpose,
    Severity,
    Stage,
    Trust,
)
from gate.policy import Policy
from gate.policy.quoting import quoted
from gate.x509 import GeneralNameKind, TBSCertificate

JUDGED_NAMES = frozenset({GeneralNameKind.DNS_NAME, GeneralNameKind.IP_ADDRESS})


def _wrong(code: str, message: str, location: str = "") -> Finding:
    return Finding(code=code, severity=Severity.ERROR, message=message, location=location)


def always(_: Case) -> bool:
    """Every case, whatever its bytes and issuer are."""
    return True


def readable(case: Case) -> bool:
    """Cases whose bytes are a TBSCertificate."""
    return not isinstance(case.certificate, Malformed)


def public(case: Case) -> bool:
    """Cases for an issuer that relying parties at large trust; an unknown one counts as such."""
    return case.issuer is None or case.issuer.trust is Trust.PUBLIC


def readable_and_public(case: Case) -> bool:
    """Cases in which the Baseline Requirements bind the content."""
    return readable(case) and public(case)


def judge_bytes(case: Case, _: Policy) -> Iterator[Finding]:
    """The bytes are one TBSCertificate in DER, and two readers see the same in it."""
    if isinstance(case.certificate, Malformed):
        yield Finding(
            code="gate.tbs_malformed", severity=Severity.FATAL, message=str(case.certificate)
        )
    yield from (found for found in case.disagreements if found.severity is Severity.FATAL)


def judge_failures(case: Case, _: Policy) -> Iterator[Finding]:
    """All evidence could be read."""
    yield from case.failures


def judge_account(case: Case, _: Policy) -> Iterator[Finding]:
    """The account belongs to a recorded applicant."""
    if not case.applicant and not case.failures:
        account = case.request.context.account
        yield _wrong(
            "gate.account_unknown",
            f"no applicant is recorded for the account {quoted(account)}",
            "context.account",
        )


def judge_issuer(case: Case, _: Policy) -> Iterator[Finding]:
    """The issuer is known, and the bytes name this issuer and its key."""
    named = case.request.context.issuer
    if case.issuer is None:
        yield _wrong(
            "gate.issuer_unknown", f"the gate knows no issuer {quoted(named)}", "context.issuer"
        )
        return
    if isinstance(case.certificate, Malformed):
        return
    if case.certificate.issuer.der != case.issuer.subject:
        yield _wrong(
            "gate.issuer_name_differs",
            f"the issuer name in the bytes is not the subject of `{case.issuer.name}`",
            "issuer",
        )
    key_id = case.certificate.authority_key_identifier
    if key_id and key_id != case.issuer.subject_key_identifier:
        yield _wrong(
            "gate.issuer_key_differs",
            f"the authorityKeyIdentifier is not that of `{case.issuer.name}`",
            "authority_key_identifier",
        )


def judge_profile(case: Case, policy: Policy) -> Iterator[Finding]:
    """The profile is one of the policy's."""
    if case.request.context.profile not in policy.profiles:
        yield _wrong(
            "gate.profile_unknown",
            f"the policy has no profile {quoted(case.request.context.profile)}",
            "context.profile",
        )


def judge_environment(case: Case, _: Policy) -> Iterator[Finding]:
    """Request, gate and issuer belong to one environment."""
    asked = case.request.context.environment
    if asked != case.environment.value:
        yield _wrong(
            "gate.environment_other",
            f"the request is for {quoted(asked)}, and this gate is for `{case.environment.value}`",
            "context.environment",
        )
    if case.issuer is not None and case.issuer.environment is not case.environment:
        yield _wrong(
            "gate.issuer_of_other_environment",
            f"the issuer `{case.issuer.name}` belongs to `{case.issuer.environment.value}`, "
            f"and this gate to `{case.environment.value}`",
            "context.issuer",
        )


def judge_purpose(case: Case, _: Policy) -> Iterator[Finding]:
    """The purpose is said, and no test goes to a public issuer."""
    purpose = case.request.context.purpose
    if purpose is Purpose.UNSPECIFIED:
        yield _wrong("gate.purpose_unspecified", "the purpose is missing", "context.purpose")
    if purpose in TEST_PURPOSES and public(case):
        yield _wrong(
            "gate.test_for_public_issuer",
            f"purpose {purpose.value} never gets a certificate from a public issuer",
            "context.purpose",
        )


def judge_names(case: Case, _: Policy) -> Iterator[Finding]:
    """Every name in the certificate is of a kind that can be validated."""
    certificate = _certificate(case)
    if not certificate.subject_alt_name:
        yield _wrong("gate.names_missing", "there is no subjectAltName", "subject_alt_name")
    for at, name in enumerate(certificate.subject_alt_name):
        if name.kind not in JUDGED_NAMES:
            yield _wrong(
                "gate.name_unjudged",
                f"{name.kind.name} is no name that can be validated",
                f"subject_alt_name[{at}]",
            )
    in_san = {
        facts.identifier
        for facts in case.identifiers
        if facts.location.startswith("subject_alt_name")
    }
    for text in certificate.common_names:
        if common_name_identifier(text) not in in_san:
            yield _wrong(
                "gate.common_name_not_in_san",
                f"the common name {quoted(text)} is not in the subjectAltName",
                "subject.common_name",
            )


def judge_validations(case: Case, _: Policy) -> Iterator[Finding]:
    """This applicant showed control of every name, recently and by a permitted method."""
    for facts in case.identifiers:
        problem = _validation_problem(facts, case)
        if problem:
            yield _wrong(
                "gate.identifier_not_validated",
                f"{quoted(str(facts.identifier))}: {problem}",
                facts.location,
            )


def _validation_problem(facts: IdentifierFacts, case: Case) -> str | None:
    if facts.relied_on is not None:
        refusal = baseline_refusal(facts.relied_on.evidence, facts, case)
        return f"the validation cannot be relied on: {refusal}" if refusal else None
    if facts.validated_for_others:
        return "validated for another applicant only"
    return "never validated"


def judge_validity(case: Case, _: Policy) -> Iterator[Finding]:
    """The validity period is within the limit on the day of issuance, both ends counted."""
    limit = limit_at(MAX_VALIDITY, case.at, case.release_ends)
    seconds = _certificate(case).validity_seconds
    if seconds > limit.total_seconds():
        yield _wrong(
            "gate.validity_too_long",
            f"valid for {seconds} seconds, and {limit.days} days "
            f"({int(limit.total_seconds())} seconds) are the limit",
            "validity",
        )


def judge_linters(case: Case, policy: Policy) -> Iterator[Finding]:
    """Every linter that the policy requires gave its whole answer."""
    reports = {report.name: report for report in case.linters}
    for name in policy.required_linters:
        report = reports.get(name)
        status = report.status if report else LinterStatus.MISSING
        if status is not LinterStatus.COMPLETED:
            why = "; ".join(found.message for found in report.findings) if report else ""
            yield _wrong(
                "gate.linter_incomplete",
                f"{name}: {status.value.lower().replace('_', ' ')}{': ' if why else ''}{why}",
            )


def judge_stage(case: Case, _: Policy) -> Iterator[Finding]:
    """The stage is said, the bytes are of that stage, and a final has its precertificate."""
    stage = case.request.context.stage
    if stage is Stage.UNSPECIFIED:
        yield _wrong("gate.stage_unspecified", "the stage is missing", "context.stage")
        return
    poisoned = readable(case) and _certificate(case).poisoned
    if readable(case) and poisoned is not (stage is Stage.PRECERTIFICATE):
        yield _wrong(
            "gate.stage_differs",
            f"the stage is {stage.value}, and the bytes "
            f"{'have' if poisoned else 'lack'} the precertificate poison",
            "context.stage",
        )
    if stage is Stage.CERTIFICATE and public(case):
        yield _wrong(
            "gate.correspondence_not_judged",
            "a certificate of a public issuer must correspond to its released precertificate, "
            "and this gate does not judge correspondence yet: ask for the precertificate",
            "context.stage",
        )


def _certificate(case: Case) -> TBSCertificate:
    if isinstance(case.certificate, Malformed):
        raise case.certificate
    return case.certificate


FLOORS = (
    Floor(
        rule_id="floor.bytes",
        title="The bytes are one well-formed TBSCertificate, and two readers agree on it",
        cause=BlockCause.MALFORMED,
        references=("RFC 5280 4.1",),
        applies=always,
        judge=judge_bytes,
    ),
    Floor(
        rule_id="floor.evidence",
        title="All evidence could be read",
        cause=BlockCause.GATE_FAILURE,
        references=(),
        applies=always,
        judge=judge_failures,
    ),
    Floor(
        rule_id="floor.issuer",
        title="The issuer is known, and the bytes name it and its key",
        cause=BlockCause.POLICY,
        references=("BR 7.1.2.7", "BR 7.1.4.1", "BR 7.1.2.11.1"),
        applies=always,
        judge=judge_issuer,
    ),
    Floor(
        rule_id="floor.account",
        title="The account belongs to a recorded applicant",
        cause=BlockCause.EVIDENCE_MISSING,
        references=("BR 4.1.2",),
        applies=always,
        judge=judge_account,
    ),
    Floor(
        rule_id="floor.profile",
        title="The profile is one of the policy's",
        cause=BlockCause.POLICY,
        references=("BR 7.1.2",),
        applies=always,
        judge=judge_profile,
    ),
    Floor(
        rule_id="floor.environment",
        title="Request, gate and issuer belong to one environment",
        cause=BlockCause.POLICY,
        references=(),
        applies=always,
        judge=judge_environment,
    ),
    Floor(
        rule_id="floor.purpose",
        title="The purpose is said, and no test goes to a public issuer",
        cause=BlockCause.POLICY,
        references=("BR 1.1", "BR 2.2"),
        applies=always,
        judge=judge_purpose,
    ),
    Floor(
        rule_id="floor.correspondence",
        title="The bytes are of the stage asked for; a final corresponds to its precertificate",
        cause=BlockCause.POLICY,
        references=("BR 4.3.1.2", "BR 7.1.2.9", "RFC 6962 3.2"),
        applies=always,
        judge=judge_stage,
    ),
    Floor(
        rule_id="floor.names",
        title="Every name in the certificate is of a kind that can be validated",
        cause=BlockCause.POLICY,
        references=("BR 7.1.2.7.12", "BR 7.1.4.3"),
        applies=readable,
        judge=judge_names,
    ),
    Floor(
        rule_id="floor.validation",
        title="This applicant showed control of every name, recently and by a permitted method",
        cause=BlockCause.EVIDENCE_MISSING,
        references=("BR 3.2.2.4", "BR 3.2.2.5", "BR 4.2.1"),
        applies=readable_and_public,
        judge=judge_validations,
    ),
    Floor(
        rule_id="floor.validity",
        title="The validity period is within the limit of the day",
        cause=BlockCause.POLICY,
        references=("BR 6.3.2",),
        applies=readable_and_public,
        judge=judge_validity,
    ),
    Floor(
        rule_id="floor.linters",
        title="Every required linter gave its whole answer",
        cause=BlockCause.GATE_FAILURE,
        references=("BR 4.3.1.2",),
        applies=readable,
        judge=judge_linters,
    ),
)
"""Every floor but the last, which looks at what the policy's rules judged."""
