"""Floors on the context of a request: who, for what, where."""

from collections.abc import Iterator

from gate.decide.floors.applying import public, readable, wrong
from gate.errors import Malformed
from gate.model import TEST_PURPOSES, Case, Finding, Purpose, Severity, Stage
from gate.policy import Policy
from gate.policy.quoting import quoted
from gate.policy.requirement import certificate_of


def judge_bytes(case: Case, _: Policy) -> Iterator[Finding]:
    """The bytes are one TBSCertificate in DER, and two readers see the same in it."""
    if isinstance(case.certificate, Malformed):
        yield Finding(
            code="gate.tbs_malformed", severity=Severity.FATAL, message=str(case.certificate)
        )
    yield from (found for found in case.disagreements if found.severity is Severity.FATAL)


def judge_account(case: Case, _: Policy) -> Iterator[Finding]:
    """The account belongs to a recorded applicant."""
    if not case.applicant and not case.failures:
        account = case.request.context.account
        yield wrong(
            "gate.account_unknown",
            f"no applicant is recorded for the account {quoted(account)}",
            "context.account",
        )


def judge_issuer(case: Case, _: Policy) -> Iterator[Finding]:
    """The issuer is known, and the bytes name this issuer and its key."""
    named = case.request.context.issuer
    if case.issuer is None:
        yield wrong(
            "gate.issuer_unknown", f"the gate knows no issuer {quoted(named)}", "context.issuer"
        )
        return
    if isinstance(case.certificate, Malformed):
        return
    if case.certificate.issuer.der != case.issuer.subject:
        yield wrong(
            "gate.issuer_name_differs",
            f"the issuer name in the bytes is not the subject of `{case.issuer.name}`",
            "issuer",
        )
    key_id = case.certificate.authority_key_identifier
    if key_id and key_id != case.issuer.subject_key_identifier:
        yield wrong(
            "gate.issuer_key_differs",
            f"the authorityKeyIdentifier is not that of `{case.issuer.name}`",
            "authority_key_identifier",
        )


def judge_profile(case: Case, policy: Policy) -> Iterator[Finding]:
    """The profile is one of the policy's."""
    if case.request.context.profile not in policy.profiles:
        yield wrong(
            "gate.profile_unknown",
            f"the policy has no profile {quoted(case.request.context.profile)}",
            "context.profile",
        )


def judge_environment(case: Case, _: Policy) -> Iterator[Finding]:
    """Request, gate and issuer belong to one environment."""
    asked = case.request.context.environment
    if asked != case.environment.value:
        yield wrong(
            "gate.environment_other",
            f"the request is for {quoted(asked)}, and this gate is for `{case.environment.value}`",
            "context.environment",
        )
    if case.issuer is not None and case.issuer.environment is not case.environment:
        yield wrong(
            "gate.issuer_of_other_environment",
            f"the issuer `{case.issuer.name}` belongs to `{case.issuer.environment.value}`, "
            f"and this gate to `{case.environment.value}`",
            "context.issuer",
        )


def judge_purpose(case: Case, _: Policy) -> Iterator[Finding]:
    """The purpose is said, and no test goes to a public issuer."""
    purpose = case.request.context.purpose
    if purpose is Purpose.UNSPECIFIED:
        yield wrong("gate.purpose_unspecified", "the purpose is missing", "context.purpose")
    if purpose in TEST_PURPOSES and public(case):
        yield wrong(
            "gate.test_for_public_issuer",
            f"purpose {purpose.value} never gets a certificate from a public issuer",
            "context.purpose",
        )


def judge_stage(case: Case, _: Policy) -> Iterator[Finding]:
    """The stage is said, the bytes are of that stage, and a final has its precertificate."""
    stage = case.request.context.stage
    if stage is Stage.UNSPECIFIED:
        yield wrong("gate.stage_unspecified", "the stage is missing", "context.stage")
        return
    poisoned = readable(case) and certificate_of(case).poisoned
    if readable(case) and poisoned is not (stage is Stage.PRECERTIFICATE):
        yield wrong(
            "gate.stage_differs",
            f"the stage is {stage.value}, and the bytes "
            f"{'have' if poisoned else 'lack'} the precertificate poison",
            "context.stage",
        )
    if stage is Stage.CERTIFICATE and public(case):
        yield wrong(
            "gate.correspondence_not_judged",
            "a certificate of a public issuer must correspond to its released precertificate, "
            "and this gate does not judge correspondence yet: ask for the precertificate",
            "context.stage",
        )
