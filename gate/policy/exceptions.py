"""Exceptions: dated, scoped, doubly approved leave to break one rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gate.model import Case, Identifier, IdentifierType
from gate.policy.approvals import NEEDED, Approvable, Approval, Approved, Text, stated_time
from gate.x509 import TBSCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionScope:
    """Which certificates an exception is for: every part that is given must fit.

    `identifiers` are all that such a certificate may name, wildcards as they are written;
    `serials` are serial numbers, `keys` the SHA-256 of a SubjectPublicKeyInfo.
    """

    identifiers: tuple[Identifier, ...]
    accounts: tuple[str, ...] | None = None
    serials: tuple[int, ...] | None = None
    keys: tuple[bytes, ...] | None = None

    def covers(self, case: Case) -> bool:
        """Whether the case lies in the scope with every name that its certificate has."""
        certificate = case.certificate
        named = {facts.identifier for facts in case.identifiers}
        return (
            isinstance(certificate, TBSCertificate)
            and bool(named)
            and named.issubset(self.identifiers)
            and (self.accounts is None or case.request.context.account in self.accounts)
            and (self.serials is None or certificate.serial_number in self.serials)
            and (self.keys is None or certificate.spki_sha256 in self.keys)
        )

    @property
    def fields(self) -> Mapping[str, Text]:
        """The scope as it is signed."""
        return {
            "accounts": list(self.accounts or ()),
            "dns": _values(self.identifiers, IdentifierType.DNS),
            "ip": _values(self.identifiers, IdentifierType.IP),
            "serials": [f"{serial:x}" for serial in self.serials or ()],
            "keys": [key.hex() for key in self.keys or ()],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyException:
    """Leave for certificates of a scope to break one rule, from `starts` until `expires`.

    It is of no effect before its last approval, at `expires` and after, or with fewer than
    two approvals.
    """

    exception_id: str
    rule_id: str
    scope: ExceptionScope
    reason: str
    ticket: str
    starts: datetime
    expires: datetime
    requested_by: str
    approvals: tuple[Approval, ...] = ()

    @property
    def approved(self) -> bool:
        """Whether it has all the approvals it needs."""
        return len(self.approvals) >= NEEDED

    @property
    def begins(self) -> datetime:
        """From when on it is of effect, once it is approved."""
        return max((self.starts, *(approval.at for approval in self.approvals)))

    def covers(self, case: Case) -> bool:
        """Whether it is in force for this case during the whole life of a release."""
        in_force = self.begins <= case.at and case.release_ends < self.expires
        return self.approved and in_force and self.scope.covers(case)

    def approvable(self, policy: str) -> Approvable:
        """What is signed of it, in the policy of this name: all but the approvals."""
        fields: dict[str, Text] = {
            "id": self.exception_id,
            "rule": self.rule_id,
            "scope": self.scope.fields,
            "reason": self.reason,
            "ticket": self.ticket,
            "starts": stated_time(self.starts),
            "expires": stated_time(self.expires),
            "requested_by": self.requested_by,
        }
        return Approvable(type=Approved.EXCEPTION, policy=policy, fields=fields)


def _values(identifiers: tuple[Identifier, ...], type_: IdentifierType) -> list[str]:
    return [identifier.value for identifier in identifiers if identifier.type is type_]
