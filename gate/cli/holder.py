"""`gate holder`: whose the high-value identifiers are, and whose word that is."""

from gate.cli.approving import Entries, Entry
from gate.cli.commands import Commands
from gate.policy import ApprovedHolder, Policy
from gate.policy.quoting import quoted
from gate.policy.sentences import date_of

EXAMPLES = (
    "gate holder list policies/webpki-production",
    "gate holder approve HOLDER-1 --by NAME --key FILE policies/webpki-production",
)


def add(commands: Commands) -> None:
    """Add the command."""
    verbs = commands.add_verbs(
        "holder", "list and approve the holders of high-value identifiers", examples=EXAMPLES
    )
    HOLDERS.add_verbs(verbs)


def _entries(policy: Policy) -> list[Entry]:
    return [_entry(holder, policy.name) for holder in policy.holders]


def _entry(holder: ApprovedHolder, policy: str) -> Entry:
    return Entry(
        entry_id=holder.holder_id,
        what=(
            f"{quoted(str(holder.identifier))} is held by applicant {quoted(holder.applicant)} "
            f"until its review on {date_of(holder.review)}"
        ),
        told={"reason": holder.reason, "requested by": holder.requested_by},
        requested_by=holder.requested_by,
        approvals=holder.approvals,
        begins=max((each.at for each in holder.approvals), default=None),
        ends=holder.review,
        approvable=holder.approvable(policy),
    )


HOLDERS = Entries(noun="holder", file="holders.yaml", section="holders", of=_entries)
