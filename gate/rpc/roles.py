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

ISSUANCE_GATE = "gate.v1.IssuanceGateService"
EVIDENCE_REGISTRY = "gate.v1.EvidenceRegistryService"
DECISION_LOG = "gate.v1.DecisionLogService"

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
    f"{EVIDENCE_REGISTRY}/ListEvidence": frozenset(
        {Role.REGISTRAR, Role.VALIDATOR, Role.APPROVER, Role.AUDITOR}
    ),
    # A requester reads its own decisions only; the servicer sees to that.
    f"{DECISION_LOG}/GetDecision": frozenset({Role.REQUESTER, Role.AUDITOR, Role.OPERATOR}),
    f"{DECISION_LOG}/GetCheckpoint": frozenset({Role.REQUESTER, Role.AUDITOR, Role.OPERATOR}),
}
"""The roles of which a peer needs one, for every RPC; what is not listed is refused.

Health and reflection are open to every peer whose certificate the transport accepted.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who calls: the identity its certificate shows, and the roles that it holds."""

    identity: str
    roles: frozenset[Role]

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
    """The identities that the gate knows, each a URI or DNS name, with their roles."""

    roles: Mapping[str, frozenset[Role]]
    environment: Environment = field(kw_only=True)

    def __post_init__(self) -> None:
        """Raise ConfigError, with every problem, where a peer could hold what it must not."""
        problems = [problem for name in self.roles for problem in self._problems(name)]
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
        return Peer(identity=known[0], roles=self.roles[known[0]])

    def _problems(self, name: str) -> list[str]:
        problems = []
        if not name or (":" not in name and name != name.lower()):
            problems.append(f"the identity `{name}` is no URI and no DNS name in lower case")
        exclusive = sorted(self.roles[name] & EXCLUSIVE)
        if self.environment is Environment.PRODUCTION and len(exclusive) > 1:
            problems.append(
                f"the identity `{name}` has the roles {' and '.join(exclusive)}: in production "
                "these belong to different identities"
            )
        return problems


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
