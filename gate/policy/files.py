"""What each file of a policy says, before any name in it is looked up."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from gate.model import IdentifierType
from gate.policy.coverage import MANDATORY_KINDS
from gate.policy.kinds import KINDS
from gate.policy.lists import EntryType
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import (
    CertificateTypeWord,
    Ident,
    IdentifierTypeWord,
    NotEmpty,
    PurposeWord,
    SomeOf,
    Text,
    Whole,
    mistake,
    one_of,
    words_of,
)
from gate.policy.schedule import SpanShape, StepShape, forward
from gate.policy.shape import Shape, mistake_at

_POLICY = "gate-policy/1"
_GRANTS = "gate-grants/1"


class ProfileShape(Shape):
    """A product; `identifiers` may keep it to DNS names or to addresses."""

    title: Text
    certificate: Annotated[str, BeforeValidator(one_of({name: name for name in MANDATORY_KINDS}))]
    type: CertificateTypeWord
    identifiers: SomeOf[IdentifierTypeWord] = tuple(IdentifierType)


class ListShape(Shape):
    """A list: its file, what its entries are, how many there must be, how old it may get."""

    file: Text
    of: Annotated[EntryType, BeforeValidator(one_of(words_of(EntryType)))]
    at_least: Whole = 1
    greatest_age: SpanShape | None = None


Steps = Annotated[SomeOf[StepShape], AfterValidator(forward)]


def _rule(given: Any) -> RuleShape:
    """One rule, read as its kind says."""
    if not isinstance(given, dict):
        raise mistake("must be a mapping of keys to values")
    kind = given.get("kind")
    if kind is None:
        raise mistake("the key `kind` is missing")
    if not isinstance(kind, str):
        raise mistake_at(("kind",), "must be a text", kind)
    shape = KINDS.get(kind)
    if shape is None:
        text = f"unknown kind {quoted(kind)}{did_you_mean(kind, KINDS)}"
        raise mistake_at(("kind",), text, kind)
    return shape.model_validate(given)


class PolicyFile(Shape):
    """`policy.yaml`: profiles, shared data and rules."""

    format: Annotated[str, BeforeValidator(one_of({_POLICY: _POLICY}))]
    name: Ident
    version: Annotated[Whole, Field(gt=0)]
    description: Text
    owner: Text
    profiles: Annotated[dict[Ident, ProfileShape], NotEmpty]
    lists: dict[Ident, ListShape] = Field(default_factory=dict)
    schedules: dict[Ident, Steps] = Field(default_factory=dict)
    linters: SomeOf[Text] = ()
    rules: Annotated[tuple[Annotated[RuleShape, PlainValidator(_rule)], ...], NotEmpty]


class GrantShape(Shape):
    """One grant: these accounts may have these profiles from these issuers for these purposes."""

    accounts: SomeOf[Text]
    profiles: SomeOf[Ident]
    issuers: SomeOf[Text]
    purposes: SomeOf[PurposeWord]


class GrantsFile(Shape):
    """`grants.yaml`: who may get what."""

    format: Annotated[str, BeforeValidator(one_of({_GRANTS: _GRANTS}))]
    grants: SomeOf[GrantShape]
