"""The enums of the protos and the model's words, paired by name.

The protos' values carry the enum's name as prefix (`PURPOSE_SUBSCRIBER`), the model's do
not. Each table is total both ways: a word without a number does not import.
"""

from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from gate.model import (
    ADNDerivation,
    BlockCause,
    IdentifierType,
    LinterStatus,
    Mode,
    Outcome,
    Purpose,
    Severity,
    Stage,
    Verdict,
)
from gate.v1 import decision_pb2, evidence_registry_pb2

if TYPE_CHECKING:
    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

E = TypeVar("E", bound=Enum)
N = TypeVar("N", bound=int)


class WordTable(Generic[E, N]):
    """The members of one enum of the model, each with its number on the wire.

    `zero` is the member that stands for the number zero; without it, zero is either the
    member called UNSPECIFIED or means that nothing was said.
    """

    def __init__(
        self, words: type[E], numbers: "_EnumTypeWrapper[N]", *, zero: E | None = None
    ) -> None:
        prefix = numbers.keys()[0].removesuffix("UNSPECIFIED")
        names = {member: member.name for member in words}
        if zero is not None:
            names[zero] = "UNSPECIFIED"
        self._numbers = {member: numbers.Value(prefix + name) for member, name in names.items()}
        self._members = {int(number): member for member, number in self._numbers.items()}
        self.any_member: E = next(iter(names))

    def number(self, member: E) -> N:
        """Return the number that stands for this member."""
        return self._numbers[member]

    def member(self, number: int) -> E | None:
        """Return the member that this number stands for, or None where it stands for none."""
        return self._members.get(number)


ADN_DERIVATIONS = WordTable(ADNDerivation, evidence_registry_pb2.ADNDerivation)
BLOCK_CAUSES = WordTable(BlockCause, decision_pb2.BlockCause, zero=BlockCause.NONE)
IDENTIFIER_TYPES = WordTable(IdentifierType, evidence_registry_pb2.IdentifierType)
LINTER_STATUSES = WordTable(LinterStatus, decision_pb2.LinterStatus)
MODES = WordTable(Mode, decision_pb2.Mode)
OUTCOMES = WordTable(Outcome, decision_pb2.Outcome)
PURPOSES = WordTable(Purpose, decision_pb2.Purpose)
SEVERITIES = WordTable(Severity, decision_pb2.Severity)
STAGES = WordTable(Stage, decision_pb2.Stage)
VERDICTS = WordTable(Verdict, decision_pb2.Verdict)
