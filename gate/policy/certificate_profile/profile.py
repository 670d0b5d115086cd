"""A certificate profile as it judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gate.model import Stage
from gate.policy.certificate_profile.listing import Listing
from gate.x509 import GeneralNameKind

BOTH_STAGES = frozenset({Stage.PRECERTIFICATE, Stage.CERTIFICATE})


class Critical(StrEnum):
    """Whether an extension is critical."""

    TRUE = "true"
    FALSE = "false"
    IF_SUBJECT_EMPTY = "if-subject-empty"


class KeyID(StrEnum):
    """How a subjectKeyIdentifier is made of the bits of the key.

    SHA-1 of them, or 0100 and the last 60 bits of that (RFC 5280 §4.2.1.2); the first 160 bits
    of their SHA-256 (RFC 7093 §2).
    """

    SHA1 = "sha1"
    SHA1_60 = "sha1-60"
    SHA256 = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributePin:
    """One attribute of the subject; `values` None allows any text."""

    oid: str
    name: str
    optional: bool = False
    repeats: bool = False
    strings: frozenset[str]
    values: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionPin:
    """One extension: what it is, and what stands in it.

    `lists` has the lists it holds by the keys of the file. `key_id` and `value` are None where
    any will do; `types` are those of a subjectAltName's entries.
    """

    oid: str
    name: str
    critical: Critical = Critical.FALSE
    optional: bool = False
    stages: frozenset[Stage] = BOTH_STAGES
    lists: Mapping[str, Listing] = field(default_factory=dict)
    qualifiers: bool = False
    types: frozenset[GeneralNameKind] = frozenset()
    key_id: KeyID | None = None
    value: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateProfile:
    """What every certificate of a product looks like.

    `signature` has the allowed algorithms by the issuer's key (`rsa`, `p256`, …), None leaves
    them open. What `subject` and `extensions` do not list must not be there.
    """

    title: str
    signature: Mapping[str, frozenset[str]] | None
    subject: tuple[AttributePin, ...]
    subject_in_order: bool
    extensions: tuple[ExtensionPin, ...]
    extensions_in_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The issuer that is to sign: its SubjectPublicKeyInfo, and its key's identifier."""

    spki: bytes
    key_id: bytes
