"""The keys that all rules share; each kind adds its own."""

from abc import abstractmethod
from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator, TypeAdapter

from gate.baseline import EARLIEST
from gate.model import Mode
from gate.policy.definitions import Definitions, Place
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

    environments: SomeOf[EnvironmentWord] | None = None
    profiles: SomeOf[Ident] | None = None
    certificate_types: SomeOf[CertificateTypeWord] | None = None
    issuers: SomeOf[Text] | None = None
    accounts: SomeOf[Text] | None = None
    purposes: SomeOf[PurposeWord] | None = None
    stages: SomeOf[StageWord] | None = None


class ModeStepShape(SteppedShape):
    """One step of a ladder of modes."""

    mode: ModeWord


_MODE = TypeAdapter[Mode](ModeWord)
_LADDER = TypeAdapter[tuple[ModeStepShape, ...]](
    Annotated[SomeOf[ModeStepShape], AfterValidator(forward)]
)


def _ladder(given: Any) -> tuple[Dated[Mode], ...]:
    if isinstance(given, tuple):
        return tuple(Dated(step.start, step.mode) for step in _LADDER.validate_python(given))
    return (Dated(EARLIEST, _MODE.validate_python(given)),)


class RuleShape(Shape):
    """One rule as it is written."""

    id: Ident
    title: Text
    kind: Text
    mode: Annotated[tuple[Dated[Mode], ...], PlainValidator(_ladder)]
    when: WhenShape = WhenShape()
    starts: Moment | None = None
    ends: Moment | None = None
    references: SomeOf[Text] = ()
    requester_help: Text = ""
    exceptable: Flag = False

    @abstractmethod
    def resolve(self, definitions: Definitions, place: Place) -> Requirement:
        """The requirement, with every name looked up; notes what cannot be or is too loose."""
