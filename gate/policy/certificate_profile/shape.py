"""What a profile file says, before its words are looked up."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, TypeAdapter

from gate.policy.certificate_profile.profile import Critical, KeyID
from gate.policy.certificate_profile.words import ANY, NAME_TYPES, STRINGS
from gate.policy.scalars import (
    Flag,
    SomeOf,
    StageWord,
    Text,
    Unique,
    Verbatim,
    Whole,
    one_of,
    words_of,
)
from gate.policy.shape import Shape
from gate.policy.signature_algorithms import FITTING

FORMAT = "gate-profile/1"

_Texts = Annotated[tuple[Text, ...], Unique]
_ORDERS = {"any": False, "as-listed": True}
_KEY_IDS: dict[str, KeyID | None] = {**words_of(KeyID), ANY: None}
_Algorithms = SomeOf[
    Annotated[
        str, BeforeValidator(one_of({name: name for each in FITTING.values() for name in each}))
    ]
]


class ChoiceShape(Shape):
    """A list that is not the same in every certificate; its order is free."""

    must: _Texts = Field((), description="What is always there.", examples=[["serverAuth"]])
    may: _Texts = Field((), description="What may be there besides.", examples=[["clientAuth"]])
    may_begin: _Texts = Field(
        (),
        description="For URLs: what begins with one of these may be there too.",
        examples=[["http://crl.ca.example/shard/"]],
    )
    least: Whole = Field(0, description="How many there are at least.", examples=[1])
    most: Whole | None = Field(None, description="How many there are at most.", examples=[1])


_TEXTS = TypeAdapter[tuple[str, ...]](_Texts)


def _listing(given: Any) -> ChoiceShape | tuple[str, ...]:
    """Just these in this order, written as a list; or a choice, written as a mapping."""
    if isinstance(given, dict):
        return ChoiceShape.model_validate(given)
    return _TEXTS.validate_python(given)


ListingShape = Annotated[
    ChoiceShape | tuple[str, ...],
    PlainValidator(_listing, json_schema_input_type=tuple[Text, ...] | ChoiceShape),
]


class AttributeShape(Shape):
    """One attribute of the subject."""

    name: Text = Field(
        description="Which: `c`, `st`, `l`, `o`, … as after `subject.` in rules, or its OID.",
        examples=["o"],
    )
    optional: Flag = Field(
        default=False, description="Whether it may be left out.", examples=[True]
    )
    repeats: Flag = Field(
        default=False, description="Whether it may stand more than once.", examples=[True]
    )
    strings: SomeOf[Annotated[str, BeforeValidator(one_of({word: word for word in STRINGS}))]] = (
        Field(
            (),
            description="The string types it may be written in; left out, those of BR 7.1.4.2.",
            examples=[["utf8"]],
        )
    )
    values: SomeOf[Verbatim] | None = Field(
        None, description="The only texts it may have.", examples=[["HR", "SI"]]
    )


class ExtensionShape(Shape):
    """One extension. Which of the keys for its content it has depends on its name."""

    name: Text = Field(
        description="Which: its name in RFC 5280 with underscores, or its OID.",
        examples=["key_usage"],
    )
    critical: Annotated[Critical, BeforeValidator(one_of(words_of(Critical)))] = Field(
        Critical.FALSE,
        description="`true`, `false`, or `if-subject-empty` and only then.",
        examples=[True],
    )
    optional: Flag = Field(
        default=False, description="Whether it may be left out.", examples=[True]
    )
    stages: SomeOf[StageWord] | None = Field(
        None,
        description="The stages to which it belongs; in the others it must not be.",
        examples=[["PRECERTIFICATE"]],
    )
    ocsp: ListingShape | None = Field(
        None,
        description="Of `authority_info_access`: the URLs of OCSP; left out, there are none.",
        examples=[["http://ocsp.ca.example"]],
    )
    ca_issuers: ListingShape | None = Field(
        None,
        description="Of `authority_info_access`: the URLs of the issuer's certificate; left out, "
        "there are none.",
        examples=[["http://ca.example/issuer.cer"]],
    )
    policies: ListingShape | None = Field(
        None, description="Of `certificate_policies`: the OIDs.", examples=[["2.23.140.1.2.1"]]
    )
    qualifiers: Flag | None = Field(
        None,
        description="Of `certificate_policies`: whether qualifiers may stand beside a policy.",
        examples=[True],
    )
    urls: ListingShape | None = Field(
        None,
        description="Of `crl_distribution_points`: the URLs of its one distribution point.",
        examples=[{"may_begin": ["http://crl.ca.example/shard/"], "least": 1, "most": 1}],
    )
    purposes: ListingShape | None = Field(
        None,
        description="Of `extended_key_usage`: the purposes, as RFC 5280 calls them, or OIDs.",
        examples=[["serverAuth"]],
    )
    rsa: ListingShape | None = Field(
        None,
        description="Of `key_usage`: the uses of an RSA key; left out, there is no such key.",
        examples=[["digitalSignature", "keyEncipherment"]],
    )
    ec: ListingShape | None = Field(
        None,
        description="Of `key_usage`: the uses of an EC key; left out, there is no such key.",
        examples=[["digitalSignature"]],
    )
    types: (
        SomeOf[Annotated[str, BeforeValidator(one_of({word: word for word in NAME_TYPES}))]] | None
    ) = Field(
        None,
        description="Of `subject_alt_name`: the types of names; left out, both.",
        examples=[["dns"]],
    )
    method: Annotated[str, BeforeValidator(one_of({word: word for word in _KEY_IDS}))] | None = (
        Field(
            None,
            description="Of `subject_key_identifier`: `sha1` or `sha1-60` of the key "
            "(RFC 5280 §4.2.1.2), `sha256`, shortened (RFC 7093 §2), or `any`.",
            examples=["sha1"],
        )
    )
    value: Text | None = Field(
        None,
        description="Of extensions of no other key: what stands in it, DER in hex, or `any`.",
        examples=["3003020105"],
    )


class SignatureShape(Shape):
    """The signature algorithms by the key of the issuer; a kind left out signs nothing."""

    rsa: _Algorithms = Field(
        (), description="Of an RSA key.", examples=[["rsa-pkcs1-sha256", "rsa-pkcs1-sha384"]]
    )
    p256: _Algorithms = Field((), description="Of a key on P-256.", examples=[["ecdsa-sha256"]])
    p384: _Algorithms = Field((), description="Of a key on P-384.", examples=[["ecdsa-sha384"]])
    p521: _Algorithms = Field((), description="Of a key on P-521.", examples=[["ecdsa-sha512"]])


_Order = Annotated[bool, BeforeValidator(one_of(_ORDERS))]


class CertificateProfileFile(Shape):
    """`profiles/NAME.yaml`: what certificates of a product look like."""

    format: Annotated[str, BeforeValidator(one_of({FORMAT: FORMAT}))] = Field(
        description="What the file is; it fixes the meaning of every key.", examples=[FORMAT]
    )
    title: Text = Field(
        description="Which certificates are meant, in one sentence.",
        examples=["TLS server, domain validated, from public-r1"],
    )
    signature: SignatureShape | None = Field(
        None,
        description="The signature algorithms by the issuer's key; left out, they are not judged.",
        examples=[{"p256": ["ecdsa-sha256"]}],
    )
    subject_order: _Order = Field(
        default=True,
        description="Whether the attributes stand `as-listed`, or in `any` order.",
        examples=["as-listed"],
    )
    subject: tuple[AttributeShape, ...] = Field(
        description="The attributes of the subject; what is not listed must not be there.",
        examples=[[{"name": "c"}, {"name": "o"}]],
    )
    extension_order: _Order = Field(
        default=False,
        description="Whether the extensions stand `as-listed`, or in `any` order.",
        examples=["as-listed"],
    )
    extensions: SomeOf[ExtensionShape] = Field(
        description="The extensions; what is not listed must not be there.",
        examples=[[{"name": "key_usage", "critical": True, "ec": ["digitalSignature"]}]],
    )


def key_id(word: str | None) -> KeyID | None:
    """The method that a word stands for; None for any."""
    return None if word is None else _KEY_IDS[word]
