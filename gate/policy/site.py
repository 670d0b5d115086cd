"""What a policy is loaded for: the operators' business, and none of the authors'."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.model import Issuer
from gate.ports import ConditionCompiler

LONGEST_EXCEPTION = timedelta(days=31)
"""How long an exception may last where the operators say nothing else."""


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
    knows all of it. Without `conditions`, rules of kind `cel` cannot be loaded. With
    `unapproved`, exceptions and holders may still lack approvals, and do nothing until they
    have them: for whoever is about to approve.
    """

    issuers: tuple[Issuer, ...] | None = None
    people: tuple[Person, ...] | None = None
    longest_exception: timedelta = LONGEST_EXCEPTION
    conditions: ConditionCompiler | None = None
    catalogues: Mapping[str, LintCatalogue] | None = None
    unapproved: bool = False
