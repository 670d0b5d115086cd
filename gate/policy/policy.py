"""The policy as it judges: immutable, and the same for the same files."""

from collections.abc import Mapping
from dataclasses import dataclass

from gate.model import CertificateType, IdentifierType, PolicyRef, Purpose
from gate.policy.exceptions import PolicyException
from gate.policy.holders import ApprovedHolder
from gate.policy.lists import NameList
from gate.policy.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A product: what kind of certificate, vetted how far, for which identifiers.

    `certificate` is the family that the mandatory kinds go by (`subscriber-tls`).
    """

    name: str
    title: str
    certificate: str
    certificate_type: CertificateType
    identifiers: frozenset[IdentifierType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave for accounts to have certificates; nothing is allowed that none covers."""

    accounts: frozenset[str]
    profiles: frozenset[str]
    issuers: frozenset[str]
    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A loaded policy; `digest` names its files and the issuers it was loaded for."""

    name: str
    version: int
    digest: bytes
    description: str
    owner: str
    profiles: Mapping[str, Profile]
    grants: tuple[Grant, ...]
    lists: Mapping[str, NameList]
    required_linters: tuple[str, ...]
    rules: tuple[Rule, ...]
    exceptions: tuple[PolicyException, ...] = ()
    holders: tuple[ApprovedHolder, ...] = ()

    @property
    def ref(self) -> PolicyRef:
        """What decisions name the policy by."""
        return PolicyRef(name=self.name, version=self.version, digest=self.digest)
