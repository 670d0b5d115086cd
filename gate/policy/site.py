"""What a policy is loaded for: the operators' business, and none of the authors'."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.model import Issuer
from gate.ports import ConditionCompiler


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whose signature on policies, exceptions and holders counts.

    `public_key` is a raw Ed25519 key (32 bytes). Signatures dated after `until` do not count,
    so that a key can be retired while what it signed before stays good.
    """

    name: str
    public_key: bytes
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LintCatalogue:
    """Every lint that one version of a linter knows, by the code of its findings."""

    linter: str
    version: str
    lints: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The gate that a policy is loaded for.

    None stands for what is not known where the policy is looked at, such as an author's desk:
    names of issuers are then taken as they are, signatures and lint ids are not checked. A gate
    knows all of it. Without `conditions`, rules of kind `cel` cannot be loaded.
    """

    issuers: tuple[Issuer, ...] | None = None
    people: tuple[Person, ...] | None = None
    longest_exception: timedelta = timedelta(days=31)
    conditions: ConditionCompiler | None = None
    catalogues: Mapping[str, LintCatalogue] | None = None
