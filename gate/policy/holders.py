"""Approved holders: high-value identifiers, open to the one applicant who really has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gate.model import Case, Finding, Identifier, IdentifierType, Severity, ancestors
from gate.policy.approvals import NEEDED, Approvable, Approval, Approved, Text, stated_time
from gate.policy.change import Change
from gate.policy.differences import Difference
from gate.policy.quoting import quoted
from gate.policy.sentences import date_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedHolder:
    """Two people's word that an identifier is this applicant's, until it is to be reviewed.

    A DNS name stands for itself, the names below it and its wildcard; an address for exactly
    itself. It says nothing of validations: these are needed as for any other identifier.
    """

    holder_id: str
    identifier: Identifier
    applicant: str
    review: datetime
    reason: str
    requested_by: str
    approvals: tuple[Approval, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether it has all the approvals it needs."""
        return len(self.approvals) >= NEEDED

    def names(self, identifier: Identifier, case: Case) -> bool:
        """Whether the entry is of this identifier and of the applicant of the case."""
        if not self.approved or case.applicant != self.applicant:
            return False
        if self.identifier.type is IdentifierType.IP:
            return identifier == self.identifier
        return identifier.type is IdentifierType.DNS and self.identifier.value in ancestors(
            identifier.fqdn
        )

    def in_force(self, case: Case) -> bool:
        """Whether the approvals had been given, and no review falls due in a release's life."""
        return (
            all(approval.at <= case.at for approval in self.approvals)
            and case.release_ends < self.review
        )

    def approvable(self, policy: str) -> Approvable:
        """What is signed of it, in the policy of this name: all but the approvals."""
        fields: dict[str, Text] = {
            "id": self.holder_id,
            "identifier": str(self.identifier),
            "applicant": self.applicant,
            "review": stated_time(self.review),
            "reason": self.reason,
            "requested_by": self.requested_by,
        }
        return Approvable(type=Approved.HOLDER, policy=policy, fields=fields)


def open_to_holder(
    found: Finding, identifier: Identifier, case: Case, holders: Sequence[ApprovedHolder]
) -> Finding:
    """The finding that an identifier is listed; a mere notice where its holder asks for it.

    The notice stays in the decision, so that each use is told. Where the entry of this
    applicant is not in force, the finding says so.
    """
    own = [holder for holder in holders if holder.names(identifier, case)]
    for holder in own:
        if holder.in_force(case):
            until = date_of(holder.review)
            text = f"open to its approved holder by {quoted(holder.holder_id)} until {until}"
            return replace(
                found,
                code=f"{found.code}.approved_holder",
                severity=Severity.NOTICE,
                message=f"{found.message}, and {text}",
            )
    if own:
        why = f"the entry {quoted(own[0].holder_id)} of its holder is not in force"
        return replace(found, message=f"{found.message}; {why}: its review may be due")
    return found


def between_holders(
    new: Sequence[ApprovedHolder] | None, old: Sequence[ApprovedHolder] | None
) -> Iterator[Difference]:
    """Whether a list is open to approved holders (None: it is not); who they are is told apart."""
    if (new is None) is not (old is None):
        change, now = (Change.STRICTER, "no longer") if new is None else (Change.LOOSER, "now")
        yield Difference(change, f"listed identifiers are {now} open to their approved holders")
