"""What each file of a policy says, before any name in it is looked up."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, TypeAdapter

from gate.model import IdentifierType
from gate.policy.coverage import MANDATORY_KINDS
from gate.policy.kinds import KINDS
from gate.policy.lists import EntryType
from gate.policy.named import IssuerName, ProfileName
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
    Versions,
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

    title: Text = Field(
        description="What the product is called.", examples=["TLS server, domain validated"]
    )
    certificate: Annotated[
        str, BeforeValidator(one_of({name: name for name in MANDATORY_KINDS}))
    ] = Field(
        description="The family of certificates; it decides which kinds of rules are mandatory.",
        examples=["subscriber-tls"],
    )
    type: CertificateTypeWord = Field(
        description="How far the subscriber was vetted: the linters examine the certificate as "
        "one of this type.",
        examples=["dv"],
    )
    identifiers: SomeOf[IdentifierTypeWord] = Field(
        tuple(IdentifierType),
        description="The types of identifier that the product is for; both, unless written.",
        examples=[["dns"]],
    )


class ListShape(Shape):
    """A list: its file, what its entries are, how many there must be, how old it may get."""

    file: Text = Field(
        description="The list's file in this folder, one entry a line.",
        examples=["lists/high-risk-names.txt"],
    )
    of: Annotated[EntryType, BeforeValidator(one_of(words_of(EntryType)))] = Field(
        description="What the entries are.", examples=["dns-name"]
    )
    at_least: Whole = Field(
        1,
        description="How many entries there must be; it catches a file that was cut short.",
        examples=[100],
    )
    greatest_age: SpanShape | None = Field(
        None,
        description="How old the list's `# date:` may get; an older list passes nothing.",
        examples=[{"days": 180}],
    )


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


class LinterShape(Shape):
    """A linter that must have answered."""

    version: Versions | None = Field(
        default=None,
        description="Which versions of it may answer; left out, any.",
        examples=[">=0.13"],
    )


_NAMES = TypeAdapter[tuple[str, ...]](SomeOf[Text])
_DEMANDS = TypeAdapter[dict[str, LinterShape]](Annotated[dict[Text, LinterShape], NotEmpty])


def _linters(given: Any) -> Mapping[str, LinterShape]:
    """The linters by name, written as a list of names or as a mapping."""
    if isinstance(given, dict):
        return _DEMANDS.validate_python(given)
    return {name: LinterShape() for name in _NAMES.validate_python(given)}


class PolicyFile(Shape):
    """`policy.yaml`: profiles, shared data and rules."""

    format: Annotated[str, BeforeValidator(one_of({_POLICY: _POLICY}))] = Field(
        description="What the file is; it fixes the meaning of every key.", examples=[_POLICY]
    )
    name: Ident = Field(
        description="The policy's name; it never changes.", examples=["webpki-production"]
    )
    version: Annotated[Whole, Field(gt=0)] = Field(
        description="Raise it with every change; each decision records it.", examples=[42]
    )
    description: Text = Field(
        description="What the policy is for, in one sentence.",
        examples=["Certificates for TLS servers from issuers that browsers trust."],
    )
    owner: Text = Field(
        description="Who is answerable for the policy.", examples=["compliance@ca.example"]
    )
    profiles: Annotated[dict[Ident, ProfileShape], NotEmpty] = Field(
        description="The products by name.",
        examples=[{"tls-dv": {"title": "TLS", "certificate": "subscriber-tls", "type": "dv"}}],
    )
    lists: dict[Ident, ListShape] = Field(
        default_factory=dict,
        description="Long lists by name, each in a file of its own.",
        examples=[{"high-risk-names": {"file": "lists/high-risk-names.txt", "of": "dns-name"}}],
    )
    schedules: dict[Ident, Steps] = Field(
        default_factory=dict,
        description="Limits that change by date; the last step whose date has come holds.",
        examples=[{"longest-validity": [{"from": "2027-03-15", "days": 99}]}],
    )
    linters: Annotated[
        Mapping[str, LinterShape],
        PlainValidator(_linters, json_schema_input_type=tuple[Text, ...] | dict[Text, LinterShape]),
    ] = Field(
        default_factory=dict,
        description="The linters that must have examined every certificate before it is signed: "
        "their names, or each with what is asked of it.",
        examples=[["pkilint", "badkeys"], {"pkilint": {"version": ">=0.13"}, "badkeys": {}}],
    )
    rules: Annotated[tuple[Annotated[RuleShape, PlainValidator(_rule)], ...], NotEmpty] = Field(
        description="What must be true, one requirement each; their order makes no difference.",
        examples=[[{"id": "order-matches", "kind": "order_matches", "mode": "enforce"}]],
    )


class GrantShape(Shape):
    """One grant: these accounts may have these profiles from these issuers for these purposes."""

    accounts: SomeOf[Text] = Field(
        description="The accounts that may have it.", examples=[["enterprise-9"]]
    )
    profiles: SomeOf[ProfileName] = Field(
        description="The products they may have.", examples=[["tls-dv", "tls-ov"]]
    )
    issuers: SomeOf[IssuerName] = Field(
        description="The issuers they may have it from, by their names in the gate's "
        "configuration.",
        examples=[["public-r1"]],
    )
    purposes: SomeOf[PurposeWord] = Field(
        description="The purposes they may have it for.", examples=[["SUBSCRIBER"]]
    )


class GrantsFile(Shape):
    """`grants.yaml`: who may get what."""

    format: Annotated[str, BeforeValidator(one_of({_GRANTS: _GRANTS}))] = Field(
        description="What the file is; it fixes the meaning of every key.", examples=[_GRANTS]
    )
    grants: SomeOf[GrantShape] = Field(
        description="Who may get what; nothing is allowed that no grant covers.",
        examples=[
            [
                {
                    "accounts": ["enterprise-9"],
                    "profiles": ["tls-ov"],
                    "issuers": ["public-r1"],
                    "purposes": ["SUBSCRIBER"],
                }
            ]
        ],
    )
