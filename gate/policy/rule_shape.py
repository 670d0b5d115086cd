"""The keys that all rules share; each kind adds its own."""

from abc import abstractmethod
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, TypeAdapter

from gate.baseline import EARLIEST
from gate.model import Mode
from gate.policy.definitions import Definitions, Place
from gate.policy.named import AccountName, IssuerName, ProfileName
from gate.policy.requirement import Requirement
from gate.policy.scalars import (
    CertificateTypeWord,
    EnvironmentWord,
    Flag,
    Ident,
    ModeWord,
    Moment,
    PurposeWord,
    SomeOf,
    StageWord,
    Text,
)
from gate.policy.schedule import Dated, SteppedShape, forward
from gate.policy.shape import Shape


class WhenShape(Shape):
    """To which cases a rule applies: keys are joined by and, the values of a key by or."""

    environments: SomeOf[EnvironmentWord] | None = Field(
        None, description="Only gates that run in one of these.", examples=[["production"]]
    )
    profiles: SomeOf[ProfileName] | None = Field(
        None,
        description="Only requests for one of these products.",
        examples=[["tls-ov", "tls-ev"]],
    )
    certificate_types: SomeOf[CertificateTypeWord] | None = Field(
        None, description="Only products of these types.", examples=[["ov", "iv", "ev"]]
    )
    issuers: SomeOf[IssuerName] | None = Field(
        None, description="Only requests for one of these issuers.", examples=[["public-r1"]]
    )
    accounts: SomeOf[AccountName] | None = Field(
        None, description="Only requests of one of these accounts.", examples=[["enterprise-9"]]
    )
    purposes: SomeOf[PurposeWord] | None = Field(
        None, description="Only requests for one of these purposes.", examples=[["SUBSCRIBER"]]
    )
    stages: SomeOf[StageWord] | None = Field(
        None,
        description="Only this stage: the precertificate or the certificate itself.",
        examples=[["PRECERTIFICATE"]],
    )


class ModeStepShape(SteppedShape):
    """One step of a ladder of modes."""

    mode: ModeWord = Field(
        description="`enforce`: a failure blocks; `warn`: it is told and blocks nothing; "
        "`dry-run`: it is recorded only; `off`: nothing is judged.",
        examples=["enforce"],
    )


_Ladder = Annotated[SomeOf[ModeStepShape], AfterValidator(forward)]
_ModeOrLadder = ModeWord | _Ladder
_MODE = TypeAdapter[Mode](ModeWord)
_LADDER = TypeAdapter[tuple[ModeStepShape, ...]](_Ladder)


def _ladder(given: Any) -> tuple[Dated[Mode], ...]:
    if isinstance(given, tuple):
        return tuple(Dated(step.start, step.mode) for step in _LADDER.validate_python(given))
    return (Dated(EARLIEST, _MODE.validate_python(given)),)


class RuleShape(Shape):
    """One rule as it is written."""

    id: Ident = Field(
        description="The rule's name; decisions, tests and exceptions name it by this.",
        examples=["validity-limit"],
    )
    title: Text = Field(
        description="What must be true, in one sentence; requesters read it when it is not.",
        examples=["The validity period is not longer than the limit in force"],
    )
    kind: Text = Field(
        description="What sort of requirement it is; it decides which other keys there are.",
        examples=["validity_at_most"],
    )
    mode: Annotated[
        tuple[Dated[Mode], ...], PlainValidator(_ladder, json_schema_input_type=_ModeOrLadder)
    ] = Field(
        description="What a failure does: `enforce` blocks, `warn` tells, `dry-run` only records, "
        "`off` judges nothing; or a list of these by date, for a roll-out.",
        examples=["enforce", [{"from": "2027-03-15", "mode": "enforce"}]],
    )
    when: WhenShape = Field(
        WhenShape(),
        description="To which requests the rule applies: every key that is given must match, "
        "one of its values is enough. Without it, to all.",
        examples=[{"profiles": ["tls-ov"]}],
    )
    starts: Moment | None = Field(
        None,
        description="From when on the rule is in force; it does so by itself.",
        examples=["2027-03-15"],
    )
    ends: Moment | None = Field(
        None,
        description="When the rule ceases to be in force; this moment is not included.",
        examples=["2028-03-15"],
    )
    references: SomeOf[Text] = Field(
        (), description="The sections that the rule rests on.", examples=[["BR 6.3.2"]]
    )
    requester_help: Text = Field(
        "",
        description="What requesters can do about it; they read it beside the title.",
        examples=["Order a shorter validity period."],
    )
    exceptable: Flag = Field(
        default=False,
        description="Whether exceptions may ever cover the rule; never for a mandatory kind.",
        examples=[True],
    )

    @abstractmethod
    def resolve(self, definitions: Definitions, place: Place) -> Requirement:
        """The requirement, with every name looked up; notes what cannot be or is too loose."""
