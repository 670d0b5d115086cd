"""What an identity is kept to, beyond its roles: accounts, issuers, profiles, methods."""

from dataclasses import dataclass, fields

from gate.baseline import ACME_METHODS
from gate.model import Applicant, Evidence, IssuanceContext, Order, Validation
from gate.policy.quoting import quoted
from gate.rpc.status import PermissionDenied


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The values an identity may name; None leaves it free.

    `methods` are sections of the BR (`3.2.2.4.7`). What an identity may name it may not
    leave out either: an empty account is in no scope.
    """

    accounts: frozenset[str] | None = None
    issuers: frozenset[str] | None = None
    profiles: frozenset[str] | None = None
    methods: frozenset[str] | None = None

    @property
    def limits(self) -> frozenset[str]:
        """The names of what is limited, such as `accounts`."""
        return frozenset(each.name for each in fields(self) if getattr(self, each.name) is not None)

    def require(self, what: IssuanceContext | Evidence) -> None:
        """Raise PermissionDenied unless all that this names lies within the scope."""
        match what:
            case IssuanceContext():
                self.require_account(what.account)
                _require("issuer", what.issuer, self.issuers)
                _require("profile", what.profile, self.profiles)
            case Order():
                self.require_account(what.account)
                _require("profile", what.profile, self.profiles)
            case Applicant():
                self.require_account(what.account)
            case Validation():
                section = ACME_METHODS.get((what.identifier.type, what.method), what.method)
                _require("method", section, self.methods)
            case _:
                pass

    def require_account(self, account: str) -> None:
        """Raise PermissionDenied unless the account lies within the scope."""
        _require("account", account, self.accounts)


def _require(name: str, value: str, allowed: frozenset[str] | None) -> None:
    if allowed is not None and value not in allowed:
        raise PermissionDenied(
            f"this identity is limited to some {name}s, and {quoted(value)} is not among them"
        )
