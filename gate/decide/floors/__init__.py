"""The floors: what no policy can loosen, in the order in which they are told.

Each is one small function that yields what is wrong with a case. They read only the case,
the tables of `gate.baseline`, and which rules and linters the policy has.
"""

from gate.decide.floors.applying import always, readable, readable_and_public
from gate.decide.floors.content import (
    judge_forbidden_names,
    judge_names,
    judge_subscriber,
    judge_validity,
)
from gate.decide.floors.context import (
    judge_account,
    judge_bytes,
    judge_environment,
    judge_issuer,
    judge_profile,
    judge_purpose,
    judge_stage,
)
from gate.decide.floors.evidence import judge_failures, judge_linters, judge_validations
from gate.decide.floors.issuer_limits import judge_issuer_limits
from gate.decide.outcomes import Floor
from gate.model import BlockCause

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
        rule_id="floor.issuer_limits",
        title="The certificate keeps within its issuer's validity, purposes, policies and names",
        cause=BlockCause.POLICY,
        references=("RFC 5280 4.2.1.10", "RFC 5280 6.1.3", "BR 7.1.2.10.5", "BR 7.1.2.10.6"),
        applies=readable,
        judge=judge_issuer_limits,
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
        rule_id="floor.forbidden_names",
        title="No name is reserved, in a reverse zone, or a wildcard for everybody's names",
        cause=BlockCause.POLICY,
        references=("BR 4.2.2", "BR 7.1.2.7.12", "BR 3.2.2.6"),
        applies=readable_and_public,
        judge=judge_forbidden_names,
    ),
    Floor(
        rule_id="floor.subscriber",
        title="The certificate is a subscriber's and no CA's",
        cause=BlockCause.POLICY,
        references=("BR 7.1.2.7.8", "BR 7.1.2.7.11"),
        applies=readable,
        judge=judge_subscriber,
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
