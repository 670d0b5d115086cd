"""Who may call what: identities come from client certificates, roles from the operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import cast

import grpc
from cryptography import x509

from gate.errors import ConfigError
from gate.model import Environment
from gate.rpc.scope import Scope
from gate.rpc.status import PermissionDenied, Unauthenticated


class Role(StrEnum):
    """What an identity may do."""

    REQUESTER = "requester"
    REGISTRAR = "registrar"
    VALIDATOR = "validator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    OPERATOR = "operator"


EXCLUSIVE = frozenset({Role.REQUESTER, Role.REGISTRAR, Role.VALIDATOR, Role.APPROVER})
"""In production no identity holds two of these: who asks brings no evidence."""

LIMITED_BY: Mapping[Role, frozenset[str]] = {
    Role.REQUESTER: frozenset({"accounts", "issuers", "profiles"}),
    Role.REGISTRAR: frozenset({"accounts", "profiles"}),
    Role.VALIDATOR: frozenset({"methods"}),
}
"""Which limits of a Scope mean something for which role."""

ISSUANCE_GATE = "gate.v1.IssuanceGateService"
EVIDENCE_REGISTRY = "gate.v1.EvidenceRegistryService"
DECISION_LOG = "gate.v1.DecisionLogService"
POLICY_CATALOG = "gate.v1.PolicyCatalogService"

ALLOWED: Mapping[str, frozenset[Role]] = {
    f"{ISSUANCE_GATE}/Evaluate": frozenset({Role.REQUESTER}),
    f"{ISSUANCE_GATE}/EvaluateBatch": frozenset({Role.REQUESTER}),
    f"{ISSUANCE_GATE}/Lint": frozenset({Role.REQUESTER, Role.AUDITOR, Role.OPERATOR}),
    f"{EVIDENCE_REGISTRY}/RecordOrder": frozenset({Role.REGISTRAR}),
    f"{EVIDENCE_REGISTRY}/RecordApplicant": frozenset({Role.REGISTRAR}),
    f"{EVIDENCE_REGISTRY}/RecordValidation": frozenset({Role.VALIDATOR}),
    f"{EVIDENCE_REGISTRY}/RevokeEvidence": frozenset(
        {Role.REGISTRAR, Role.VALIDATOR, Role.APPROVER}
    ),
    # Of these two, each record needs the role that its kind needs; the servicer sees to that.
    f"{EVIDENCE_REGISTRY}/ImportEvidence": frozenset({Role.REGISTRAR, Role.VALIDATOR}),
    f"{EVIDENCE_REGISTRY}/ApproveImport": frozenset({Role.APPROVER}),
    f"{EVIDENCE_REGISTRY}/ListEvidence": frozenset(
        {Role.REGISTRAR, Role.VALIDATOR, Role.APPROVER, Role.AUDITOR}
    ),
    # A requester reads its own decisions only; the servicer sees to that.
    f"{DECISION_LOG}/GetDecision": frozenset({Role.REQUESTER, Role.AUDITOR, Role.OPERATOR}),
    f"{DECISION_LOG}/GetCheckpoint": frozenset({Role.REQUESTER, Role.AUDITOR, Role.OPERATOR}),
    # A requester reads what decisions tell it too; the servicer sees to that.
    f"{POLICY_CATALOG}/GetActivePolicy": frozenset({Role.REQUESTER, Role.AUDITOR, Role.OPERATOR}),
    f"{POLICY_CATALOG}/ListRules": frozenset({Role.AUDITOR, Role.OPERATOR}),
    f"{POLICY_CATALOG}/GetShadowReport": frozenset({Role.AUDITOR, Role.OPERATOR}),
}
"""The roles of which a peer needs one, for every RPC; what is not listed is refused.

Health and reflection are open to every peer whose certificate the transport accepted.
"""


FREE = Scope()
"""The scope of an identity that is limited by its roles alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who calls: the identity its certificate shows, its roles, and what it is kept to."""

    identity: str
    roles: frozenset[Role]
    scope: Scope = FREE

    def require(self, rpc: str) -> None:
        """Raise PermissionDenied unless one of the peer's roles may call this RPC."""
        allowed = ALLOWED.get(rpc, frozenset())
        if not self.roles & allowed:
            needed = ", ".join(sorted(allowed)) or "none that exists"
            raise PermissionDenied(
                f"`{self.identity}` may not call {rpc}: the role it needs is {needed}"
            )


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities that the gate knows, each a URI or DNS name, with their roles.

    `scopes` has those that are limited to some accounts, issuers, profiles or methods.
    """

    roles: Mapping[str, frozenset[Role]]
    environment: Environment = field(kw_only=True)
    scopes: Mapping[str, Scope] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        """Raise ConfigError, with every problem, where a peer could hold what it must not."""
        problems = [
            f"the identity `{name}` {problem}"
            for name, roles in self.roles.items()
            for problem in (
                *name_problems(name),
                *role_problems(roles, self.environment),
                *scope_problems(roles, self.scopes.get(name, FREE)),
            )
        ]
        if problems:
            raise ConfigError(*problems)

    def peer(self, context: grpc.ServicerContext) -> Peer:
        """Return who calls, by the certificate that the transport verified.

        Raises Unauthenticated without a certificate, PermissionDenied unless it shows
        exactly one identity that is known here.
        """
        auth = cast("Mapping[str, Sequence[bytes]]", context.auth_context())
        certificates = auth.get("x509_pem_cert", ())
        if not certificates:
            raise Unauthenticated("no client certificate was shown: connect with one")
        names = _names(certificates[0])
        known = [name for name in names if name in self.roles]
        if not known:
            shown = ", ".join(f"`{name}`" for name in names) or "no URI and no DNS name"
            raise PermissionDenied(
                f"the client certificate shows {shown}, and the gate knows no such identity"
            )
        if len(known) > 1:
            shown = ", ".join(f"`{name}`" for name in known)
            raise PermissionDenied(f"the client certificate shows more than one identity: {shown}")
        (name,) = known
        scope = self.scopes.get(name, FREE)
        return Peer(identity=name, roles=self.roles[name], scope=scope)


def name_problems(name: str) -> tuple[str, ...]:
    """What keeps this from being the name of an identity; said of `the identity …`."""
    if not name or any(character.isspace() for character in name):
        return ("is no URI and no DNS name: neither has blanks",)
    if ":" not in name and name != name.lower():
        return ("is no URI and no DNS name in lower case",)
    return ()


def role_problems(roles: frozenset[Role], environment: Environment) -> tuple[str, ...]:
    """Why no identity may hold all of these roles in this environment."""
    exclusive = sorted(roles & EXCLUSIVE)
    if environment is not Environment.PRODUCTION or len(exclusive) < 2:  # noqa: PLR2004 - two
        return ()
    both = " and ".join(exclusive)
    return (f"has the roles {both}: in production these belong to different identities",)


def scope_problems(roles: frozenset[Role], scope: Scope) -> tuple[str, ...]:
    """Which limits would limit nothing of what these roles may do."""
    meant = frozenset[str]().union(*(LIMITED_BY.get(role, frozenset()) for role in roles))
    return tuple(
        f"is limited to some {limit}, and none of its roles is limited by that"
        for limit in sorted(scope.limits - meant)
    )


@lru_cache(maxsize=1024)
def _names(certificate: bytes) -> tuple[str, ...]:
    """Return the URIs and DNS names of a certificate (PEM), each once, in its order.

    A colon tells them apart: a URI without one, or a DNS name with one, is passed over, so
    that neither can pose as the other.
    """
    try:
        extension = x509.load_pem_x509_certificate(certificate).extensions
        names = extension.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return ()
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    domains = names.get_values_for_type(x509.DNSName)
    found = [uri for uri in uris if ":" in uri]
    found += [domain.lower() for domain in domains if ":" not in domain]
    return tuple(dict.fromkeys(found))
